#!/usr/bin/env bash
# Installs what is missing, builds (preset release) and runs every test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/packages.sh

install_packages "${build_packages[@]}"
cmake --preset release
cmake --build build/release --parallel "$(nproc)"

mkdir -p build/logs
log=build/logs/tests.txt
status=0
ctest --test-dir build/release --output-on-failure --parallel "$(nproc)" 2>&1 | tee "$log" || status=$?
echo
grep 'tests passed' "$log" || true
exit "$status"
