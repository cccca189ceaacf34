#!/usr/bin/env bash
# Wrong input of every kind: one clear sentence and the right exit code.   usage: ner_bad_input.sh NER CHAR_RNN
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
ner=$1 char_rnn=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
train() { "$ner" train --out "$work/run" --hidden 8 --embed 8 --steps 20 --quiet --threads 1 "$@"; }
fresh() { rm -rf "$work/run"; }

for i in $(seq 30); do printf 'Maria B-PER\nsaw O\nNew B-LOC\nYork I-LOC\n\n'; done >good.conll
: >empty.conll
printf 'Maria B-PER\nsaw O\nNew\n\n' >ragged.conll
printf 'Maria\nsaw\n\nYork\n' >untagged.conll
printf 'Maria B-PER\ncaf\xe9 O\n' >latin1.conll
printf 'Maria O\nsaw O\n\nYork O\n' >outside.conll
printf 'Maria B-PER\nsaw VERB\n\nYork B-LOC\nsaw VERB\n' >mixed.conll
printf 'Maria B-PER\n\n' >one.conll
printf '1\tMaria\t_\tPROPN\n' >short.conllu
printf 'maria 1 2 3\nsaw 1 2\n' >widths.txt
printf 'zzz 1 2 3\n' >strangers.txt
printf '{"train": [0]}' >split.json

expect 2 'expected a number from 1' train --embed 0
expect 1 'nowhere.conll' train --data nowhere.conll
expect 2 '--report' train --data good.conll --report
expect 1 'good.conll/report.html: cannot write: Not a directory' train --data good.conll --report good.conll/report.html
expect 1 'empty.conll' train --data empty.conll
expect 1 'ragged.conll: line 3: expected 2 columns' train --data ragged.conll
expect 1 'untagged.conll: has one column' train --data untagged.conll
expect 1 'latin1.conll: line 2' train --data latin1.conll
expect 1 'all tags are O' train --data outside.conll
expect 1 "got 'VERB'" train --data mixed.conll
expect 1 'of 1 leaves nothing; give more sentences' train --data one.conll
expect 1 'short.conllu: line 1: .*10|ten' train --data short.conllu
expect 1 'column 5' train --data good.conll --tag-column 5
expect 1 'split.json.*"validation"' train --data good.conll --split split.json
expect 1 'widths.txt: line 2' train --data good.conll --vectors widths.txt
expect 1 'strangers.txt' train --data good.conll --vectors strangers.txt
expect 1 'even number' train --data good.conll --characters gru --char-hidden 5
expect 2 '--characters' train --data good.conll --characters lstm
expect 2 '--cell' train --data good.conll --cell grue
expect 2 '--word-dropout' train --data good.conll --word-dropout 1
expect 2 '--lr' train --data good.conll --lr nan
expect 2 'out' "$ner" train --data good.conll
expect 2 'not expected' train --data good.conll --hiden 3
fresh
train --data good.conll >/dev/null || { echo "FAILED: the good run"; exit 1; }
expect 1 'holds a run already.*--resume' train --data good.conll
expect 1 'another model or data' train --data good.conll --resume --no-crf
expect 1 'another model or data' train --data good.conll --resume --validation-share 0.3
rm run/split # as of a run from before there was one
expect 0 '^$' train --data good.conll --resume --validation-share 0.3 --steps 21

# What the model has not seen is said, or is an unknown word.
printf 'Maria B-PER\nleft O\nParis B-CITY\n\n' >unseen.conll
expect 0 'without the tags B-CITY; so 1 tokens' "$ner" eval --model run --data unseen.conll
printf 'Maria NOUN\n\n' >other.conll
expect 1 "got 'NOUN'" "$ner" eval --model run --data other.conll
expect 1 'untagged.conll' "$ner" eval --model run --data untagged.conll
expect 1 'ragged.conll: line 3' "$ner" tag --model run ragged.conll
expect 1 'latin1.conll: line 2' "$ner" tag --model run latin1.conll
expect 1 'nowhere: cannot be read: No such file' "$ner" tag --model run nowhere
mkdir folder
for format in auto columns conllu; do
  expect 1 'folder: cannot be read: Is a directory' "$ner" tag --model run --format $format folder
done
expect 1 'cannot read standard input' "$ner" tag --model run <folder
expect 1 "$full" to_full "$ner" tag --model run good.conll
expect 1 "$full" to_full "$ner" eval --model run --data good.conll
expect 1 "$full" to_full "$ner" score <<<"word O O"
expect 2 '--baseline requires --data' "$ner" eval --model run --baseline good.conll
expect 2 '--part: without --split' "$ner" eval --model run --data good.conll --part train
expect 1 'nowhere' "$ner" tag --model nowhere
expect 1 "got 'a'" "$ner" score <<<"word a b"
expect 1 'standard input: line 1: .*column -2' "$ner" score <<<"word"
"$ner" tag --model run </dev/null | cmp - /dev/null || failures=$((failures + 1))
"$char_rnn" train --data good.conll --out chars --steps 2 --hidden 8 --batch 2 --bptt 4 --quiet >/dev/null
expect 1 "chars/config.json describes a 'char_rnn', not a bigru_ner" "$ner" tag --model chars
expect 1 "describes a 'bigru_ner', not a char_rnn" "$char_rnn" sample --model run
head -c 1000 run/model.safetensors >half && mv half run/model.safetensors
expect 1 'model.safetensors' "$ner" tag --model run good.conll
conclude
