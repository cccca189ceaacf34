#!/usr/bin/env bash
# A short training remembers, the table shows it, and a wrong command line is one clear sentence.
# usage: memory_tasks.sh MEMORY_TASKS
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
memory_tasks=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
train() { "$memory_tasks" train --threads 1 --out "$work/runs" --lengths 10 --cells rnn,gru --seeds 1,2 --parameters 800 "$@"; }

# below HIGH COUNT CASES: so many, and each has a loss less than that
below() {
  local losses
  losses=$(cat "$work"/$3/result.json | grep -oE '"loss":[0-9.e-]+' | cut -d: -f2)
  awk -v high="$1" -v count="$2" '!($1 < high) { exit 1 } END { if (NR != count) exit 1 }' <<<"$losses" ||
    wrong "$3: expected $2 losses below $1, got:" $losses
}
train --problems adding --steps 400 --lr 1e-2
below 0.15 4 'runs/*' # 0.1667 without memory
below 0.02 2 'runs/*gru*'
[[ -z $(train --problems adding --steps 400 --lr 1e-2) ]] || { echo "runs that are done were done again"; exit 1; }
"$memory_tasks" train --threads 1 --out "$work/copy" --problems copy --lengths 2 --cells gru --seeds 1 --parameters 8000 \
  --steps 1000 --lr 1e-2
below 0.85 1 'copy/*' # 0.9452 without memory
"$memory_tasks" table --out "$work/runs" | tee "$work/table"
grep -q '^| gru | [0-9]* | [0-9]* | 0\.0' "$work/table"

"$memory_tasks" table --out "$work/runs" --report "$work/report.html" | grep "report: $work/report.html" >/dev/null
grep -q '"name":"adding"' "$work/report.html" || wrong "no problem on the page"
expect 2 '--report' "$memory_tasks" table --out "$work/runs" --report
expect 1 'recipe.json/page: cannot write: Not a directory' "$memory_tasks" train --out "$work/x" --report "$work/runs/recipe.json/page"
expect 2 '--cells' "$memory_tasks" train --out "$work/x" --cells lstn
expect 2 'expected a number from' "$memory_tasks" train --out "$work/x" --lr nan
expect 2 'expected a number from' "$memory_tasks" train --out "$work/x" --parameters 0
expect 2 'expected a number from 2' "$memory_tasks" train --out "$work/x" --lengths 1
expect 1 'are too few' "$memory_tasks" train --out "$work/y" --parameters 3
[[ ! -e $work/y ]] || wrong "a folder is left of what cannot be"
expect 1 'holds runs of' "$memory_tasks" train --out "$work/runs" --steps 401
expect 1 'holds runs of' train --problems adding --steps 400 --lr 1e-2 --precision bf16
expect 1 'is no folder' "$memory_tasks" table --out "$work/nothing"
mkdir "$work/empty" && expect 1 'no finished case' "$memory_tasks" table --out "$work/empty"
mkdir -p "$work/foreign/case" && echo '{"problem":3}' >"$work/foreign/case/result.json"
expect 1 'holds other results than those of memory_tasks train, whose --out is wanted' "$memory_tasks" table --out "$work/foreign"
expect 1 "$full" to_full "$memory_tasks" table --out "$work/runs"
# A run that diverges is a result; one that is killed goes on.
"$memory_tasks" train --out "$work/wild" --cells rnn_relu --lengths 50 --seeds 1 --problems adding --lr 900 | grep diverged >/dev/null
"$memory_tasks" table --out "$work/wild" | grep 'inf (inf to inf)' >/dev/null
killed=(train --out "$work/killed" --cells gru --lengths 100 --seeds 1 --problems adding --threads 1)
case=$work/killed/adding-gru-100-1
signal_at "$case/checkpoints/step-000000100/weights.safetensors" KILL "$memory_tasks" "${killed[@]}" >/dev/null
head -1 "$case/metrics.jsonl" >"$work/first"
"$memory_tasks" "${killed[@]}" | grep loss >/dev/null
head -1 "$case/metrics.jsonl" | cmp "$work/first" || wrong "it began anew"
echo '{' >"$work/runs/recipe.json"
expect 1 'is no JSON' "$memory_tasks" train --out "$work/runs"
conclude
