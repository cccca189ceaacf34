#!/usr/bin/env bash
# Kills ten trainings at random moments with SIGKILL and resumes them: the last checkpoint and the model must be the
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
out=$work/killed
kills=0
while ((kills < 10)); do
  rm -rf "$out"
  start --out "$out" &
  # A moment in the run, not in time: machines differ in speed.
  moment=$(printf 'step-%09d' $((RANDOM % 350)))
  while kill -0 $! 2>/dev/null && [[ $(newest "$out") < $moment ]]; do sleep 0.002; done
  sleep "0.00$((RANDOM % 10))"
  kill -9 $! 2>/dev/null || true
  status=0
  wait $! 2>/dev/null || status=$?
  ((status != 0)) || continue # it was done before: another moment
  ((status == 137)) || { echo "exit code $status, expected that of SIGKILL"; exit 1; }
  kills=$((kills + 1))
  step=$(newest "$out")
  train --out "$out" --resume
  for file in model.safetensors checkpoints/step-000000400/{weights,optimizer,carried}.safetensors; do
    cmp "$work/whole/$file" "$out/$file" || { echo "killed after $step: $file differs"; exit 1; }
  done
  echo "killed after $step; resumed to the same bits"
done
# With other threads, or in another precision, it goes on, and says that the bits will differ.
said=$("$program" train "${recipe[@]}" --steps 401 --threads 1 --precision bf16 --out "$work/whole" --resume 2>&1 || true)
[[ $said == *"the run had 2 threads and goes on with 1"* ]] || { echo "other threads are not noticed: $said"; exit 1; }
[[ $said == *"the run multiplied in f32 and goes on in bf16"* ]] || { echo "another precision is not noticed: $said"; exit 1; }
