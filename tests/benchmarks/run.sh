#!/usr/bin/env bash
# Installs the peers, builds the benchmarks and runs all of them, a quarter of an hour; the tables go to stdout.
# usage: run.sh [ROUNDS], 15 unless said otherwise
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source .ci/packages.sh

install_packages "${build_packages[@]}" libtorch-dev libdnnl-dev
cmake --preset release -B build/benchmarks -DREWIND_BUILD_TESTS=OFF -DREWIND_BUILD_EXAMPLES=OFF \
  -DREWIND_BUILD_BENCHMARKS=ON -DREWIND_BENCH_PEERS=ON >/dev/null
cmake --build build/benchmarks --parallel "$(nproc)" >/dev/null

lscpu | grep -E '^(Model name|CPU\(s\)|Thread|L[123])' | sed 's/  */ /'
for program in train_step infer ops scaling levers functions transformer generation; do
  printf '\n## %s\n\n' "$program"
  build/benchmarks/tests/benchmarks/$program --rounds "${1:-15}"
done
