#!/usr/bin/env bash
# Curves of runs: each validation stands in the table, between them lines are straight; wrong input is one clear sentence.
# usage: training_curves.sh TRAINING_CURVES
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
curves=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p lstm gru new damaged other/gru "bob's, new"
step() { printf '{"step":%s,"loss":9,"seconds":%s%s}\n' "$1" "$2" "${3:+,\"val_loss\":$3}"; }
{ step 1 1; step 2 2 3.0; step 3 3; step 4 4 2.0; step 6 6 1.5; } >lstm/metrics.jsonl
{ step 1 2 2.5; step 2 3 2.25; printf '{"step":3,"sec'; } >gru/metrics.jsonl
step 1 1 >new/metrics.jsonl
echo 'no JSON' >damaged/metrics.jsonl
cp gru/metrics.jsonl other/gru
{ step 1 2 2.5; step 2 3 2.25; } >"bob's, new/metrics.jsonl"

"$curves" lstm/ ./gru --out made/picture >log
grep -qE '^lstm +best 1.5000 after 6 s; 3 validations in 6 s$' log || wrong "lstm: $(cat log)"
grep -qE '^gru +best 2.2500 after 3 s; 2 validations in 3 s$' log || wrong "gru: $(cat log)"
diff - made/picture/validation.csv <<'CSV' || wrong "another table"
seconds,lstm,lstm_low,lstm_high,gru,gru_low,gru_high
2,3,3,3,2.5,2.5,2.5
3,2.5,2.5,2.5,2.25,2.25,2.25
4,2,2,2,2.25,2.25,2.25
6,1.5,1.5,1.5,2.25,2.25,2.25
CSV
grep -q "set label 'gru'" made/picture/validation.gp || wrong "no script"
if command -v gnuplot >/dev/null; then
  grep -q '<svg' made/picture/validation.svg || wrong "no picture"
  [[ -s made/picture/validation.png ]] || wrong "no PNG"
fi

"$curves" "bob's, new" --out quoted >log
grep -q '^seconds,bob_s_ new,bob_s_ new_low,bob_s_ new_high$' quoted/validation.csv || wrong "a name that is no column"
(cd gru && "$curves" . --out ../here >../log)
grep -q '^gru ' log || wrong "the folder one is in has a name, too"

expect 1 'nowhere/metrics.jsonl has no metrics: give the --out of a training' "$curves" lstm nowhere --out made
expect 1 'damaged/metrics.jsonl has no metrics' "$curves" damaged --out made
expect 1 'new/metrics.jsonl has 0 validations with a finite loss: a line takes two' "$curves" new --out made
expect 1 'two folders are called gru: rename one' "$curves" gru other/gru --out made
expect 1 'log/picture: ' "$curves" lstm --out log/picture
expect 2 '--out' "$curves" lstm
expect 2 'runs is required' "$curves" --out made
expect 1 "$full" to_full "$curves" lstm --out made
conclude
