# What the scripts share. Time and machine decide nothing: they wait for what can be seen, and say what they must skip.
failures=0
wrong() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}
conclude() {
  ((failures == 0)) && echo "all as expected"
  exit $((failures > 0))
}

# expect CODE PATTERN command...: the exit code, and a line on stderr that matches; stderr is in $said.
expect() {
  local code=$1 pattern=$2 status=0
  shift 2
  said=$("$@" 2>&1 >/dev/null) || status=$?
  if [[ $status != "$code" ]] || ! grep -qE -- "$pattern" <<<"$said"; then
    wrong "$(printf '%s\n  expected exit %s and /%s/, got exit %s and:\n%s' "$*" "$code" "$pattern" "$status" "$said")"
  else
    printf 'ok: %s\n' "$(grep -E -- "$pattern" <<<"$said" | head -1 | cut -c1-150)"
  fi
}

# to_full command...: its output goes to a full disk.
to_full() { "$@" >/dev/full; }
full='cannot write the output: No space left on device'

# eventually command...: until it succeeds. False after two minutes.
eventually() {
  local end=$((SECONDS + 120))
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.01
  done
}

# signal_at FILE SIGNAL command...: as soon as there is something in FILE; then the exit code is in $status.
signal_at() {
  "${@:3}" &
  eventually test -s "$1" || wrong "no $1 of: ${*:3}"
  kill -"$2" $! || wrong "it ended before it could be stopped: ${*:3}"
  status=0
  { wait $! || status=$?; } 2>/dev/null
}

# small_disk FOLDER: a disk of 200 KiB. False where there can be none.
small_disk() {
  mkdir "$1"
  if mount -t tmpfs -o size=200k tmpfs "$1" 2>/dev/null && ! head -c 300000 /dev/zero 2>/dev/null >"$1/all"; then
    rm "$1/all"
  else
    echo "skipped: a full disk; this wants to mount a tmpfs of a limited size"
    return 1
  fi
}
