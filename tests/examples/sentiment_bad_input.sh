#!/usr/bin/env bash
# Wrong input of every kind: one clear sentence and the right exit code.   usage: sentiment_bad_input.sh SENTIMENT CHAR_RNN
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
sentiment=$1 char_rnn=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
small=(--hidden 4 --embed 4 --batch 4 --steps 5 --quiet --threads 1)
train() { "$sentiment" train --out run "${small[@]}" "$@"; }

printf 'text\tlabel\na fine film\tpos\na bad film\tneg\nfine\tpos\nbad\tneg\n' >good.tsv
printf 'text\tlabel\na fine film\tpos\nfine\tpos\n' >one_class.tsv
printf 'text\tlabel\na fine film\tpos\nbad\n' >ragged.tsv
printf 'text\tlabel\na fine film\tpos\nbad\t\n' >no_label.tsv
printf 'text\tlabel\ncaf\xe9\tpos\nbad\tneg\n' >latin1.tsv
printf 'text\tlabel\n...\tpos\n' >single.tsv
{ printf 'text\tlabel\n'; for i in $(seq 20); do printf 'fine film\tpos\nfine film\tneg\n'; done; } >same_words.tsv
: >empty.tsv
printf 'fine 1 2 3\nbad 1 2\n' >two_widths.txt
printf 'nothing 1 2\n' >foreign.txt
mkdir folder

expect 1 'nowhere.tsv' train --data nowhere.tsv
expect 2 '--report' train --data good.tsv --report
expect 1 'good.tsv/report.html: cannot write: Not a directory' train --data good.tsv --report good.tsv/report.html
expect 1 'empty.tsv.*empty' train --data empty.tsv
expect 1 "\[train\] all 2 texts are of the class 'pos': give texts of two classes or more" train --data one_class.tsv
expect 1 'ragged.tsv: line 3' train --data ragged.tsv
expect 1 'no_label.tsv: line 3.*label is empty' train --data no_label.tsv
expect 1 'latin1.tsv.*line 2' train --data latin1.tsv
expect 1 "no column 'review'.*text, label" train --data good.tsv --text review
expect 1 'aclImdb' train --data folder
expect 1 'no word|none of' train --data good.tsv --minimum-count 50
expect 1 'two_widths.txt: line 2' train --data good.tsv --minimum-count 1 --vectors two_widths.txt
expect 1 'foreign.txt' train --data good.tsv --minimum-count 1 --vectors foreign.txt
expect 1 "pooling 'median': expected last, max, mean, attention" train --pooling median
expect 2 'expected a number from 1' train --embed 0
expect 2 '--validation-share' train --validation-share 0
expect 2 '--word-dropout' train --word-dropout 1
expect 2 '--out' "$sentiment" train
expect 2 '--cell' train --cell lstn
expect 2 '--model is required' "$sentiment" predict
expect 2 '--batch' "$sentiment" predict --model run --batch 0
expect 2 'not expected|subcommand' "$sentiment" --model run

rm -rf run
train --data good.tsv --minimum-count 1 >/dev/null || { echo "FAILED: the good run"; exit 1; }
expect 1 'holds a run already.*--resume' train --data good.tsv --minimum-count 1
expect 1 'another model or data' train --data good.tsv --resume
train --data same_words.tsv --out split >/dev/null || { echo "FAILED: the run that is split"; exit 1; }
expect 1 'another model or data' train --data same_words.tsv --out split --validation-share 0.3 --resume
rm split/split # as of a run from before there was one
expect 0 '^$' train --data same_words.tsv --out split --validation-share 0.3 --resume --steps 6
expect 1 "'positive' is not a class of the model, which knows neg, pos" "$sentiment" eval --model run
expect 1 'nowhere' "$sentiment" eval --model nowhere
expect 1 'nowhere' "$sentiment" predict --model run nowhere
expect 0 '^$' "$sentiment" predict --model run </dev/null
"$char_rnn" train --out char_rnn --steps 1 --hidden 8 --sample-length 0 --quiet >/dev/null
expect 1 'cannot read standard input' "$sentiment" predict --model run <folder
expect 2 '--part: a table' "$sentiment" eval --model run --data good.tsv --part train
expect 1 "$full" to_full "$sentiment" predict --model run good.tsv
expect 1 "$full" to_full "$sentiment" eval --model run --data good.tsv
for verb in eval predict; do
  expect 1 "char_rnn/config.json describes a 'char_rnn', not a sentiment_lstm" "$sentiment" $verb --model char_rnn
done
expect 1 "run/config.json describes a 'sentiment_lstm', not a char_rnn" "$char_rnn" sample --model run
cp good.tsv run/config.json
expect 1 'run/config.json is not a sentiment_lstm' "$sentiment" predict --model run
conclude
