#!/usr/bin/env bash
# A tiny comparison: the table, the CSV files and the pictures are there, with figures that can be. One that is stopped
# goes on to the same figures; a wrong command line is one clear sentence.   usage: compare_cells.sh COMPARE_CELLS
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
compare_cells=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
die() { echo "$*" && exit 1; }
train() { "$compare_cells" train --threads 1 --parameters 24000 --steps 20 --cells gru,rnn --seeds 1,2 "$@"; }

# between LOW HIGH FILE: all numbers of the CSV file, but those of the first two columns, lie there
between() {
  awk -F, -v low="$1" -v high="$2" 'NR > 1 { for (i = 3; i <= NF; ++i) if (!($i >= low && $i <= high)) { print FILENAME ": " $i; bad = 1 } }
    END { exit bad }' "$3" || die "expected $1 to $2"
}
train --out all | tee log
for task in characters names reviews; do
  [[ $(grep -c "of 12: $task" log) == 4 ]] || die "$task: expected four trainings"
  grep -q "^| $task | H | parameters | training loss |" log || die "no table of $task"
  for curves in loss gradient gradient_before; do
    [[ $(head -1 all/${task}_$curves.csv) == *,rnn,rnn_low,rnn_high,gru,gru_low,gru_high ]] || die "$task: $curves.csv"
  done
  [[ $(wc -l <all/${task}_loss.csv) == 21 ]] || die "$task: expected a loss for each step"
  between 0.01 60 all/${task}_loss.csv
  for gradient in gradient gradient_before; do
    between 0 20 all/${task}_$gradient.csv
    between 1e-3 20 <(head -2 all/${task}_$gradient.csv) # that at the end
  done
  cut -d, -f1-3,9- all/${task}_scores.csv >scores.csv
  between 0 24000 scores.csv
done
[[ $(wc -l <all/characters_gradient.csv) == 65 ]] || die "expected a gradient for each of 64 characters"
[[ $(grep -cE '^\| (rnn|gru) \| [0-9]+ \| 2[0-9]{3}[0-9] \| [0-9.]+ \([0-9.]+ to [0-9.]+\) \| [0-9.]+ \(' log) == 6 ]] ||
  die "expected six rows, with parameters near the budget"

pictures() { for task in characters names reviews; do [[ -s all/$task.png && -s all/$task.svg ]] || return 1; done; }
if command -v gnuplot >/dev/null; then
  pictures || die "a picture is missing"
  [[ $(head -c 4 all/names.png | tail -c 3) == PNG ]] && grep -q '</svg>' all/names.svg || die "pictures that are none"
  grep -q 'gru' all/names.svg || die "no direct labels"
else
  echo "skipped: pictures want gnuplot"
fi
rm -f all/*.png all/*.svg
mkdir nothing
PATH=$work/nothing "$compare_cells" table --out all >table
grep -q "There is no gnuplot.*install gnuplot-nox, then 'cd all && gnuplot \*.gp'" table || die "it is not said that there is no gnuplot"
pictures && die "pictures without gnuplot"
[[ -s all/names.gp ]] || die "no script for gnuplot"

# Nothing is done twice; other cells join; the same seed gives the same bits.
train --out all --cells lstm --tasks reviews >log
[[ $(grep -c 'reviews, lstm' log) == 2 && $(grep -c ' of 6: ' log) == 2 ]] || die "expected two new trainings"
grep -q '^| lstm ' log || die "no row of the LSTM"
train --out again --tasks names --cells gru --seeds 2 >/dev/null
train --out again --tasks names --cells gru,rnn --seeds 1,2 >/dev/null
for curves in loss gradient; do cmp all/names_$curves.csv again/names_$curves.csv; done

# One page for all runs.
"$compare_cells" table --out all --report pages/report.html | grep '^report: pages/report.html' >/dev/null || die "no report"
for task in characters names reviews; do grep -q "\"name\":\"$task\"" pages/report.html || die "$task is not on the page"; done
expect 1 'log/page: cannot write: Not a directory' "$compare_cells" table --out all --report log/page

# A run that is stopped goes on, and ends in the same bits.
long=(--tasks characters --cells gru --seeds 3 --steps 400)
train --out whole "${long[@]}" >/dev/null
signal_at stopped/characters-gru-3/metrics.jsonl INT "$compare_cells" train --threads 1 --parameters 24000 --out stopped "${long[@]}" >log
[[ $status == 130 ]] && grep -q 'the same command goes on' log || die "it did not stop: $(<log)"
train --out stopped "${long[@]}" >/dev/null
for curves in loss gradient; do cmp whole/characters_$curves.csv stopped/characters_$curves.csv; done

# A cell that diverges is named, and the others are drawn.
sed -i 's/"cell":"rnn"/"cell":"rnn","diverged":"NaN"/' all/names-rnn-*/result.json
"$compare_cells" table --out all >log
grep -q '^| rnn .*2 of 2 diverged' log || die "it is not said that a cell diverged"

echo 'a short text' >short.txt
expect 2 '--tasks' "$compare_cells" train --out x --tasks poems
expect 2 '--cells' "$compare_cells" train --out x --cells lstn
expect 2 '--seeds' "$compare_cells" train --out x --seeds one
expect 2 'expected a number from 1' "$compare_cells" train --out x --parameters 0
expect 2 'expected a number from 1' "$compare_cells" train --out x --steps 0
expect 2 '--out is required' "$compare_cells" train
expect 1 '100 parameters are too few: one hidden unit takes' "$compare_cells" train --out y --parameters 100
expect 1 'nowhere\.txt' "$compare_cells" train --out z --text nowhere.txt
expect 1 '--text: 11 symbols to train on, expected at least 2049: give a longer text' "$compare_cells" train --out s --text short.txt
expect 1 'all holds runs of' "$compare_cells" train --out all --steps 21 --parameters 24000
[[ ! -e x && ! -e y && ! -e z && ! -e s ]] || wrong "a folder is left of what cannot be"
expect 1 'is no folder' "$compare_cells" table --out nowhere
expect 1 'no finished case' "$compare_cells" table --out nothing
mkdir -p foreign/case && echo '{"task":3}' >foreign/case/result.json
expect 1 'foreign holds other results than those of compare_cells train, whose --out is wanted' "$compare_cells" table --out foreign
expect 1 "$full" to_full "$compare_cells" table --out all

# The text is what it says, wherever it stands.
printf 'a text of lines\n%.0s' {1..300} >text
with_text() { train --out texts --tasks characters --cells gru --seeds 1 --text "$@"; }
with_text text >/dev/null
mv text moved && with_text moved >log
grep -q 'of 1: ' log && wrong "a text that was moved is trained on again"
printf 'other lines\n%.0s' {1..300} >moved
expect 1 'texts holds runs of' with_text moved
conclude
