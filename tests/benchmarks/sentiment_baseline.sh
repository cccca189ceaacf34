#!/usr/bin/env bash
# What examples/sentiment has to beat on IMDB: Debian's fastText (Joulin et al. 2017), on words, and on words and pairs of
# words, trained on all 25,000 training reviews.    usage: sentiment_baseline.sh aclImdb_v1.tar.gz
set -euo pipefail
archive=$(realpath "$1")
command -v fasttext >/dev/null || { echo "install Debian's fasttext" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# train.txt, test.txt: "__label__pos" and the words in small letters, punctuation marks apart; in an order by hash.
python3 - "$archive" <<'PYTHON'
import hashlib, re, sys, tarfile
lines = {"train": [], "test": []}
with tarfile.open(sys.argv[1]) as tar:
    for member in tar:
        found = re.fullmatch(r"(?:\./)?aclImdb/(train|test)/(neg|pos)/[^/]+\.txt", member.name)
        if found:
            text = tar.extractfile(member).read().decode().replace("<br />", " ").lower()
            order = hashlib.sha256(member.name.encode()).digest()
            lines[found[1]].append((order, f"__label__{found[2]} " + " ".join(re.findall(r"\w+|[^\w\s]", text))))
for part, all_lines in lines.items():
    with open(part + ".txt", "w") as file:
        file.writelines(line + "\n" for _, line in sorted(all_lines))
PYTHON

echo "| fastText | test reviews | accuracy | training, s | reviews/s |"
echo "|---|---|---|---|---|"
for n in 1 2; do
  began=$(date +%s%N)
  fasttext supervised -input train.txt -output model -wordNgrams $n -epoch 10 -lr 0.25 -dim 50 -minCount 2 -thread 1 >/dev/null 2>&1
  trained=$(date +%s%N)
  read -r reviews accuracy < <(fasttext test model.bin test.txt | awk '/^N/ { n = $2 } /^P@1/ { print n, $2 }')
  loaded=$(date +%s%N)
  fasttext predict model.bin test.txt >/dev/null
  milliseconds=$((($(date +%s%N) - loaded) / 1000000))
  echo "| up to $n words together | $reviews | $accuracy | $(((trained - began) / 1000000000)) | $((reviews * 1000 / milliseconds)) |"
done
