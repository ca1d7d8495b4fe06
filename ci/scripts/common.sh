# SPDX-License-Identifier: BSD-2-Clause
#
# What the scripts beside it share: where things lie, how they speak, and --help and --version. It is read, not run.
#
# All of them work in one folder, $BUSPROOF_WORK, by default busproof-work in the current folder:
#   archive/           the release as it was fetched: what a service may cache
#   release/           the release, unpacked; its program is release/busproof
#   qemu/SIDE.tar      a build of QEMU, SIDE being head (with the change) or base (without it)
#   shards/shard-I/    what the gate and the comparison left on the I-th of several computers
#   report/            what is made of all shards
# shellcheck shell=sh disable=SC2034

WORK=${BUSPROOF_WORK:-busproof-work}
# What busproof boots, as QEMU names it: qemu-system-NAME, and the target NAME-softmmu.
MACHINES=${BUSPROOF_MACHINES:-aarch64 alpha sparc64}
ME=${0##*/}

# Without a verdict: something is not there or does not work.
die() {
	echo "$ME: $*" >&2
	if [ -n "${GITHUB_ACTIONS:-}" ]; then annotate error busproof "$ME: $*" >&2; fi
	exit 2
}

bad() {
	echo "$ME: $*; --help says more" >&2
	exit 2
}

# annotate error|warning|notice TITLE TEXT, as GitHub reads it from a log.
annotate() {
	printf '::%s title=%s::%s\n' "$1" "$2" "$(printf '%s' "$3" | sed 's/%/%25/g')"
}

# answer LEAST MOST WORDS...: --help and --version are answered, and all other options and numbers of words refused.
answer() {
	least=$1
	most=$2
	shift 2
	for word; do
		case $word in
		--help) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit 0 ;;
		--version) echo "busproof $ME $(version)"; exit 0 ;;
		-*) bad "$word: not understood" ;;
		esac
	done
	if [ $# -lt "$least" ]; then bad "too few words"; fi
	if [ $# -gt "$most" ]; then
		shift "$most"
		bad "$1: one word too many"
	fi
}

# A copy in another project does not know.
version() {
	root=$(dirname "$0")/../..
	if [ -s "$root/VERSION" ] && [ -e "$root/tests/gate/boot" ]; then
		head -n 1 "$root/VERSION"
	elif [ -e "$root/tests/gate/boot" ]; then
		git -C "$root" describe --tags --always --dirty 2>/dev/null || echo unknown
	else
		echo unknown
	fi
}

# The path from the root of one that is there.
absolute() {
	(cd "$(dirname "$1")" && printf '%s/%s\n' "$(pwd)" "$(basename "$1")")
}

# The program of the release.
busproof() {
	if [ ! -x "$WORK/release/busproof" ]; then die "$WORK/release/busproof: is not there; fetch.sh brings it"; fi
	absolute "$WORK/release/busproof"
}
