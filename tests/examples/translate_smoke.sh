#!/usr/bin/env bash
# It learns to translate the embedded pairs; both architectures, all attentions and vocabularies train, are read back and agree
# with themselves.   usage: translate_smoke.sh TRANSLATE
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
translate=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export TMPDIR=$work

# field NAME FILE: its value in a JSON object; the first one
field() { grep -oE "\"$1\":[-0-9.e+]+" "$2" | head -1 | cut -d: -f2; }
above() { awk -v v="$1" -v low="$2" 'BEGIN { exit !(v >= low) }' || wrong "$3 = $1: expected at least $2"; }

# Without a word: all of it, and nothing is left behind.
"$translate" >demo 2>&1
cat demo
bleu=($(grep -oE '^BLEU [0-9.]+' demo | cut -d' ' -f2))
above "${bleu[0]}" 95 "BLEU of the demo"
above 80 "${bleu[1]}" "80, as attention should be missed; BLEU without it"
grep -qE '^ *Heute .*[1-9]' demo || wrong "no attention is shown"
[[ $(ls) == demo ]] || wrong "the demo left $(ls)"

# Both architectures on the embedded pairs; what a report adds changes no weight.
small=(--vocabulary words --minimum-count 1 --tokens 1000 --threads 1 --quiet)
recurrent=(--hidden 32 --embed 32 "${small[@]}")
transformer=(--architecture transformer --width 64 --heads 4 --feed-forward 64 --layers 1 "${small[@]}")
"$translate" train --out gru "${recurrent[@]}" --steps 150 --lr 1e-2 --json gru.json >/dev/null
"$translate" train --out reported "${recurrent[@]}" --steps 150 --lr 1e-2 --json reported.json --report train.html >/dev/null
[[ $(grep -o '"weights":"[0-9a-f]*"' gru.json) == "$(grep -o '"weights":"[0-9a-f]*"' reported.json)" ]] || wrong "a report changes the weights"
grep -q '"validation":"cross-entropy, nats a token"' train.html && grep -q '"attention":{' train.html || wrong "the report of train"
"$translate" train --out former "${transformer[@]}" --steps 300 --lr 5e-3 --json former.json >/dev/null
for run in gru former; do
  awk -v p="$(field perplexity $run.json)" 'BEGIN { exit !(p < 20) }' || wrong "perplexity of $run: $(field perplexity $run.json)"
  "$translate" eval --model $run --part validation --beam 1 --threads 1 --json eval.json --report eval.html >/dev/null
  grep -q '"attention":{' eval.html || wrong "the report of eval"
  for name in loss bleu chrf; do
    awk -v a="$(field $name $run.json)" -v b="$(field $name eval.json)" 'BEGIN { d = a - b; exit !(d * d < 1e-8 + 1e-6 * a * a) }' ||
      wrong "$name of $run: train says $(field $name $run.json), eval $(field $name eval.json)"
  done
done

# translate: a line for a line, the same one by one and in batches, of files and of standard input.
{
  echo 'The man sees two old dogs.'
  echo
  printf 'a word that nobody has seen: \xff\xfe\x80 qwertz\r\n'
  echo 'When the cat sleeps behind the house, a woman buys a red ball.'
  printf 'no line break at the end'
} >lines
for run in gru former; do
  "$translate" translate --model $run lines >one_by_one
  "$translate" translate --model $run --batch 3 lines >in_batches
  "$translate" translate --model $run --timing <lines >typed 2>timing
  [[ $(wc -l <one_by_one) == 5 && -z $(sed -n 2p one_by_one) ]] || wrong "expected 5 lines, the second empty, got $(<one_by_one)"
  cmp one_by_one in_batches || wrong "batches change translations"
  cmp one_by_one typed || wrong "standard input is read otherwise"
  "$translate" translate --model $run --json --attention $run.svg lines >json
  [[ $(grep -cE '^\{"source":".*","tokens":\[.*\],"translation":".*"\}$' json) == 5 ]] || wrong "JSON lines: $(<json)"
  grep -q '<svg' $run.svg && grep -q '>dogs<' $run.svg || wrong "no picture of what $run looked at"
done
grep -qE '^5 sentences in [0-9.]+ s: [0-9.]+ sentences/s, [0-9.]+ ms each$' timing || wrong "--timing says $(<timing)"
{ echo 'The man sleeps.'; eventually test -s answers && touch streamed; true; } | "$translate" translate --model gru >answers
[[ -e streamed ]] || wrong "a line is not answered before the next comes"

# Pairs in files, compressed, and as a table: the same weights. Every attention, cell and kind of vocabulary.
for i in $(seq 200); do
  n=$((i % 7)) && echo "The $((n * n)) dogs of number $n" >>en && echo "die $((n * n)) Hunde der Nummer $n" >>de
done
gzip -k en de
paste en de >pairs.tsv
own=(--hidden 16 --embed 16 --tokens 200 --steps 20 --threads 1 --quiet)
"$translate" train --out files --data en de --vocabulary-size 40 "${own[@]}" --json files.json >/dev/null
"$translate" train --out zipped --data en.gz de.gz --vocabulary-size 40 "${own[@]}" --json zipped.json >/dev/null
"$translate" train --out table --data pairs.tsv --vocabulary-size 40 "${own[@]}" --json table.json >/dev/null
for other in zipped table; do
  [[ $(grep -o '"weights":"[0-9a-f]*"' files.json) == "$(grep -o '"weights":"[0-9a-f]*"' $other.json)" ]] || wrong "$other pairs are others"
done
for flags in "--attention none" "--attention dot --cell lstm" "--attention scaled_dot --layers 2" "--attention additive --one-way" \
  "--joint --untied" "--lower-case --vocabulary words" "--teacher-forcing 0.5 --teacher-forcing-steps 10" \
  "--cell lstm --attention none --one-way --layers 2"; do
  rm -rf run
  "$translate" train --out run --data en de --validation en de --vocabulary-size 60 "${own[@]}" $flags >/dev/null || wrong "train $flags"
  [[ $("$translate" translate --model run en | wc -l) == 200 ]] || wrong "translate of $flags"
done
for flags in "--positions learned --norm post" "--positions rotary --separate" "--positions none"; do
  rm -rf run
  "$translate" train --out run --data en de --validation en de --vocabulary-size 60 --architecture transformer --width 16 --heads 2 \
    --feed-forward 16 --layers 1 --tokens 200 --steps 20 --threads 1 --quiet $flags >/dev/null || wrong "train $flags"
  [[ $("$translate" translate --model run --beam 2 en | wc -l) == 200 ]] || wrong "translate of $flags"
done

# A sentence as long as a transformer may read can be written, and ended: no search prefers a shorter one that ended.
"$translate" train --out long --data en de --validation en de --longest 6 "${transformer[@]}" --steps 150 --lr 1e-2 >/dev/null
"$translate" translate --model long --beam 20 <(sort -u en) >written
paste <(sort -u en) written >found && paste en de | sort -u | cmp - found || wrong "sentences of the greatest length: $(<written)"
conclude
