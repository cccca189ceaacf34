#!/usr/bin/env bash
# The linear-chain CRF that examples/ner has to beat, on the same sentences: Wapiti (Lavergne, Cappé & Yvon 2010) with
# ner_baseline.template, L-BFGS, the weight of its L2 penalty chosen on the validation part.
#    usage: WAPITI=PATH ner_baseline.sh NER DATA: build/release/examples/ner, and the folder with wikigold/ and wnut17/
# Debian's package wapiti is another program, a scanner of web sites. The CRF's source is built by `make`, which leaves
# the program that WAPITI names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ner=$(realpath "$1") data=$(realpath "$2") wapiti=${WAPITI:?names the program of the CRF toolkit Wapiti}
[[ $("$wapiti" -h 2>&1 || true) == *"force maxent"* ]] || { echo "$wapiti is not the CRF toolkit Wapiti" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# wikigold.{train,validation,test}: the documents of the split, IOB1 made IOB2.
python3 - "$here/../../examples/splits/wikigold.json" "$data/wikigold/wikigold.conll.txt" <<'PYTHON'
import json, sys
documents, before = [[]], "O"
for line in open(sys.argv[2], encoding="utf-8"):
    word, _, tag = line.strip().partition(" ")
    if word == "-DOCSTART-":
        documents += [[]] if documents[-1] else []
    elif word:
        begins = tag.startswith("I-") and before[2:] != tag[2:]
        documents[-1].append(f"{word} {'B' + tag[1:] if begins else tag}\n")
    elif documents[-1]:
        documents[-1].append("\n")
    before = tag or "O"
for part, numbers in json.load(open(sys.argv[1])).items():
    with open("wikigold." + part, "w", encoding="utf-8") as file:
        for number in numbers:
            file.writelines(documents[number] + ["\n"])
PYTHON
columns() { tr '\t' ' ' <"$data/wnut17/$1" | sed 's/\r$//; s/^ *$//' >"wnut17.$2"; }
columns wnut17train.conll train
columns emerging.dev.conll validation
columns emerging.test.annotated test

# label MODEL FILE: gold tags and those found
label() { "$wapiti" label -m "$1" "$2" 2>/dev/null | tr '\t' ' '; }
f1() { "$ner" score | sed -n 's/.*FB1: *//p' | head -1; }

echo "| corpus | L2 | validation F1 | test F1 | training | labelling, sentences/s |"
echo "|---|---|---|---|---|---|"
for corpus in wikigold wnut17; do
  best=0
  for penalty in 0.05 0.1 0.2 0.5 1 2; do
    began=$(date +%s%N)
    "$wapiti" train -p "$here/ner_baseline.template" -1 0 -2 $penalty -w 1000 -i 300 $corpus.train $corpus.$penalty 2>/dev/null
    seconds=$((($(date +%s%N) - began) / 1000000000)) score=$(label $corpus.$penalty $corpus.validation | f1)
    echo "$corpus, L2 $penalty: validation F1 $score, $seconds s" >&2
    if awk "BEGIN { exit !($score > $best) }"; then best=$score chosen=$penalty time=$seconds; fi
  done
  began=$(date +%s%N)
  label $corpus.$chosen /dev/null >/dev/null
  loaded=$(date +%s%N)
  label $corpus.$chosen $corpus.test >found
  milliseconds=$((($(date +%s%N) - loaded - (loaded - began)) / 1000000))
  sentences=$(awk -v RS= 'END { print NR }' $corpus.test)
  echo "| $corpus | $chosen | $best | $(f1 <found) | $time s | $((sentences * 1000 / milliseconds)) |"
done
