#!/usr/bin/env bash
# Whatever a server or a disk does, a fetched file is whole and right, or not there, and one sentence says why.
# usage: fetch.sh DATASETS DATASETS_ON_LOOPBACK PYTHON
# The first is the program with the public table; the second knows the files of fetch_server.py.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
public=$1 datasets=$2 python=$3
server=$(realpath "$(dirname "${BASH_SOURCE[0]}")")/fetch_server.py
export no_proxy='*'
work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null; umount "$work/tiny" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"

# serve ARGUMENT...: a server, and its address in $address
serve() {
  "$python" "$server" "$@" >port &
  servers+=($!)
  eventually test -s port || { wrong "the server does not start" && conclude; }
  address=http://127.0.0.1:$(<port)
  : >port
}
# All that a program says, on stderr.
all_of() { timeout 300 "$@" >&2; }
fetch() { all_of "$datasets" fetch --retry-pause 0.02 "$@"; }
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
if ! (exec 3<>"/dev/tcp/127.0.0.1/${address##*:}") 2>/dev/null; then
  echo "skipped: nobody can be reached at 127.0.0.1 here"
  exit 77
fi
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
expect 0 'bytes (remaining|missing).*; next try' get truncate
whole truncate
requests truncate '- 200 bytes=70000- 206 bytes=140000- 206 bytes=210000- 206 bytes=280000- 206'
expect 0 'bytes (remaining|missing)' get dated
whole dated
requests dated '- 200 bytes=70000- 206'
expect 0 'bytes (remaining|missing)' get tagless
whole tagless
requests tagless '- 200 - 200'
expect 0 'bytes (remaining|missing)' get no_ranges
whole no_ranges
requests no_ranges '- 200 bytes=70000- 200'
expect 0 'connection was closed after 70000 of 300000 bytes; next try' get no_length
whole no_length
expect 0 'too slow.*; next try' get stall --stall 5
whole stall
requests stall '- 200 bytes=70000- 206'
expect 0 'bytes (remaining|missing)' get changed
whole changed
requests changed '- 200 bytes=70000- 200'
expect 0 'the server has another version by now; next try' get glued
whole glued
requests glued '- 200 bytes=70000- 206 - 200'
expect 0 'the server has another version by now; next try' get elsewhere
whole elsewhere
expect 0 '^quiet/one/one.bin; SHA-256' fetch one --to quiet --from "$address/truncate.quiet/" --quiet
[[ $(wc -l <<<"$said") == 1 ]] || wrong "--quiet says $said"

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
no_name=$(printf 'x%.0s' {1..64}) # too long to be asked of any server
expect 1 'given up at try 1: .*esolve' fetch one --to nowhere --retries 0 --from "http://$no_name.invalid/"

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
holds_part() { (($(stat -c %s "$1/one/one.bin.part" 2>/dev/null || echo 0) == 70000)); }
begin() { # FOLDER: a fetch in the background, of which some has arrived and no more will
  "$datasets" fetch one --to "$1" --from "$address/stall.$1/" --stall 3000 >"$1.said" 2>&1 &
  eventually holds_part "$1" || wrong "no part arrives in $1"
}
goes_on() { # FOLDER: from the part
  nothing "$1" one/one.bin.part one/one.bin.part.tag
  expect 0 "$got" fetch one --to "$1" --from "$address/plain.$1/"
  whole "$1"
  requests "plain.$1" 'bytes=70000- 206'
}
stops() { # after Ctrl-C
  kill -INT $!
  wait $!
  [[ $? == 130 ]] || wrong "Ctrl-C: expected exit code 130, got: $(cat ./*.said)"
}
begin interrupted
expect 1 'interrupted/one: another process fetches into this folder' fetch one --to interrupted --from "$address/plain/"
stops
goes_on interrupted
begin killed
kill -KILL $!
{ wait $!; } 2>/dev/null
goes_on killed
"$datasets" fetch one --to pausing --from "$address/broken.pausing/" --retry-pause 3000 >pausing.said 2>&1 &
eventually grep -q 'next try in 3e+03 s' pausing.said || wrong "no pause: $(<pausing.said)"
stops

# Progress: plain lines in a log, one line in its place on a terminal.
expect 0 '^\[=+> *\] +[0-9]+ %  [0-9]+ kB/s  [0-9]+:[0-9]{2} left$' fetch one --to lines --from "$address/slow/"
terminal='import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
if "$python" -c 'import pty; pty.openpty()' 2>/dev/null; then
  "$python" -c "$terminal" "$datasets" fetch one --to bar --from "$address/slow/" >bar.said 2>&1 </dev/null
  (($(grep -o $'\r\[[=>]' bar.said | wc -l) > 1)) || wrong "no bar on a terminal: $(<bar.said)"
  whole bar
else
  echo "skipped: the progress bar; there are no terminals here"
fi

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
if small_disk tiny; then
  expect 1 '^error: .*tiny/one/one.bin.part: cannot write: No space left on device' \
    fetch one --to tiny --from "$address/plain/"
  kept=$(stat -c %s tiny/one/one.bin.part)
  mount -o remount,size=1m tiny
  expect 0 "$got" fetch one --to tiny --from "$address/plain.tiny/"
  whole tiny
  requests plain.tiny "bytes=$kept- 206"
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
expect 0 'https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz' all_of "$public" list
expect 1 "$full" to_full "$public" list
expect 0 'licence: CC BY-SA 4.0' all_of "$public" list
if [[ -n ${REWIND_DATA:-} && -d $REWIND_DATA ]]; then # each file is cut in the middle first
  serve real_log "$REWIND_DATA"
  real=(tinyshakespeare wikigold wnut17 multi30k ud_english_ewt)
  expect 0 'en_ewt-ud-test.conllu; SHA-256 checked' \
    all_of "$public" fetch "${real[@]}" --to real --from "$address/folder/" --retry-pause 0.02
  (($(find real -type f | wc -l) == 14)) || wrong "real files: $(find real -type f)"
else
  echo "skipped: the table's sums are compared with real files if REWIND_DATA names their folder"
fi

conclude
