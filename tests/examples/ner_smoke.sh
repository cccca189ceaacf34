#!/usr/bin/env bash
# A short training reaches a number; eval, tag and score agree; text, columns and CoNLL-U are read.   usage: ner_smoke.sh NER
set -euo pipefail
ner=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# at_least LOW FIELD FILE: FIELD of the JSON object is that or more
at_least() {
  local value
  value=$(grep -oE "\"$2\":[-0-9.e+]+" "$3" | head -1 | cut -d: -f2)
  awk -v v="$value" -v low="$1" 'BEGIN { exit !(v >= low) }' || { echo "$2 = $value: expected at least $1"; exit 1; }
  echo "$2 = $value"
}
# same WHAT A B: two texts are one
same() { [[ $2 == "$3" ]] || { printf '%s:\n%s\nis not\n%s\n' "$1" "$2" "$3"; exit 1; }; }

# The embedded sentences: most words' most frequent tag has an F1 of 0.15, who knows all one of 0.99.
"$ner" train --out run --steps 500 --threads 1 --quiet --json train.json
"$ner" eval --model run --threads 1 --json eval.json >report
at_least 0.9 validation train.json
at_least 0.9 f1 eval.json
grep -q 'processed 21634 tokens with 3706 phrases' report
grep -q 'who knows how the sentences are made: 99' report

"$ner" eval --model run --threads 1 --report eval.html >/dev/null
grep -q '"kind":"spans"' eval.html
"$ner" train --out plain --steps 30 --threads 1 --quiet --json plain.json >/dev/null
"$ner" train --out reported --steps 30 --threads 1 --quiet --json reported.json --report train.html >/dev/null
same "weights with a report" "$(grep -o '"weights":"[0-9a-f]*"' reported.json)" "$(grep -o '"weights":"[0-9a-f]*"' plain.json)"
grep -q '"validation":"1 - F1 of spans"' train.html

# eval counts what tag writes as score, and conlleval, count it. One sentence at a time or many: the same tags.
awk 'BEGIN { srand(5); split("Paris London Rome Oslo", place); split("Maria John Anna Peter", person)
  for (i = 0; i < 200; ++i) printf "%s I-PER\nflew O\nto O\nNew I-LOC\n%s I-LOC\n%s B-LOC\n. O\n\n", person[int(1 + rand() * 4)],
    place[int(1 + rand() * 4)], place[int(1 + rand() * 4)] }' >iob1.conll
"$ner" train --data iob1.conll --out own --steps 60 --hidden 16 --lr 2e-2 --threads 1 --quiet --json own.json >/dev/null
at_least 0.99 validation own.json
"$ner" eval --model own --data iob1.conll --baseline iob1.conll --json own_eval.json | tee own_report
"$ner" tag --model own iob1.conll >tagged
"$ner" tag --model own --batch 8 iob1.conll | cmp tagged
"$ner" tag --model own <(cut -d' ' -f1 iob1.conll) --format columns | cmp tagged
sed 's/\(.*\) \(.*\)/\2 \1/' iob1.conll >turned.conll
for column in 2 -1; do "$ner" tag --model own --token-column $column turned.conll | cmp tagged; done
paste -d' ' iob1.conll <(cut -f2 tagged) | sed 's/^ $//' | "$ner" score >scored
same "score's report" "$(cat scored)" "$(head -"$(wc -l <scored)" own_report)"

# Text, line by line; nothing for an empty line; broken UTF-8 and control characters do no harm.
printf 'Maria flew to New Paris.\n\n  \nM\xffria \xe2\x82 \x01 flew\r\nOslo' | "$ner" tag --model own >text
same "first sentence" "$(head -6 text | cut -f1 | tr '\n' ' ')" "Maria flew to New Paris . "
same "sentences" "$(grep -c '^$' text)" 3
iconv -f UTF-8 -t UTF-8 text >/dev/null
echo "Anna flew to New Oslo ." | "$ner" tag --model own --json | grep '"entities":\[{"begin":0,"end":1,"type":"PER"}' >/dev/null
# Each line is answered before the next one is there.
mkfifo lines answers
"$ner" tag --model own <lines >answers &
exec 3>lines 4<answers
echo Oslo >&3
read -r -t 300 -u 4 answer && [[ $answer == Oslo* ]] || { echo "a line waits for the next"; exit 1; }
exec 3>&- && cat <&4 >/dev/null && exec 4<&- && wait $!
# On a terminal names have colours.
if script -qec true /dev/null </dev/null &>/dev/null; then
  script -qec "echo Anna flew to New Oslo . | $ner tag --model own" /dev/null </dev/null >terminal
  grep -q $'\x1b\[.*Anna' terminal
else
  echo "skipped: colours; there is no program 'script' here, or there are no terminals"
fi

# Parts of speech in CoNLL-U, with a multiword token and an empty node; without the CRF and without characters.
for i in $(seq 40); do
  printf '# sent_id = %s\n1-2\tdunno\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdu\tdo\tAUX\tV\t_\t0\troot\t_\t_\n2\tnno\tknow\tVERB\tV\t_\t1\tx\t_\t_\n2.1\te\t_\tX\t_\t_\t_\t_\t_\t_\n3\t%s\tcat\tNOUN\tN\t_\t1\tx\t_\t_\n\n' "$i" "cat$i"
done >pos.conllu
"$ner" train --data pos.conllu --out pos --steps 60 --hidden 16 --no-crf --characters none --threads 1 --quiet --json pos.json | grep accuracy
at_least 0.99 validation pos.json
"$ner" eval --model pos --data pos.conllu | grep 'processed 120 tokens; accuracy: 100.00%' >/dev/null
same "parts of speech" "$("$ner" tag --model pos pos.conllu | head -3 | tr '\t\n' '  ')" "du AUX nno VERB cat1 NOUN "

# Vectors, whose width is the embedding's.
printf 'maria 1 0 0\nparis 0 1 0\nflew 0 0 1\n' >vectors
"$ner" train --data iob1.conll --out vectored --steps 20 --vectors vectors --threads 1 --quiet >/dev/null
grep -q '"embed": 3' vectored/config.json
echo "everything agrees"
