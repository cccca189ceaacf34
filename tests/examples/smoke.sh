#!/usr/bin/env bash
# A short training reaches a number, eval measures the same, sample writes whole characters.
# usage: smoke.sh CHAR_RNN SOURCE_DIR
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
char_rnn=$1 source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# between LOW HIGH FIELD FILE: FIELD of the JSON object lies there
between() {
  local value
  value=$(grep -oE "\"$3\":[-0-9.e+]+" "$4" | cut -d: -f2)
  awk -v v="$value" -v low="$1" -v high="$2" 'BEGIN { exit !(v >= low && v <= high) }' ||
    { echo "$3 = $value: expected $1 to $2"; exit 1; }
  echo "$3 = $value"
}
text=("$source"/autograd/*.hpp "$source"/nn/*.hpp)
for cell in transformer rnn lstm gru; do
  "$char_rnn" train --data "${text[@]}" --out "$work/$cell" --cell "$cell" --hidden 96 --batch 16 --bptt 32 --steps 250 \
    --sample-length 0 --threads 1 --quiet --json "$work/$cell.json" >/dev/null
  "$char_rnn" eval --threads 1 --data "${text[@]}" --model "$work/$cell" --json "$work/eval.json" >/dev/null
  echo "$cell:"
  between 1 2.6 val_nats_per_char "$work/$cell.json" # untrained: 4.6
  trained=$(grep -o '"val_nats_per_char":[0-9.]*' "$work/$cell.json")
  [[ $(grep -o '"val_nats_per_char":[0-9.]*' "$work/eval.json") == "$trained" ]] || { echo "eval differs from train"; exit 1; }
done

# Products in bf16: as good, and not the same.
"$char_rnn" train --data "${text[@]}" --out "$work/bf16" --cell gru --hidden 96 --batch 16 --bptt 32 --steps 250 \
  --sample-length 0 --threads 1 --quiet --precision bf16 --json "$work/bf16.json" >/dev/null 2>"$work/note"
between 1 2.6 val_nats_per_char "$work/bf16.json"
grep -q '"precision":"bf16"' "$work/bf16.json" || { echo "precision is not in the metrics"; exit 1; }
[[ $(grep -o '"val_nats_per_char":[0-9.]*' "$work/bf16.json") != "$trained" ]] || { echo "bf16 is f32"; exit 1; }
if ! grep -q avx512_bf16 /proc/cpuinfo; then
  grep -q imitated "$work/note" || { echo "it is not said that bf16 is imitated"; exit 1; }
fi

# A report changes nothing of the training; one that is interrupted has a report of what there is.
small=(--data "${text[@]}" --hidden 32 --batch 8 --bptt 16 --sample-length 40 --threads 1 --quiet)
"$char_rnn" train --out "$work/plain" "${small[@]}" --steps 60 --json "$work/plain.json" >/dev/null
"$char_rnn" train --out "$work/shown" "${small[@]}" --steps 60 --json "$work/shown.json" --report "$work/pages/shown.html" >/dev/null
weights() { grep -o '"weights":"[0-9a-f]*"' "$1"; }
[[ $(weights "$work/plain.json") == "$(weights "$work/shown.json")" ]] || { echo "a report changes the weights"; exit 1; }
cmp "$work/plain/samples.jsonl" "$work/shown/samples.jsonl"
[[ $(wc -l <"$work/shown/samples.jsonl") == 10 ]] || { echo "expected a sample for each validation"; exit 1; }
holds() {
  local piece
  for piece in "${@:2}"; do grep -qF -- "$piece" "$1" || { echo "$1 does not hold $piece"; exit 1; }; done
}
holds "$work/pages/shown.html" '"kind":"symbols"' '"samples":[{' '--steps 60' "$(weights "$work/shown.json" | cut -d'"' -f4)" '"confusion":{'
"$char_rnn" eval --threads 1 --data "${text[@]}" --model "$work/shown" --report "$work/pages/eval.html" >/dev/null
holds "$work/pages/eval.html" '"kind":"symbols"' '"confusion":{'
"$char_rnn" train --out "$work/attends" "${small[@]}" --cell transformer --positions rotary --steps 20 --report "$work/pages/attends.html" >/dev/null
holds "$work/pages/attends.html" '"kind":"symbols"' '"samples":[{' '"confusion":{' 'transformer'
signal_at "$work/stopped/metrics.jsonl" INT "$char_rnn" train --out "$work/stopped" "${small[@]}" --steps 1000000 --report "$work/pages/stopped.html" >/dev/null
[[ $status == 130 ]] || { echo "expected exit 130, got $status"; exit 1; }
holds "$work/pages/stopped.html" 'was interrupted at step' '"curves":{'
((failures == 0)) || exit 1
[[ $(ls "$work/pages") == $'attends.html\neval.html\nshown.html\nstopped.html' ]] || { echo "more than the pages: $(ls "$work/pages")"; exit 1; }

# Any script; a model of bytes may begin a code point and not end it, but never prints a broken one.
for i in $(seq 300); do echo "床前明月光，疑是地上霜。舉頭望明月，低頭思故鄉。"; done >"$work/poem"
for bytes in "" --bytes "--cell transformer" "--cell transformer --bytes"; do
  rm -rf "$work/poems"
  "$char_rnn" train --data "$work/poem" --out "$work/poems" --hidden 32 --batch 8 --bptt 16 --steps 30 --sample-length 0 --threads 1 --quiet $bytes >/dev/null
  "$char_rnn" sample --model "$work/poems" --prompt "明月" --length 300 --temperature 2 >"$work/sample"
  iconv -f UTF-8 -t UTF-8 "$work/sample" >/dev/null || { echo "broken UTF-8 in a sample"; exit 1; }
done
echo "samples are whole"
