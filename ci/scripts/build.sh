#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Builds the QEMU whose repository is the current folder: build.sh head, build.sh base [COMMIT...].
#
# head is what is checked out. base is what it is compared with: the first COMMIT that is neither empty nor zeros, as
# services write "none", else the first parent of head; of the merge that GitHub checks out for a pull request, that is
# the branch that the request is for. The result is busproof-work/qemu/SIDE.tar with what make install makes, because
# a program needs its firmware too, and because what services keep of a file may not be its mode.
#
# Change the line of configure to what you ship; the two targets are those that busproof has images for.
set -eu
. "$(dirname "$0")/common.sh"
answer 1 9 "$@"
side=$1
shift

# In a container the repository belongs to another user, which git refuses.
GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=$(pwd)
export GIT_CONFIG_COUNT GIT_CONFIG_KEY_0 GIT_CONFIG_VALUE_0

base_commit() {
	for commit; do
		if [ -z "$(printf '%s' "$commit" | tr -d 0)" ]; then continue; fi
		git cat-file -e "$commit^{commit}" 2>/dev/null || git fetch --quiet --depth 1 origin "$commit" ||
			die "$commit: is not in this repository, and could not be fetched"
		echo "$commit"
		return
	done
	git rev-parse --quiet --verify 'HEAD^1' ||
		die "HEAD has no parent here to compare it with; check out with a depth of 2, or name a commit"
}

mkdir -p "$WORK/qemu"
case $side in
head)
	if [ $# -gt 0 ]; then bad "$1: head is what is checked out"; fi
	source=$(pwd)
	;;
base)
	commit=$(base_commit "$@")
	source=$(absolute "$WORK")/source-base
	rm -rf "$source"
	git worktree prune
	git worktree add --quiet --detach "$source" "$commit" || die "$commit: could not be checked out"
	;;
*) bad "$side: neither head nor base" ;;
esac
[ -x "$source/configure" ] || die "$source/configure: is not there; is this the repository of a QEMU?"
echo "build: $side: $(git -C "$source" log -1 --format='%h %s' 2>/dev/null || echo "$source")"

archive=$(absolute "$WORK/qemu")/$side.tar
build=$(absolute "$WORK")/build-$side
rm -rf "$build" "$archive"
mkdir "$build"
cd "$build"
# shellcheck disable=SC2086
targets=$(printf ',%s-softmmu' $MACHINES)
"$source/configure" --prefix=/usr/local --target-list="${targets#,}" --enable-slirp --enable-virtfs \
	--disable-docs --disable-werror || die "$side: configure failed"
make -j"$(nproc)" || die "$side: make failed"
make install DESTDIR="$build/installed" || die "$side: make install failed"
tar -C installed -cf "$archive" .
