#!/usr/bin/env bash
# On reviews whose order counts it comes close to the best that there is; what it saves it reads again; data in every form.
# usage: sentiment_smoke.sh SENTIMENT
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
sentiment=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TMPDIR=$work

# field NAME FILE: its value in a JSON object; the first one
field() { grep -oE "\"$1\":[-0-9.e+]+" "$2" | head -1 | cut -d: -f2; }
above() { awk -v v="$1" -v low="$2" 'BEGIN { exit !(v >= low) }' || wrong "$3 = $1: expected at least $2"; }

# Without a word: all of it, and nothing is left behind.
"$sentiment" >demo 2>&1
cat demo
grep -q 'the best of a bag of words' demo || wrong "no baseline is shown"
(($(grep -cE '^(negative|positive)	[01]\.[0-9]{4}$' demo) >= 3)) || wrong "no predictions are shown"
[[ $(ls) == demo ]] || wrong "the demo left $(ls)"

"$sentiment" train --out run --hidden 64 --embed 64 --dropout 0.2 --word-dropout 0 --lr 5e-3 --epochs 4 --threads 1 --quiet >/dev/null
"$sentiment" eval --model run --threads 1 --json eval.json
above "$(field accuracy eval.json)" "$(awk -v best="$(field best_accuracy eval.json)" 'BEGIN { print best - 0.01 }')" accuracy
awk -v bag="$(field best_bag_accuracy eval.json)" 'BEGIN { exit !(bag < 0.65) }' || wrong "a bag of words is too good"

"$sentiment" eval --model run --threads 1 --report eval.html >/dev/null
grep -q '"kind":"texts"' eval.html && grep -q '"caption":"How well each class' eval.html || wrong "the report of eval"
"$sentiment" train --out reported --hidden 8 --embed 8 --steps 40 --threads 1 --quiet --json reported.json --report train.html >/dev/null
"$sentiment" train --out plain --hidden 8 --embed 8 --steps 40 --threads 1 --quiet --json plain.json >/dev/null
[[ $(grep -o '"weights":"[0-9a-f]*"' plain.json) == "$(grep -o '"weights":"[0-9a-f]*"' reported.json)" ]] || wrong "a report changes the weights"
grep -q '"validation":"share of wrong texts"' train.html || wrong "the report of train"

# predict: one answer a line, in order, the same one by one and in batches, of files and of standard input.
{
  echo 'The acting was not dull, and the plot is long.'
  echo 'The acting was dull, and the plot is not long.'
  echo
  printf 'a word that nobody has seen: \xff\xfe\x80 qwertz\r\n'
  for i in $(seq 20000); do printf 'superb '; done
  echo
  printf 'no line break at the end'
} >lines
"$sentiment" predict --model run lines >one_by_one
"$sentiment" predict --model run --batch 4 lines >in_batches
"$sentiment" predict --model run <lines >typed
"$sentiment" predict --model run --json --timing lines >json 2>timing
[[ $(wc -l <one_by_one) == 6 ]] || wrong "expected 6 answers, got $(<one_by_one)"
cmp one_by_one typed || wrong "standard input is read otherwise"
paste one_by_one in_batches | awk '$1 != $3 || ($2 - $4)^2 > 1e-7 { exit 1 }' || wrong "batches change answers"
[[ $(head -2 one_by_one | cut -f1 | xargs) == "positive negative" ]] || wrong "the order of words does not count: $(<one_by_one)"
[[ $(grep -cE '^\{"label":"(positive|negative)","probabilities":\{"negative":[0-9.e-]+,"positive":[0-9.e-]+\},"probability":[0-9.]+\}$' json) == 6 ]] ||
  wrong "JSON lines: $(<json)"
grep -qE '^6 texts in [0-9.]+ s: [0-9]+ texts/s, [0-9.]+ ms each$' timing || wrong "--timing says $(<timing)"
{ echo 'The plot is superb.'; eventually test -s answers && touch streamed; true; } | "$sentiment" predict --model run >answers
[[ -e streamed ]] || wrong "a line is not answered before the next comes"

# The same texts as a table and as one file a class; three classes; another cell, one way, over the last state,
# or over what attention finds.
for i in $(seq 60); do
  echo "a,\"fine, fine film $i\"" >>table.csv && printf 'fine, fine film %s\ta\n' "$i" >>table.tsv && echo "fine, fine film $i" >>films.a
  echo "b,a bad one" >>table.csv && printf 'a bad one\tb\n' >>table.tsv && echo "a bad one" >>films.b
  echo "c,caf$(printf '\xe9')" >>table.csv && printf 'caf\xe9\tc\n' >>table.tsv && printf 'caf\xe9\n' >>films.c
done
short=(--cell gru --one-way --pooling last --hidden 8 --embed 8 --dropout 0 --word-dropout 0 --lr 2e-2 --steps 60 --threads 1
  --latin1 --quiet)
"$sentiment" train --out csv --data table.csv --text 2 --label 1 --no-header "${short[@]}" >/dev/null
"$sentiment" train --out tsv --data table.tsv --text 1 --label 2 --no-header "${short[@]}" >/dev/null
"$sentiment" train --out files --data films.a films.b films.c "${short[@]}" >/dev/null
"$sentiment" train --out attention --data films.a films.b films.c "${short[@]/#last/max+attention}" >/dev/null
for run in csv tsv files attention; do
  "$sentiment" eval --model $run --data films.a films.b films.c --latin1 --json $run.json
  above "$(field accuracy $run.json)" 1 "accuracy of $run"
done
[[ $(echo 'CAFÉ' | "$sentiment" predict --model csv | cut -f1) == c ]] || wrong "Latin-1 was not read as such"

# aclImdb, as folder and as archive.
mkdir -p aclImdb/{train,test}/{neg,pos}
for part in train test; do
  for i in $(seq 30); do
    echo "What a fine film.<br />Number $i" >aclImdb/$part/pos/${i}_9.txt
    echo "What a bad film.<br />Number $i" >aclImdb/$part/neg/${i}_2.txt
  done
done
tar -czf imdb.tar.gz aclImdb
"$sentiment" train --out imdb --data aclImdb "${short[@]}" >/dev/null
"$sentiment" eval --model imdb --data imdb.tar.gz --json imdb.json
above "$(field accuracy imdb.json)" 1 "accuracy of imdb"

# Pretrained vectors set the embedding's width.
printf 'fine 1 0 0\nbad 0 1 0\n' >vectors.txt
"$sentiment" train --out vectors --data aclImdb --vectors vectors.txt "${short[@]}" >/dev/null
grep -q '"embed": 3' vectors/config.json || wrong "the vectors' width is not the embedding's"
conclude
