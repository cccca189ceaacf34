#!/usr/bin/env bash
# A short training: attention has it right where a recurrent state has not; table, CSV, picture and report are there;
# as many threads as one likes change nothing; what is stopped goes on; a wrong command line is one clear sentence.
# usage: attention_tasks.sh ATTENTION_TASKS
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
attention_tasks=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
short=(--lengths 20 --seeds 1 --parameters 12000 --steps 400)
train() { "$attention_tasks" train "${short[@]}" "$@"; }
train --out all --threads 2 --report report.html | tee log

# right CASE: the part of its symbols that is right.   claim WHAT CONDITION: of numbers
right() { grep -oE '"accuracy":[0-9.e-]+' "all/$1/result.json" | cut -d: -f2; }
claim() { awk "BEGIN { exit !($2) }" && echo "ok: $1: $2" || wrong "$1: $2"; }
for problem in copy reversal; do
  for model in rnn lstm gru; do claim "$problem, $model: too much for its state" "$(right $problem-$model-20-1) < 0.6"; done
  for model in gru_attention transformer; do claim "$problem, $model: found" "$(right $problem-$model-20-1) > 0.98"; done
done
grep -qE '^\| copy: % right \| width \| parameters \| T = 20 \|$' log || wrong "no table of copy"
grep -qE '^\| guesses \| \| \| 12\.5 \|$' log || wrong "no row of guesses"
[[ $(grep -oE '^\| (rnn|lstm|gru|gru_attention|transformer) ' log | tr -d '|\n') == ' rnn  lstm  gru  gru_attention  transformer  rnn  lstm  gru  gru_attention  transformer ' ]] ||
  wrong "rows: $(grep '^|' log)"
awk -F'|' '/^\| (rnn|lstm|gru|transformer)/ && !($4 > 9000 && $4 <= 12000) { exit 1 }' log || wrong "parameters that are not alike"
[[ $(head -1 all/reversal.csv) == 'T, symbols,rnn,rnn_low,rnn_high,lstm,'* ]] || wrong "columns of the CSV file: $(head -1 all/reversal.csv)"
grep -q '"name":"reversal"' report.html || wrong "no problem on the page"
if command -v gnuplot >/dev/null; then
  grep -q 'transformer' all/attention_tasks.svg || wrong "no Transformer in the picture"
  [[ $(head -c 4 all/attention_tasks.png | tail -c 3) == PNG ]] || wrong "a PNG that is none"
else
  echo "skipped: the picture wants gnuplot"
fi

"$attention_tasks" table --out all >table
diff <(grep '^|' log) <(grep '^|' table) || wrong "another table of the same results"
train --out one --threads 1 --models gru,transformer,gru --problems copy >/dev/null
for case in copy-gru-20-1 copy-transformer-20-1; do
  diff <(sed 's/"seconds":[^,}]*//' all/$case/result.json) <(sed 's/"seconds":[^,}]*//' one/$case/result.json) || wrong "threads change $case"
done

long=(--lengths 30 --models gru_attention --problems copy --seeds 1 --parameters 5000 --steps 600 --threads 1)
"$attention_tasks" train --out whole "${long[@]}" >/dev/null
signal_at stopped/copy-gru_attention-30-1/metrics.jsonl INT "$attention_tasks" train --out stopped "${long[@]}" >log
[[ $status == 130 ]] && grep -q 'the same command goes on' log || wrong "it did not stop: $(<log)"
"$attention_tasks" train --out stopped "${long[@]}" >/dev/null
cmp whole/copy.csv stopped/copy.csv || wrong "it went on to other figures"

# A run that diverges is a result.
sed -i 's/"accuracy":[^,]*,/"diverged":"NaN",/' stopped/copy-gru_attention-30-1/result.json
"$attention_tasks" table --out stopped | grep -E '^\| gru_attention \| [0-9]+ \| [0-9]+ \|  \|$' >/dev/null || wrong "no empty place of a run that diverged"

expect 2 '--out is required' "$attention_tasks" train
expect 2 '--models' train --out x --models gru_atention
expect 2 '--problems' train --out x --problems sorting
for flag in --lengths --parameters --steps --batch --lr; do expect 2 "$flag: expected a number from" train --out x $flag 0; done
expect 2 'expected a number from 0' train --out x --threads -1
expect 1 'are too few' train --out x --parameters 3
expect 1 'all holds runs of' train --out all --batch 8
expect 1 'is no folder' "$attention_tasks" table --out x
mkdir nothing && expect 1 'no finished case' "$attention_tasks" table --out nothing
mkdir -p foreign/case && echo '{"problem":"copy","loss":1}' >foreign/case/result.json
expect 1 'holds other results than those of attention_tasks train' "$attention_tasks" table --out foreign
[[ ! -e x ]] || wrong "a folder is left of what cannot be"
expect 1 "$full" to_full "$attention_tasks" table --out all
conclude
