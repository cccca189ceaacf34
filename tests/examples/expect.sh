# For scripts of wrong input. expect CODE PATTERN command...: the exit code, and a line on stderr that matches. At the end:
# ((failures == 0))
failures=0
expect() {
  local code=$1 pattern=$2 output status
  shift 2
  output=$("$@" 2>&1 >/dev/null)
  status=$?
  if [[ $status != "$code" ]] || ! grep -qE -- "$pattern" <<<"$output"; then
    printf 'FAILED: %s\n  expected exit %s and /%s/, got exit %s and:\n%s\n' "$*" "$code" "$pattern" "$status" "$output"
    failures=$((failures + 1))
  else
    printf 'ok: %s\n' "$(grep -E -- "$pattern" <<<"$output" | head -1 | cut -c1-150)"
  fi
}
