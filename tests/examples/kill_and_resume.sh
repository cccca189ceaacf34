#!/usr/bin/env bash
# Kills a training at ten random moments with SIGKILL and resumes it: the last checkpoint and the model must be the
# bits of an uninterrupted run.    usage: kill_and_resume.sh PROGRAM FLAG...    (of PROGRAM train)
set -euo pipefail
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

recipe=("${@:2}" --validate-every 50 --checkpoint-every 7 --seed 3)
# A function in the background is a shell of its own: exec, so that the signal hits the program.
start() {
  exec "$program" train "${recipe[@]}" --steps 400 --threads 2 --quiet "$@" >/dev/null
}
train() { (start "$@"); }
newest() { ls "$1/checkpoints" 2>/dev/null | grep -E '^step-[0-9]+$' | tail -1 || true; }
train --out "$work/whole"

RANDOM=$$
echo "seed of the moments: $$"
kills=0
for trial in 1 2 3 4 5 6 7 8 9 10; do
  out=$work/killed
  rm -rf "$out"
  start --out "$out" &
  # A moment in the run, not in time: machines differ in speed.
  moment=$(printf 'step-%09d' $((RANDOM % 350)))
  while kill -0 $! 2>/dev/null && [[ $(newest "$out") < $moment ]]; do sleep 0.002; done
  sleep "0.0$((RANDOM % 10))"
  if kill -9 $! 2>/dev/null; then kills=$((kills + 1)); fi
  wait $! 2>/dev/null || true
  step=$(newest "$out")
  if [[ -z $step ]]; then # killed before the first checkpoint: there is nothing to resume
    rm -rf "$out"
    train --out "$out"
  else
    train --out "$out" --resume
  fi
  for file in model.safetensors checkpoints/step-000000400/{weights,optimizer,carried}.safetensors; do
    cmp "$work/whole/$file" "$out/$file" || { echo "trial $trial, killed after $step: $file differs"; exit 1; }
  done
  echo "trial $trial: killed after ${step:-no checkpoint}; resumed to the same bits"
done
# With other threads, or in another precision, it goes on, and says that the bits will differ.
said=$("$program" train "${recipe[@]}" --steps 401 --threads 1 --precision bf16 --out "$work/whole" --resume 2>&1 || true)
[[ $said == *"the run had 2 threads and goes on with 1"* ]] || { echo "other threads are not noticed: $said"; exit 1; }
[[ $said == *"the run multiplied in f32 and goes on in bf16"* ]] || { echo "another precision is not noticed: $said"; exit 1; }
((kills >= 5)) || { echo "only $kills of 10 runs were still alive when killed"; exit 1; }
