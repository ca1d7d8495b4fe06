#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Runs the gate on a QEMU, and compares that with another: gate.sh SHARD HEAD [BASE].
#
# HEAD and BASE are archives of build.sh, or folders that hold the qemu-system-* of a machine. SHARD is i/n: only the
# i-th share of n is run, for n computers; 1/1 is all of it. What comes of it is left in
# busproof-work/shards/shard-i for report.sh.
#
# The exit status is that of the gate on HEAD: 0 when all is well, 1 when not, 2 when it cannot be told. That BASE and
# HEAD differ is no failure. SETS= and JOBS= are those of the gate.
set -eu
. "$(dirname "$0")/common.sh"
answer 2 3 "$@"
shard=$1
head=$2
base=${3:-}

number=${shard%%/*}
of=${shard#*/}
if [ "$shard" != "$number/$of" ] || [ -n "$(printf '%s' "$number$of" | tr -d 0-9)" ] || [ -z "$number" ] ||
	[ -z "$of" ] || [ "$number" -lt 1 ] || [ "$number" -gt "$of" ]; then
	bad "$shard: must be i/n, with i from 1 to n"
fi

# programs SIDE PATH: prints the folder of the programs, which must run here.
programs() {
	folder=$2
	if [ ! -d "$folder" ]; then
		[ -f "$2" ] || die "$2: there is no such archive or folder"
		folder=$WORK/qemu/$1
		rm -rf "$folder"
		mkdir -p "$folder"
		tar -C "$folder" --no-same-owner -xf "$2" || die "$2: could not be unpacked"
		for machine in $MACHINES; do
			program=$(find "$folder" -name "qemu-system-$machine" | head -n 1)
			if [ -n "$program" ]; then break; fi
		done
		folder=${program%/*}
	fi
	there=
	for machine in $MACHINES; do
		program=$folder/qemu-system-$machine
		[ -x "$program" ] || continue
		there=$program
		"$program" --version >/dev/null ||
			die "$program: does not run here; prepare.sh run installs its libraries"
	done
	[ -n "$there" ] || die "$2: holds no qemu-system-* of: $MACHINES"
	(cd "$folder" && pwd)
}

busproof=$(busproof)
head=$(programs head "$head")
if [ -n "$base" ]; then base=$(programs base "$base"); fi
out=$WORK/shards/shard-$number
rm -rf "$out"
mkdir -p "$out"
out=$(absolute "$out")
echo "$shard" >"$out/shard"
SHARD=$shard JOBS=${JOBS:-$(nproc)}
export SHARD JOBS

status=0
(cd "$out" && BUSPROOF_INTO="$out/busproof-report" QEMUS="\"head=$head\"" "$busproof" gate) || status=$?
echo "$status" >"$out/gate"
if [ -n "$base" ]; then
	echo 2 >"$out/compared"	# until it is told
	different=0
	(cd "$out" && COMPARE_FOLDER="$out/compare" "$busproof" compare "$base" "$head") || different=$?
	echo "$different" >"$out/compared"
	if [ "$different" -gt 1 ]; then die "$shard: base and head could not be compared"; fi
fi
if [ "$status" -gt 1 ]; then die "$shard: the gate could not be run"; fi
exit "$status"
