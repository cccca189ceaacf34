#!/usr/bin/env bash
# Whatever a server or a disk does, a fetched file is whole and right, or not there, and one sentence says why.
# usage: fetch.sh DATASETS DATASETS_ON_LOOPBACK PYTHON
# The first is the program with the public table; the second knows the files of fetch_server.py.
set -uo pipefail
public=$1 datasets=$2 python=$3
server=$(realpath "$(dirname "${BASH_SOURCE[0]}")")/fetch_server.py
export no_proxy=127.0.0.1
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; umount "$work/tiny" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
failures=0

# serve ARGUMENT...: a server, and its address in $address
serve() {
  "$python" "$server" "$@" >port &
  servers+=($!)
  for _ in $(seq 100); do [[ -s port ]] && break; sleep 0.1; done
  [[ -s port ]] || { echo "FAILED: the server does not start"; exit 1; }
  address=http://127.0.0.1:$(<port)
  : >port
}
fetch() { timeout 60 "$datasets" fetch --retry-pause 0.02 "$@"; }
wrong() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}
# expect CODE PATTERN command...: the exit code, and a line of the output that matches
expect() {
  local code=$1 pattern=$2 status
  shift 2
  "$@" >output 2>&1 </dev/null
  status=$?
  if [[ $status != "$code" ]] || ! grep -qE -- "$pattern" output; then
    wrong "$(printf '%s\n  expected exit %s and /%s/, got exit %s and:\n%s' "$*" "$code" "$pattern" "$status" "$(<output)")"
  else
    printf 'ok: %s\n' "$(grep -E -- "$pattern" output | head -1 | cut -c1-150)"
  fi
}
# holds FOLDER FILE...: exactly these files, and nothing else
holds() {
  local files
  files=$(find "$1" -type f -printf '%P\n' 2>/dev/null | sort | xargs)
  [[ $files == "${*:2}" ]] || wrong "$1 holds $files, expected ${*:2}"
}
# whole FOLDER: the one file, with the right bytes, and nothing else
whole() { holds "$1" one/one.bin && cmp "$1/one/one.bin" one.bin || wrong "$1/one/one.bin"; }
# requests MODE TEXT: what the server was asked in that mode
requests() {
  local got_requests
  got_requests=$(grep "^/$1/" log | cut -d' ' -f2- | xargs)
  [[ $got_requests == "$2" ]] || wrong "$1: expected the requests $2, got $got_requests"
}
# get MODE [ARGUMENT...]: into a folder of the mode's name
get() { fetch one --to "$1" --from "$address/$1/" "${@:2}"; }

"$python" "$server" --content one.bin >one.bin
serve log
got='one/one.bin; SHA-256 checked: 4daf6f9226b62e3577b29f84f99c75d69cd461b9969080ea7ee8f94c140763d6$'

# Files that arrive, one way or another.
expect 0 "^plain/$got" get plain
whole plain
expect 0 'one.bin is already there; SHA-256 checked' get plain
requests plain '- 200'
expect 0 "^plain/$got" get plain --force
requests plain '- 200 - 200'
expect 0 "^full/$got" fetch one --to full --from "$address/plain.full/x/one.bin"
whole full
expect 0 'three/empty.bin; SHA-256 checked: e3b0' fetch three one --to three --from "$address/plain.three/"
holds three one/one.bin three/a.bin three/b.bin three/empty.bin
expect 0 'any.bin; SHA-256 not checked, since none is published: 4daf6f92' fetch any --to any --from "$address/plain/"
expect 0 'already there; SHA-256 not checked' fetch any --to any --from "$address/plain/"
expect 0 "^moved/$got" get moved
whole moved
expect 0 'the server answers 503; next try in 0.04 s' get flaky
whole flaky
expect 0 'bytes remaining to read; next try' get truncate
whole truncate
requests truncate '- 200 bytes=70000- 206 bytes=140000- 206 bytes=210000- 206 bytes=280000- 206'
expect 0 'bytes remaining' get dated
whole dated
requests dated '- 200 bytes=70000- 206'
expect 0 'bytes remaining' get tagless
whole tagless
requests tagless '- 200 - 200'
expect 0 'bytes remaining' get no_ranges
whole no_ranges
requests no_ranges '- 200 bytes=70000- 200'
expect 0 'connection was closed after 70000 of 300000 bytes; next try' get no_length
whole no_length
expect 0 'too slow.*; next try' get stall --stall 1
whole stall
requests stall '- 200 bytes=70000- 206'
expect 0 'bytes remaining' get changed
whole changed
requests changed '- 200 bytes=70000- 200'
expect 0 'the server has another version by now; next try' get glued
whole glued
requests glued '- 200 bytes=70000- 206 - 200'
expect 0 'the server has another version by now; next try' get elsewhere
whole elsewhere
expect 0 '^quiet/one/one.bin; SHA-256' fetch one --to quiet --from "$address/truncate.quiet/" --quiet
[[ $(wc -l <output) == 1 ]] || wrong "--quiet says $(<output)"

# A part that is whole, too long, or damaged: asked for, refused, fetched anew.
part() {
  mkdir -p "$1/one" && "${@:2}" >"$1/one/one.bin.part" && printf '"v0"' >"$1/one/one.bin.part.tag"
}
part had_all cat one.bin
expect 0 "$got" fetch one --to had_all --from "$address/plain.had_all/"
whole had_all
requests plain.had_all 'bytes=300000- 416'
part too_long cat one.bin one.bin
expect 0 'more than the 300000 bytes expected, with what was kept from before; next try' \
  fetch one --to too_long --from "$address/plain.too_long/"
whole too_long
part damaged head -c 5000 /dev/zero
expect 0 'SHA-256 is .*, expected .*, with what was kept from before; next try' \
  fetch one --to damaged --from "$address/plain.damaged/"
whole damaged
part untagged head -c 5000 /dev/zero
rm untagged/one/one.bin.part.tag
expect 0 "$got" fetch one --to untagged --from "$address/plain.untagged/"
requests plain.untagged '- 200'

# Files that do not arrive: one sentence, and nothing at the target.
nothing() { [[ -e $1/one/one.bin ]] && wrong "$1 has a target"; holds "$1" "${@:2}"; }
tries=(--retries 2)
advice='it is not the file that was published; nothing is kept; try again, or name another address with --from'
expect 1 "^error: .*/wrong/one/one.bin: SHA-256 is [0-9a-f]{64}, expected 4daf6f92[0-9a-f]{56}: $advice$" get wrong
nothing wrong
requests wrong '- 200'
expect 1 "the server sends more than the 300000 bytes expected: $advice$" get long
nothing long
expect 1 'the server answers 404: name another address with --from' get missing
nothing missing
requests missing '- 404'
expect 1 'given up at try 3: the server answers 500; the same command goes on' get broken "${tries[@]}"
nothing broken
requests broken '- 500 - 500 - 500'
expect 1 'redirects' get circle
nothing circle
expect 1 'rotocol.*file.*name another address' get to_file
nothing to_file
expect 1 'rotocol.*ftp' get to_ftp
expect 1 'rotocol.*ftp' fetch one --to ftp --from ftp://127.0.0.1/
expect 1 'given up at try 2: .*onnect.*127.0.0.1' fetch one --to refused --retries 1
nothing refused
expect 1 'given up at try 1: .*esolve' fetch one --to nowhere --retries 0 --from http://nowhere.invalid/

# What is there and is another file stays, unless --force.
mkdir -p other/one && echo mine >other/one/one.bin
expect 1 'other/one/one.bin is there, and is another file: its SHA-256 is .*--force' \
  fetch one --to other --from "$address/plain/"
[[ $(<other/one/one.bin) == mine ]] || wrong "a file of the user's was changed"
expect 1 'answers 404' fetch one --to other --from "$address/missing/" --force
[[ $(<other/one/one.bin) == mine ]] || wrong "a failed --force changed the target"
expect 0 "$got" fetch one --to other --from "$address/plain/" --force
whole other

# Ctrl-C, SIGKILL: the part stays, and the next call goes on. Two at once: the second is told.
begin() { # FOLDER: a slow fetch in the background, of which some has arrived
  (exec "$datasets" fetch one --to "$1" --from "$address/slow.$1/" >slow_output 2>&1) &
  slow=$!
  for _ in $(seq 100); do (($(stat -c %s "$1/one/one.bin.part" 2>/dev/null || echo 0) >= 50000)) && break; sleep 0.05; done
}
begin interrupted
expect 1 'interrupted/one: another process fetches into this folder' fetch one --to interrupted --from "$address/plain/"
kill -INT $slow
wait $slow
status=$?
[[ $status == 130 ]] || wrong "Ctrl-C: exit code $status, expected 130: $(<slow_output)"
nothing interrupted one/one.bin.part one/one.bin.part.tag
kept=$(stat -c %s interrupted/one/one.bin.part)
expect 0 "$got" fetch one --to interrupted --from "$address/plain.interrupted/"
whole interrupted
requests plain.interrupted "bytes=$kept- 206"
begin killed
kill -KILL $slow
{ wait $slow; } 2>/dev/null
nothing killed one/one.bin.part one/one.bin.part.tag
expect 0 "$got" fetch one --to killed --from "$address/plain.killed/"
whole killed
grep -qE '^/plain.killed/one/one.bin bytes=[0-9]+- 206' log || wrong "what was kept before SIGKILL is fetched again"
(exec "$datasets" fetch one --to pausing --from "$address/broken.pausing/" --retry-pause 50 >/dev/null 2>&1) &
slow=$!
for _ in $(seq 100); do grep -q '^/broken.pausing/' log && break; sleep 0.05; done
sleep 0.2
kill -INT $slow
timeout 10 tail --pid $slow -f /dev/null || wrong "Ctrl-C does not end a pause"
wait $slow
[[ $? == 130 ]] || wrong "Ctrl-C in a pause: exit code, expected 130"

# Progress: plain lines in a log, one line in its place on a terminal.
expect 0 '^\[=+> *\] +[0-9]+ %  [0-9]+ kB/s  0:0[0-9] left$' fetch one --to lines --from "$address/slow/"
terminal='import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
"$python" -c "$terminal" "$datasets" fetch one --to bar --from "$address/slow/" >output 2>&1 </dev/null
(($(grep -o $'\r\[[=>]' output | wc -l) > 5)) || wrong "no bar on a terminal: $(<output)"
whole bar

# Disks and folders that refuse.
echo x >plain_file
expect 1 'plain_file/one: cannot create the directory: Not a directory' fetch one --to plain_file --from "$address/plain/"
expect 1 'cannot create the directory|Permission denied' fetch one --to /proc/none --from "$address/plain/"
mkdir -p blocked/one/one.bin.part
expect 1 'one.bin.part: cannot write: Is a directory' fetch one --to blocked --from "$address/plain/"
if ((EUID != 0)); then
  mkdir -p locked && chmod 555 locked
  expect 1 'Permission denied' fetch one --to locked --from "$address/plain/"
fi
limited() { (trap '' XFSZ; ulimit -f 100; fetch "$@"); }
expect 1 '^error: .*full_file/one/one.bin.part: cannot write: File too large' \
  limited one --to full_file --from "$address/plain/"
nothing full_file one/one.bin.part one/one.bin.part.tag
mkdir tiny
if mount -t tmpfs -o size=200k tmpfs tiny 2>/dev/null; then
  expect 1 '^error: .*tiny/one/one.bin.part: cannot write: No space left on device' \
    fetch one --to tiny --from "$address/plain/"
  mount -o remount,size=1m tiny
  expect 0 "$got" fetch one --to tiny --from "$address/plain.tiny/"
  whole tiny
  requests plain.tiny "bytes=$((200 * 1024 - 4096))- 206"
else
  echo "skipped: the disk-full test wants to mount a tmpfs"
fi

# The command line, and the public table.
expect 2 'NAME: two not in \{one,three,any\}' fetch two
expect 2 'NAME is required' fetch
expect 2 "--from: several files need a folder's address, which ends in /" fetch three --from "$address/plain"
expect 2 "--from: several files" fetch one any --from "$address/plain"
expect 2 '--retries' fetch one --retries -1
expect 2 '--stall' fetch one --stall 0
expect 2 '--retry-pause' fetch one --retry-pause nan
expect 2 'subcommand' "$public"
expect 2 'NAME: imbd not in \{tinyshakespeare,imdb,' "$public" fetch imbd
expect 0 'https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz' "$public" list
expect 0 'licence: CC BY-SA 4.0' "$public" list
if [[ -n ${REWIND_DATA:-} && -d $REWIND_DATA ]]; then # each file is cut in the middle first
  serve real_log "$REWIND_DATA"
  real=(tinyshakespeare wikigold wnut17 ud_english_ewt)
  expect 0 'en_ewt-ud-test.conllu; SHA-256 checked' \
    "$public" fetch "${real[@]}" --to real --from "$address/folder/" --retry-pause 0.02
  (($(find real -type f | wc -l) == 8)) || wrong "real files: $(find real -type f)"
else
  echo "skipped: the table's sums are compared with real files if REWIND_DATA names their folder"
fi

((failures == 0)) && echo "all as expected"
exit $((failures > 0))
