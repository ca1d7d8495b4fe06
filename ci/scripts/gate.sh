#!/bin/sh
# Runs the gate on a QEMU, and compares that with another: gate.sh SHARD HEAD [BASE].
#
# HEAD and BASE are archives of build.sh, or folders that hold qemu-system-alpha and qemu-system-sparc64. SHARD is i/n:
# only the i-th share of n is run, for n computers; 1/1 is all of it. What comes of it is left in
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

# Prints the folder of the programs.
programs() {
	if [ -d "$2" ]; then
		(cd "$2" && pwd)
		return
	fi
	[ -f "$2" ] || die "$2: there is no such archive or folder"
	rm -rf "$WORK/qemu/$1"
	mkdir -p "$WORK/qemu/$1"
	tar -C "$WORK/qemu/$1" --no-same-owner -xf "$2" || die "$2: could not be unpacked"
	program=$(find "$WORK/qemu/$1" -name qemu-system-alpha -o -name qemu-system-sparc64 | head -n 1)
	[ -n "$program" ] || die "$2: holds neither qemu-system-alpha nor qemu-system-sparc64"
	absolute "$(dirname "$program")"
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
	different=0
	(cd "$out" && COMPARE_FOLDER="$out/compare" "$busproof" compare "$base" "$head") || different=$?
	echo "$different" >"$out/compared"
	if [ "$different" -gt 1 ]; then die "$shard: base and head could not be compared"; fi
fi
if [ "$status" -gt 1 ]; then die "$shard: the gate could not be run"; fi
exit "$status"
