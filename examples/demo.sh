#!/usr/bin/env bash
# From nothing to text written by a network: installs what is missing, builds char_rnn, trains it for about a
# minute (DEMO_SECONDS) on this repository's own source and documentation, and lets it write.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/packages.sh

seconds=${DEMO_SECONDS:-60}
model=build/demo-model
char_rnn=build/release/examples/char_rnn
if ! [[ $seconds =~ ^[0-9]+$ ]] || ((10#$seconds == 0)); then
  echo "DEMO_SECONDS=$seconds: expected a whole number of seconds, 1 or more." >&2
  exit 1
fi

install_packages "${build_packages[@]}"
echo "Building char_rnn; the first time takes some minutes."
cmake --preset release >/dev/null
cmake --build build/release --target char_rnn --parallel "$(nproc)"

echo
echo "Training on this repository's own text for $seconds seconds. Watch the samples get better."
rm -rf "$model"
"$char_rnn" train --out "$model" --minutes "$(awk "BEGIN { print $seconds / 60 }")"

echo
echo "The network writes:"
echo
"$char_rnn" sample --model "$model" --prompt "Tensor " --length 400 --temperature 0.7
cat <<END

The model lies in $model. What to try next:
  $char_rnn sample --model $model --prompt "const " --temperature 0.5
  $char_rnn train --data YOUR_TEXT.txt --out build/my-model --minutes 3
  $char_rnn --help
END
