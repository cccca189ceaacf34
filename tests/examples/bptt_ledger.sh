#!/usr/bin/env bash
# bptt_ledger: the parts sum to the gradient, for new and for trained models; the page is whole or absent; bad input.
# usage: bptt_ledger.sh BPTT_LEDGER CHAR_RNN SOURCE_DIR
set -uo pipefail
bptt_ledger=$1 char_rnn=$2 source=$3
here=$(dirname "${BASH_SOURCE[0]}")
source "$here/expect.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
small=(--hidden 12 --length 10 --batch 4 --bptt 10 --quiet --threads 1)

# small_residual FILE: what was printed is rounding
small_residual() {
  grep -oE 'largest residual: [^;]+' "$1" | awk '{ found = 1; if (!($3 < 1e-12)) exit 1 } END { exit !found }' ||
    wrong "the residual: $(cat "$1")"
}

for cell in rnn lstm gru; do
  "$bptt_ledger" --out "$work/$cell.html" --json "$work/$cell.json" --cell $cell --updates 0,5 --compare none "${small[@]}" \
    >"$work/said" || wrong "$cell: exit code $?"
  small_residual "$work/said"
  grep -q '^after 5 updates: the parts sum to the gradient' "$work/said" || wrong "$cell: $(cat "$work/said")"
  grep -q '<!DOCTYPE html>' "$work/$cell.html" || wrong "$cell: no page"
  if grep -qE '(src|href)="?(https?:)?//' "$work/$cell.html"; then wrong "$cell: the page fetches something"; fi
done
"$bptt_ledger" --out "$work/again.html" --json "$work/again.json" --cell gru --updates 0,5 --compare none "${small[@]}" >/dev/null
python3 - "$work/gru.json" "$work/again.json" <<'END' || wrong "the same seed gives something else"
import json, sys
a, b = (json.load(open(name))["snapshots"] for name in sys.argv[1:])
assert a == b
END

# A trained model, with a bound: it predicts its own text; another beside it.
text=("$source"/autograd/ops.hpp)
for cell in lstm rnn; do
  "$char_rnn" train --data "${text[@]}" --out "$work/run-$cell" --cell $cell --hidden 16 --embed 8 --batch 8 --bptt 16 --steps 60 \
    --sample-length 0 --threads 1 --quiet >/dev/null || wrong "char_rnn: exit code $?"
done
"$bptt_ledger" --model "$work/run-lstm" --compare "$work/run-rnn" --data "${text[@]}" --text "Tensor exp(const" \
  --out "$work/trained.html" --json "$work/trained.json" --quiet --threads 1 >"$work/said" || wrong "trained: exit code $?"
small_residual "$work/said"
grep -q '"cell":"rnn"' "$work/trained.json" || wrong "nothing stands beside the trained model"
python3 - "$work/trained.json" <<'END' || wrong "the trained model's losses"
import json, sys
losses = json.load(open(sys.argv[1]))["snapshots"][0]["losses"]
assert len(losses) == 15 and sum(losses) / 15 < 3.5, losses  # untrained: 4.2
END

printf 'kept' >"$work/kept.html"
expect 2 '\-\-out' "$bptt_ledger"
# Without --data: a text of one's own is enough; else it must be that which the model was trained on.
"$bptt_ledger" --model "$work/run-lstm" --text "Tensor" --out "$work/text.html" --quiet --threads 1 >"$work/said" || wrong "--text: exit code $?"
small_residual "$work/said"
expect 1 'give that with --data' "$bptt_ledger" --model "$work/run-lstm" --out "$work/x.html"
"$char_rnn" train --data "$source/autograd/pool.hpp" --out "$work/other" --hidden 4 --batch 2 --bptt 8 --steps 1 --sample-length 0 --threads 1 \
  --quiet >/dev/null
expect 1 'other symbols' "$bptt_ledger" --model "$work/run-lstm" --compare "$work/other" --text "Tensor" --out "$work/x.html"
"$char_rnn" train --cell transformer --data "$source/autograd/pool.hpp" --out "$work/attends" --hidden 8 --layers 1 --batch 2 --bptt 8 --steps 1 \
  --sample-length 0 --threads 1 --quiet >/dev/null
expect 1 "describes a 'char_transformer', not a char_rnn" "$bptt_ledger" --model "$work/attends" --out "$work/x.html"
expect 2 'length' "$bptt_ledger" --out "$work/x.html" --length 1
expect 2 'cell' "$bptt_ledger" --out "$work/x.html" --cell nonsense
expect 2 'wrong' "$bptt_ledger" --out "$work/x.html" --wrong
expect 2 'excludes' "$bptt_ledger" --out "$work/x.html" --model "$work/run-lstm" --hidden 3
expect 1 'nowhere' "$bptt_ledger" --out "$work/x.html" --model "$work/nowhere"
expect 1 'nowhere' "$bptt_ledger" --out "$work/x.html" --data "$work/nowhere.txt"
expect 1 'at least 3 symbols' "$bptt_ledger" --out "$work/x.html" --text ab
expect 1 "\-\-text" "$bptt_ledger" --out "$work/x.html" --text "床前明月光"
expect 1 'nonsense: it is none of the cells' "$bptt_ledger" --out "$work/x.html" --compare nonsense --updates 0 "${small[@]}"
expect 1 'cannot write' "$bptt_ledger" --out "$work" "${small[@]}"
expect 1 'cannot write' "$bptt_ledger" --out "$work/new/" "${small[@]}"
"$bptt_ledger" --out "$work/new/page.html" --json "$work/newer/page.json" --updates 0 --compare none "${small[@]}" >/dev/null
[[ -s $work/new/page.html && -s $work/newer/page.json ]] || wrong "new folders"
expect 1 'cannot write' "$bptt_ledger" --out "$work/kept.html/x.html" "${small[@]}"
[[ ! -e $work/x.html ]] || wrong "a page was left behind by an error"
expect 1 'nowhere' "$bptt_ledger" --out "$work/kept.html" --model "$work/nowhere"
[[ $(cat "$work/kept.html") == kept ]] || wrong "an error destroyed the page that was there"
expect 1 "$full" to_full "$bptt_ledger" --out "$work/full.html" --updates 0 --compare none "${small[@]}"

# Ctrl-C: what was seen until then is on the page.
signal_at "$work/looked" INT "$bptt_ledger" --out "$work/stopped.html" --updates 0,10000000 --compare none "${small[@]}" >"$work/looked"
[[ $status == 130 ]] || wrong "Ctrl-C: exit code $status"
grep -q '<!DOCTYPE html>' "$work/stopped.html" || wrong "Ctrl-C: no page"
conclude
