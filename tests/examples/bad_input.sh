#!/usr/bin/env bash
# Wrong input of every kind: one clear sentence, the right exit code, no stack trace.   usage: bad_input.sh CHAR_RNN
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
char_rnn=$1
work=$(mktemp -d)
trap 'umount "$work/tiny" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
small=(--hidden 16 --batch 4 --bptt 8 --steps 20 --sample-length 0 --quiet --threads 1)
train() { "$char_rnn" train --out "$work/run" "${small[@]}" "$@"; }
fresh() { rm -rf "$work/run"; }

for i in $(seq 100); do echo "line $i of a small text, as plain as can be"; done >good.txt
: >empty.txt
printf x >one.txt
printf 'caf\xe9 au lait and more\n' >latin1.txt
head -c 3000 /dev/zero >binary.txt
printf 'a short text.' >short.txt

expect 1 'nowhere.txt' train --data nowhere.txt
expect 1 'empty.txt.*empty' train --data empty.txt
expect 1 'symbol' train --data one.txt
expect 1 'latin1.txt.*byte offset 3.*--bytes' train --data latin1.txt
expect 1 'binary.txt.*--bytes' train --data binary.txt
expect 1 '--batch|--bptt' train --data short.txt
expect 1 'directory' train --data "$work"
expect 2 '--hidden' train --data good.txt --hidden 0
expect 2 '--lr' train --data good.txt --lr -1
expect 2 '--lr' train --data good.txt --lr nan
expect 2 '--dropout' train --data good.txt --dropout 1.5
expect 2 '--cell' train --data good.txt --cell lstn
expect 2 '--heads.*--cell transformer' train --data good.txt --heads 2
expect 2 '--positions.*--cell transformer' train --data good.txt --positions rotary
expect 2 '--embed.*--hidden' train --data good.txt --cell transformer --embed 8
expect 2 '--positions: round not in' train --data good.txt --cell transformer --positions round
expect 2 'expected a number from 1' train --data good.txt --cell transformer --context 0
expect 1 '3 heads do not divide a width of 16' train --data good.txt --cell transformer --heads 3
expect 1 'a head is 3 wide: choose an even width' train --data good.txt --cell transformer --hidden 12 --positions rotary
expect 2 '--precision: f16 not in' train --data good.txt --precision f16
expect 2 'unknown|not expected' train --data good.txt --hiden 3
expect 2 'out' "$char_rnn" train --data good.txt
expect 2 'epochs' train --data good.txt --epochs 1
expect 2 'subcommand' "$char_rnn"
expect 2 '--report' train --data good.txt --report
expect 1 'good.txt/report.html: cannot write: Not a directory' train --data good.txt --report good.txt/report.html
expect 1 'cannot write: Is a directory' train --data good.txt --report "$work"
expect 1 '/proc/report.html: cannot write' train --data good.txt --report /proc/report.html
[[ ! -e run ]] || wrong "a training began whose report cannot be written"
fresh
expect 1 'step [0-9]+.*\[[a-z_]+\].*--lr' train --data good.txt --lr 100 --weight-decay 100 --optimizer sgd --clip 0
fresh
train --data good.txt >/dev/null || { echo "FAILED: the good run"; exit 1; }
expect 1 'holds a run already.*--resume' train --data good.txt
expect 1 'another model' train --data good.txt --resume --hidden 20
expect 1 'another model or data' train --data <(tac good.txt) --resume
expect 1 "prompt.*U\+00E9" "$char_rnn" sample --model run --prompt "café"
expect 1 'temperature' "$char_rnn" sample --model run --temperature -1
expect 1 'nowhere' "$char_rnn" sample --model nowhere
expect 2 'not expected.* --json' "$char_rnn" sample --model run --json x
expect 2 'not expected.* --seed' "$char_rnn" eval --model run --seed 2
expect 1 "$full" to_full "$char_rnn" train --help
expect 1 "$full" to_full "$char_rnn" train --data good.txt --out full "${small[@]}"
expect 1 "$full" to_full "$char_rnn" eval --model run --data good.txt
expect 1 "$full" to_full "$char_rnn" sample --model run
printf 'ten symbols that the model has not seen: #' >other.txt
expect 1 "U\+0023 '#'" "$char_rnn" eval --model run --data other.txt

train --data good.txt --cell transformer --out attends >/dev/null || wrong "the good run of a Transformer"
for other in "--context 16" "--heads 2" "--cell lstm" "--positions learned"; do
  expect 1 'another model' train --data good.txt --cell transformer --out attends --resume $other
done
expect 1 "prompt.*U\+00E9" "$char_rnn" sample --model attends --prompt "café"
expect 1 'prompt' "$char_rnn" sample --model attends --prompt ""
expect 1 "U\+0023 '#'" "$char_rnn" eval --model attends --data other.txt
sed -i 's/"width": 16/"width": 24/' attends/config.json
expect 1 "wrong shape of 'embedding.weight': expected \(27, 24\), got \(27, 16\)" "$char_rnn" sample --model attends

model=run/model.safetensors
cp $model whole
head -c 1000 whole >$model
expect 1 'model.safetensors' "$char_rnn" sample --model run
{ head -c 5000 whole; printf '\x7f'; tail -c +5002 whole; } >$model
cmp -s whole $model && printf '\x01' | dd of=$model bs=1 seek=5000 conv=notrunc status=none
expect 1 'model.safetensors.*(hash|checksum|damaged|xxh64)' "$char_rnn" sample --model run
cp good.txt $model
expect 1 'model.safetensors' "$char_rnn" sample --model run
cp whole $model
checkpoint=run/checkpoints/$(ls run/checkpoints | tail -1)
printf '\x01' | dd of="$checkpoint/weights.safetensors" bs=1 seek=3000 conv=notrunc status=none
expect 1 'weights.safetensors' train --data good.txt --resume --steps 40

# A full disk: a clear sentence.
small_disk tiny &&
  expect 1 'No space left' "$char_rnn" train --data good.txt --out tiny/run "${small[@]}" --hidden 48 --checkpoint-every 1
conclude
