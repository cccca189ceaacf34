#!/usr/bin/env bash
# Wrong input of every kind: one clear sentence and the right exit code.   usage: translate_bad_input.sh TRANSLATE CHAR_RNN
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
translate=$1 char_rnn=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
small=(--hidden 8 --embed 8 --tokens 100 --steps 4 --quiet --threads 1 --vocabulary words --minimum-count 1)
train() { "$translate" train --out run "${small[@]}" "$@"; }
transformer() {
  "$translate" train --out former --architecture transformer --width 8 --heads 2 --feed-forward 8 --layers 1 --tokens 100 --steps 4 \
    --quiet --threads 1 --vocabulary words --minimum-count 1 "$@"
}

for i in $(seq 30); do echo "the dog number $i sleeps" >>a && echo "der Hund Nummer $i schläft" >>b; done
head -29 b >short
sed '7s/.*//' b >hole
printf 'a dog\tein Hund\nno tab\n' >no_tab.tsv
printf 'a dog\tein Hund\na cat\t\n' >no_target.tsv
printf 'caf\xe9\n' >latin1
echo cafe >cafe
: >empty
mkdir folder

# What is wrong with pairs.
expect 1 'nowhere.*No such file' train --data a nowhere
expect 1 'short.*30|a.*line 30' train --data a short
expect 1 'hole.*line 7' train --data a hole
expect 1 'hole.*line 7' train --data hole a
expect 1 'no_tab.tsv: line 2' train --data no_tab.tsv
expect 1 'no_target.tsv: line 2' train --data no_target.tsv
expect 1 'latin1: line 1' train --data latin1 cafe
expect 1 'empty.*empty' train --data empty empty
expect 1 'folder.*directory' train --data a folder
expect 1 'leaves nothing; give more pairs' train --data cafe cafe
expect 1 'all 28 pairs to train on have more than 3 tokens on a side: set --longest' train --data a b --longest 3
expect 1 'nowhere' train --data a b --validation nowhere b
head -c 30 <(gzip -c a) >half.gz
expect 1 'half.gz' train --data half.gz b

# What is wrong with flags.
expect 2 '--data' train --data
expect 2 '--out' "$translate" train --data a b
expect 2 'c' train --data a b c
expect 2 '--heads.*belongs to transformer' train --heads 2
expect 2 '--cell.*belongs to seq2seq' transformer --cell gru
expect 2 '--attention' train --attention sideways
expect 2 '--cell' train --cell lstn
expect 2 '--separate excludes --joint|--joint' train --joint --separate
expect 2 'expected a number from 0 to 0.99' train --label-smoothing 1
expect 2 '--tokens' train --tokens 0
expect 2 '--batch' train --batch 8
expect 2 '--report' train --report
expect 2 '--model is required' "$translate" eval
expect 2 '--model is required' "$translate" translate
expect 2 'not expected|subcommand' "$translate" --model run
expect 1 'heads' transformer --heads 3
expect 1 'even' train --hidden 9
expect 1 'a/report.html: cannot write: Not a directory' train --report a/report.html
[[ ! -e run && ! -e former ]] || wrong "a run that never began left a folder"

# Models, and what they are asked.
train --data a b >/dev/null || { echo "FAILED: the good run"; exit 1; }
expect 1 'holds a run already.*--resume' train --data a b
expect 1 'another model or data' train --data a b --resume --attention none
"$translate" train --data a b --validation a b --out own "${small[@]}" >/dev/null
expect 1 'own/config.json is of another model or data' "$translate" train --data a b --validation b a --out own "${small[@]}" --resume
expect 1 'own/config.json is of another model or data' "$translate" train --data a b --validation <(head -9 a) <(head -9 b) --out own \
  "${small[@]}" --resume
expect 1 'own/config.json is of another model or data' "$translate" train --data <(tac a) <(tac b) --validation a b --out own \
  "${small[@]}" --resume
expect 0 '^$' "$translate" train --data a b --validation a b --out own "${small[@]}" --steps 8 --resume
transformer --data a b --longest 12 >/dev/null || { echo "FAILED: the good transformer"; exit 1; }
for i in $(seq 9); do printf 'the dog number '; done >long && echo >>long
expect 1 'long: line 1 has 27 tokens, and the model takes 12: split the sentence' "$translate" translate --model former long
expect 1 'standard input: line 1 has 27 tokens' "$translate" translate --model former <long
{ echo dog && echo && cat long; } >third && printf 'Hund\n\nHund\n' >third_too
expect 1 'line 3: the source has 27 tokens, and the model takes 12' "$translate" eval --model former --data third third_too
expect 1 'line 3: the target has 27 tokens, and the model takes 12' "$translate" eval --model former --data <(paste third_too third)
{ cat a long; cat a; } >within
for flags in "--batch 1" "--batch 2" "--batch 40"; do
  "$translate" translate --model former $flags within >answers 2>error
  [[ $(wc -l <answers) == 30 ]] || wrong "$flags: $(wc -l <answers) answers before a line that is too long, expected 30"
  grep -q 'within: line 31 has 27 tokens' error || wrong "$flags: $(<error)"
  "$translate" translate --model former $flags a half.gz >answers 2>error
  (($(wc -l <answers) >= 30)) && grep -q half.gz error || wrong "$flags: of a damaged file, $(wc -l <answers) answers and $(<error)"
  "$translate" translate --model former $flags a nowhere >answers 2>error
  [[ $(wc -l <answers) == 30 ]] && grep -q nowhere error || wrong "$flags: of a missing file, $(wc -l <answers) answers and $(<error)"
done
expect 0 '^$' "$translate" translate --model run long
expect 0 '^$' "$translate" translate --model run </dev/null
expect 0 'note: 1 of 31 pairs to train on have more than 12 tokens' transformer --out other --validation a b --longest 12 \
  --data <(cat a long) <(cat b <(echo Hund))
expect 2 '--part.*files have no parts' "$translate" eval --model run --data a b --part train
expect 2 '--beam' "$translate" translate --model run --beam 0
expect 1 'short' "$translate" eval --model run --data a short
expect 1 'nowhere' "$translate" eval --model nowhere
expect 1 'nowhere' "$translate" translate --model run nowhere
expect 1 'cannot read standard input' "$translate" translate --model run <folder
expect 1 "$full" to_full "$translate" translate --model run a
expect 1 "$full" to_full "$translate" eval --model run
"$translate" train --data a b --out blind "${small[@]}" --attention none >/dev/null
expect 1 'trained with --attention none' "$translate" translate --model blind --attention picture.svg a
expect 1 'a/picture.svg' "$translate" translate --model run --attention a/picture.svg a
"$char_rnn" train --data a --out chars --steps 2 --hidden 8 --batch 2 --bptt 4 --quiet >/dev/null
expect 1 "chars/config.json describes a 'char_rnn', not a translation" "$translate" translate --model chars
expect 1 "run/config.json describes a 'translation', not a char_rnn" "$char_rnn" sample --model run
for file in source.vocabulary model.safetensors config.json; do
  rm -rf damaged && cp -r run damaged
  head -c 50 run/$file >damaged/$file
  expect 1 "damaged/$file" "$translate" translate --model damaged a
  rm damaged/$file
  expect 1 "damaged/$file" "$translate" translate --model damaged a
done
cp former/model.safetensors damaged && cp run/config.json damaged
expect 1 'model.safetensors|weight' "$translate" translate --model damaged a
conclude
