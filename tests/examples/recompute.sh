#!/usr/bin/env bash
# Segments that are run again: the gradients' bits, the memory; a wrong command line is one clear sentence.
# usage: recompute.sh RECOMPUTE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
recompute=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
small=(--hidden 32 --batch 16 --repetitions 1)
"$recompute" "${small[@]}" --lengths 64,256,4096 --json "$work/new/table.json" | tee "$work/log"
grep -q '^the gradients in segments are those on the tape, to the bit$' "$work/log" || wrong "no word about the bits"
[[ $(grep -cE '^\| [0-9]+ \|( [0-9.]+ \|){6} -?[0-9]+ % \|$' "$work/log") == 3 ]] || wrong "expected three rows"
grep -q '^| 256 | 16 |' "$work/log" || wrong "256 steps: expected segments of 16"
# field NAME ROW: of the JSON file
field() { grep -oE "\"$1\":[0-9.]+" "$work/new/table.json" | sed -n "$2p" | cut -d: -f2; }
claim() { awk "BEGIN { exit !($2) }" && echo "ok: $1: $2" || wrong "$1: $2"; }
claim "4096 steps in segments take little" "$(field ratio 3) < 0.1"
claim "on the tape 16 times the steps take 16 times the memory" "$(field bytes 3) > 12 * $(field bytes 2)"
claim "in segments they take less than 6 times" "$(field bytes_in_segments 3) < 6 * $(field bytes_in_segments 2)"

for cell in rnn gru; do
  "$recompute" "${small[@]}" --lengths 50 --cell $cell --segment 7 --dropout 0.5 --threads 2 >"$work/log"
  grep -q '^| 50 | 7 |' "$work/log" || wrong "$cell: expected segments of 7 steps"
done
"$recompute" "${small[@]}" --lengths 3 --segment 100 >"$work/log"
grep -q '^| 3 | 3 |' "$work/log" || wrong "a segment longer than the sequence"

for flag in --lengths --hidden --batch --repetitions; do expect 2 "$flag: expected a number from 1" "$recompute" $flag 0; done
expect 2 'expected a number from 0' "$recompute" --dropout 1
expect 2 'expected a number from 0' "$recompute" --segment -1
expect 2 '--cell' "$recompute" --cell lstn
expect 1 'table.json/x: cannot write' "$recompute" "${small[@]}" --lengths 2 --json "$work/new/table.json/x"
expect 1 "$full" to_full "$recompute" "${small[@]}" --lengths 2
conclude
