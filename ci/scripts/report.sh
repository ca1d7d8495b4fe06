#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# Joins what gate.sh has left of all shards into one report: report.sh.
#
# It reads busproof-work/shards/*, however the folders are called, and makes of them, in busproof-work/report,
# index.html, junit.xml, result.json, compare.txt (what differs between base and head, point by point) and summary.md
# (the conclusion, for people: the note on a merge request). On GitHub it also writes the summary of the job, and an
# annotation of the verdict and of the difference each.
#
# The exit status is 0 when the gate passed on head, 1 when not or when a shard is missing, 2 when there is nothing.
set -eu
. "$(dirname "$0")/common.sh"
answer 0 0 "$@"
LINES_SHOWN=40

busproof=$(busproof)
report=$WORK/report
rm -rf "$report"
mkdir -p "$report/tap" "$report/compare"

# Sets missing, the shards that left no result of the gate, and uncompared, those that should have compared and could
# not.
join() {
	of=0
	there=' '
	uncompared=
	for shard in "$WORK"/shards/*/; do
		[ -s "$shard/shard" ] || continue
		of=$(cut -d / -f 2 "$shard/shard")
		if ! done_with "$shard/gate" || [ ! -d "$shard/busproof-report/tap" ]; then continue; fi
		there="$there$(cut -d / -f 1 "$shard/shard") "
		cp -R "$shard/busproof-report/tap/." "$report/tap/"
		if done_with "$shard/compared"; then
			cp -R "$shard/compare/." "$report/compare/"
		elif [ -e "$shard/compared" ]; then
			uncompared="$uncompared $(cat "$shard/shard")"
		fi
	done
	missing=
	for number in $(seq 1 "$of"); do
		case $there in *" $number "*) ;; *) missing="$missing $number/$of" ;; esac
	done
	if [ "$there" = ' ' ]; then die "$WORK/shards: holds no results of gate.sh"; fi
}

# done_with FILE: it holds the exit status of something that could be told.
done_with() {
	case $(cat "$1" 2>/dev/null) in 0 | 1) return 0 ;; *) return 1 ;; esac
}

# Sets verdict (PASS or FAIL), sentence and status. A shard that is missing is a step that has failed.
judge() {
	status=0
	set -- "$report"
	for shard in $missing; do
		set -- "$@" "gate SHARD=$shard"
	done
	"$busproof" report "$@" >"$report/report.txt" || status=$?
	cat "$report/report.txt"
	sentence=$(sed -n '$s/^[a-z]*: \(PASS\|FAIL\): \(.*\); see .*/\2/p' "$report/report.txt")
	if [ -z "$sentence" ] || [ "$status" -gt 1 ]; then die "$report: could not be reported on"; fi
	verdict=PASS
	if [ "$status" -ne 0 ]; then verdict=FAIL; fi
	sentence="$sentence${missing:+; no results of shards$missing}"
}

# Sets difference, one line, and level, what an annotation of it is.
compare() {
	level=notice
	difference='not compared'
	lacking=
	if [ -n "$uncompared$missing" ]; then
		level=warning
		lacking="not compared: shards$uncompared$missing"
		difference=$lacking
	fi
	if [ ! -d "$report/compare/A" ] || [ ! -d "$report/compare/B" ]; then return; fi
	different=0
	"$busproof" compare --kept "$report/compare" >"$report/classes.txt" || different=$?
	if [ "$different" -gt 0 ]; then level=warning; fi
	if [ "$different" -gt 1 ]; then
		difference='could not be compared'
		return
	fi
	"$busproof" compare --details --kept "$report/compare" >"$report/compare.txt" || true
	cat "$report/classes.txt"
	difference="$(grep -m 1 -E '^(different|the same): ' "$report/classes.txt" || true)${lacking:+; $lacking}"
}

# fenced FILE: the first lines of it, as they are, whatever they hold.
fenced() {
	echo
	echo '~~~~~~~~text'
	head -n "$LINES_SHOWN" "$1" | cut -c 1-300
	lines=$(wc -l <"$1")
	if [ "$lines" -gt "$LINES_SHOWN" ]; then echo "... and $((lines - LINES_SHOWN)) lines more"; fi
	echo '~~~~~~~~'
}

summary() {
	echo '<!-- busproof -->'
	echo "### busproof: $verdict"
	echo
	echo "On head: $sentence."
	echo
	echo "Base against head: $difference"
	grep '^FAIL ' "$report/report.txt" >"$report/failed.txt" || true
	if [ -s "$report/failed.txt" ]; then fenced "$report/failed.txt"; fi
	if [ "$level" = warning ] && [ -s "$report/classes.txt" ]; then
		grep -v -E '^([AB]|different|the same|all of it, point by point): ' "$report/classes.txt" \
			>"$report/different.txt" || true
		fenced "$report/different.txt"
	fi
	echo
	echo 'Every point with its evidence is in index.html of the report, and every difference in compare.txt.'
}

join
judge
compare
summary >"$report/summary.md"
(cd "$report" && rm -rf tap compare classes.txt different.txt failed.txt)
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$report/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
if [ -n "${GITHUB_ACTIONS:-}" ]; then
	if [ "$verdict" = PASS ]; then of=notice; else of=error; fi
	annotate "$of" busproof "$sentence"
	annotate "$level" 'busproof - base against head' "$difference"
fi
exit "$status"
