#!/usr/bin/env bash
# A short experiment: gradients vanish, explode and last as theory has it; tables, CSV and picture are there; as many
# threads as one likes change nothing; what is stopped goes on; a wrong command line is one clear sentence.
# usage: gradient_flow.sh GRADIENT_FLOW
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
gradient_flow=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
short=(--length 30 --hidden 16 --batch 8 --steps 15)
train() { "$gradient_flow" train "${short[@]}" "$@"; }
train --out all --seeds 1,2 --radii 0.5,1,2,2 --threads 2 | tee log

# norm NETWORK STATE STAGE DISTANCE: of the CSV file
norm() { awk -F, -v OFS=, -v key="$1,$2,$3,$4" '$1 OFS $2 OFS $3 OFS $4 == key { print $5 }' all/gradient_flow.csv; }
# claim WHAT CONDITION: of numbers
claim() { awk "BEGIN { exit !($2) }" && echo "ok: $1: $2" || wrong "$1: $2"; }
[[ $(head -1 all/gradient_flow.csv) == network,state,stage,distance,norm,low,high ]] || wrong "columns of the CSV file"
# 7 networks, 3 of them with h and c; two stages; 30 steps
[[ $(tail -n +2 all/gradient_flow.csv | grep -cE '^(rnn|lstm|gru)[^,]*,[hc],(start|trained),[0-9]+(,[0-9.e+-]+){3}$') == 600 ]] ||
  wrong "expected 600 lines of numbers"
awk -F, 'NR > 1 && !($6 <= $5 * (1 + 1e-6) && $5 <= $7 * (1 + 1e-6)) { exit 1 }' all/gradient_flow.csv || wrong "a mean beyond its seeds"

# |dL/dh| falls by at least the radius at each step back: W_hh is the radius times an orthogonal matrix, and tanh' <= 1.
for radius in 0.5 1 2; do
  for d in {1..29}; do
    awk "BEGIN { exit !($(norm "rnn $radius" h start $d) <= $(norm "rnn $radius" h start 0) * $radius ^ $d * (1 + 1e-6)) }" ||
      wrong "radius $radius: more than radius^$d is left at distance $d"
  done
done
claim "a small radius is nearly kept" "$(norm 'rnn 0.5' h start 29) > $(norm 'rnn 0.5' h start 0) * 0.45 ^ 29"
claim "orthogonal: nearly flat" "$(norm 'rnn 1' h start 29) > 0.1 * $(norm 'rnn 1' h start 0)"
claim "a large radius explodes" "$(norm 'rnn 2' h start 29) > 10 * $(norm 'rnn 2' h start 0)"
for state in h c; do
  for biases in '0 1' '1 2'; do
    read -r low high <<<"$biases"
    claim "lstm, $state: bias $high keeps more than $low" "$(norm "lstm $high" $state start 29) / $(norm "lstm $high" $state start 1) > \
      20 * $(norm "lstm $low" $state start 29) / $(norm "lstm $low" $state start 1)"
  done
done
claim "the loss does not read the last c" "$(norm 'lstm 0' c start 0) == 0 && $(norm 'lstm 0' h start 0) > 0"

row() { grep "^| $1 |" log | sed -n "${2}p" | tr -d ' '; }
[[ $(row 'rnn, radius 0.5: h' 1) == *'|0.500|0.500|' && $(row 'rnn, radius 2: h' 1) == *'|2.000|2.000|' ]] ||
  wrong "radius and singular value at the start"
[[ $(row 'rnn, radius 2: h' 2) =~ \|([0-9.]+)\|([0-9.]+)\|$ ]] || wrong "no row after training"
claim "no eigenvalue above the largest singular value" "${BASH_REMATCH[1]} <= ${BASH_REMATCH[2]} + 0.001"
[[ $(row 'rnn, radius 2' 1) =~ \|([0-9.]+)%\|([0-9.e+]+)\|([0-9.e+]+)\|1\|$ ]] || wrong "no row of clipping: $(row 'rnn, radius 2' 1)"
claim "an exploding gradient is clipped" "${BASH_REMATCH[1]} > 20 && ${BASH_REMATCH[3]} > 3"
awk -F, 'NR > 1 && !($5 <= 1 && $5 <= $2 && ($2 > 1 || $5 == $2)) { exit 1 }' all/clipping_rnn.csv || wrong "clipping that is none"
[[ $(grep -c 'of 14: ' log) == 14 ]] || wrong "expected 14 trainings, each once"

if command -v gnuplot >/dev/null; then
  for name in 'radius 0.5' 'bias 2 c' GRU before; do grep -q ">$name<\|$name" all/gradient_flow.svg || wrong "no $name in the picture"; done
  [[ $(head -c 4 all/gradient_flow.png | tail -c 3) == PNG ]] || wrong "a PNG that is none"
else
  echo "skipped: the picture wants gnuplot"
fi
mkdir nothing
PATH=$work/nothing "$gradient_flow" table --out all >table
grep -q "There is no gnuplot" table || wrong "it is not said that there is no gnuplot"
diff <(grep '^|' log) <(grep '^|' table) || wrong "another table of the same results"

# Threads change no figure. A run that is stopped goes on, and ends in the same bits.
train --out one --seeds 1,2 --radii 0.5,1,2 --threads 1 >/dev/null
for file in gradient_flow.csv clipping_rnn.csv clipping_gated.csv; do cmp all/$file one/$file || wrong "threads change $file"; done
long=(--length 30 --hidden 16 --batch 8 --seeds 1 --steps 1500 --radii 1 --forget-biases 1 --threads 2)
"$gradient_flow" train --out whole "${long[@]}" >/dev/null
signal_at stopped/lstm-1-1/metrics.jsonl INT "$gradient_flow" train --out stopped "${long[@]}" >log
[[ $status == 130 ]] && grep -q 'the same command goes on' log || wrong "it did not stop: $(<log)"
"$gradient_flow" train --out stopped "${long[@]}" >/dev/null
cmp whole/gradient_flow.csv stopped/gradient_flow.csv || wrong "it went on to other figures"

# Without clipping, and where a training diverges.
train --out free --seeds 1 --radii 2 --forget-biases 0 --clip 0 >log
[[ $(row 'rnn, radius 2' 1) =~ \|0.0%\|[0-9.e+]+\|([0-9.e+]+)\|([0-9.e+]+)\|$ && ${BASH_REMATCH[1]} == "${BASH_REMATCH[2]}" ]] ||
  wrong "clipped by --clip 0"
sed -i 's/"cell":"rnn"/"cell":"rnn","diverged":"NaN"/' free/rnn-2-1/result.json
"$gradient_flow" table --out free >log
grep -q '^| rnn, radius 2 .*1 of 1 diverged' log || wrong "it is not said that a network diverged"
# What leaves the range of double is written as it is.
sed -i -E 's/"h":\[([^,]*,){4}[^,]*/"h":[1,1e-300,0,null,1e300/' free/gru-1/result.json
"$gradient_flow" table --out free >log
[[ $(grep -cE '^gru,h,start,(2,0|3,inf|4,1e\+300),' free/gradient_flow.csv) == 3 ]] || wrong "infinity and nothing in the CSV file"
row 'gru: h' 1 | grep -qF '|0.00|-300.00|' || wrong "no row of what leaves the range: $(row 'gru: h' 1)"

expect 2 '--out is required' "$gradient_flow" train
expect 2 'expected a number from more than 0' train --out x --radii 0
expect 2 'expected a number from' train --out x --forget-biases nan
expect 2 '--seeds' train --out x --seeds one
for flag in --length --hidden --batch --steps --lr; do expect 2 "$flag: expected a number from" train --out x $flag 0; done
expect 2 'expected a number from 0' train --out x --clip -1
expect 2 'expected a number from 0' train --out x --threads -1
expect 1 'all holds runs of' train --out all --clip 2
mkdir other && echo '{"program":"memory_tasks"}' >other/recipe.json
expect 1 'other holds runs of.*memory_tasks' train --out other
expect 1 'is no folder' "$gradient_flow" table --out x
expect 1 'no finished case' "$gradient_flow" table --out nothing
mkdir -p foreign/case && echo '{"cell":"rnn","value":"big"}' >foreign/case/result.json
expect 1 'foreign holds other results than those of gradient_flow train' "$gradient_flow" table --out foreign
[[ ! -e x ]] || wrong "a folder is left of what cannot be"
expect 1 "$full" to_full "$gradient_flow" table --out all
conclude
