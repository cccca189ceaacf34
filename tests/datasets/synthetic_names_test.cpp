#include "datasets/synthetic_names.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

using Words = std::vector<std::string>;
using Span = std::tuple<std::size_t, std::size_t, std::string>;  // begin, end, type

std::set<Span> spans_of(const Words& tags) {
  std::set<Span> spans;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i][0] != 'B') continue;
    std::size_t end = i + 1;
    while (end < tags.size() && tags[end] == "I-" + tags[i].substr(2)) ++end;
    spans.emplace(i, end, tags[i].substr(2));
  }
  return spans;
}

template <class F>
double span_f1(const TaggedCorpus& corpus, F&& tag) {
  double both = 0, found = 0, gold = 0;
  for (const TaggedSentence& sentence : corpus.sentences) {
    const auto expected = spans_of(sentence.tags), got = spans_of(tag(sentence.tokens));
    for (const Span& span : got) both += static_cast<double>(expected.count(span));
    found += static_cast<double>(got.size()), gold += static_cast<double>(expected.size());
  }
  return 2 * both / (found + gold);
}

bool ends_with_any(const std::string& word, const Words& ends) {
  return std::any_of(ends.begin(), ends.end(), [&](auto& end) { return word.ends_with(end); });
}
bool is_any(const std::string& word, const Words& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Tags by rules of English, without the generator: names are runs of capitalised words, their neighbours say the type.
class Reader {
 public:
  explicit Reader(const Words& tokens) : tokens_(tokens), tags_(tokens.size(), "O") {
    for (std::size_t i = 0; i < tokens.size();) {
      const std::size_t end = name_end(i);
      if (end == i) {
        ++i;
        continue;
      }
      const std::string type = type_of(i, end);
      for (std::size_t k = i; k < end; ++k) tags_[k] = (k == i ? "B-" : "I-") + type;
      i = end;
    }
  }
  const Words& tags() const { return tags_; }

 private:
  std::string at(std::size_t i) const { return i < tokens_.size() ? tokens_[i] : ""; }

  bool capitalised(std::size_t i) const {
    static const Words none{"The",    "Shares",    "Snow",     "After",     "Last",     "People", "Nobody",
                            "Once",   "Monday",    "Tuesday",  "Wednesday", "Thursday", "Friday", "Saturday",
                            "Sunday", "January",   "February", "March",     "April",    "June",   "July",
                            "August", "September", "October",  "November",  "December"};
    return i < tokens_.size() && std::isupper(static_cast<unsigned char>(tokens_[i][0])) && !is_any(tokens_[i], none);
  }
  bool is_no_name(std::size_t i) const {
    if (i > 0) return false;
    const std::string word = at(0), next = at(1);
    if (word == "Will")
      for (const std::string& token : tokens_)
        if (token == "?") return true;
    return (word == "Rose" && next == "bushes") || (word == "May" && next == "was") ||
           (word == "Grace" && next == "and") || (word == "Mark" && next == "my");
  }
  std::size_t name_end(std::size_t i) const {
    if (!capitalised(i) || is_no_name(i)) return i;
    if (is_any(at(i), {"Bank", "University"})) return i + 3;
    while (capitalised(i) || (at(i) == "." && at(i - 1).size() == 1)) ++i;
    return i;
  }

  std::string type_of(std::size_t begin, std::size_t end) const {
    const std::string first = at(begin), last = at(end - 1), left = begin > 0 ? at(begin - 1) : "";
    if (is_any(last, {"Open", "Cup", "Festival"})) return "MISC";
    if (is_any(first, {"Bank", "University"}) || last == "Motors") return "ORG";
    if (begin + 1 == end && is_any(left, {"about", "of", ""}) && !is_any(at(0), {"Shares"})) {
      if (ends_with_any(last, {"tech", "soft", "corp", "gas", "air"})) return "ORG";
      if (ends_with_any(last, {"ville", "burg", "ford", "stan", "port"})) return "LOC";
    }
    if (is_any(left, {"in", "from"}) || (left == "to" && !is_any(at(begin - 2), verbs))) return "LOC";
    if (left == "for" && at(begin - 2) == "left") return "LOC";
    if (is_any(left, {"at", "Will", "beat"}) || (left == "of" && at(begin - 2) != "heard")) return "ORG";
    const std::string next = at(end);
    const std::string verb = next == "," && begin == 0 ? after_pause(end) : next == "had" ? at(end + 1) : next;
    if (is_any(verb, {"hired", "dismissed", "employed", "beat", "be"})) return "ORG";
    return verb == "lay" ? "LOC" : "PER";
  }
  std::string after_pause(std::size_t comma) const {
    const auto next = std::find(tokens_.begin() + static_cast<std::ptrdiff_t>(comma) + 1, tokens_.end(), ",");
    return next == tokens_.end() ? "" : *(next + 1);
  }

  inline static const Words verbs{"said", "argued", "wrote", "claimed"};
  const Words& tokens_;
  Words tags_;
};

TaggedCorpus corpus_of(std::uint64_t seed, std::size_t size = 3000) {
  Rng rng(seed);
  return synthetic_names(size, rng).corpus;
}

}  // namespace

TEST_CASE("who reads by the rules of English finds all names but those that nothing tells apart") {
  Rng rng(11);
  const SyntheticNames names = synthetic_names(5000, rng);
  CHECK((names.best_span_f1 > 0.985 && names.best_span_f1 < 0.998));
  CHECK(span_f1(names.corpus, [](const Words& tokens) { return Reader(tokens).tags(); }) ==
        Approx(names.best_span_f1).epsilon(1e-9));
}

TEST_CASE("each word's most frequent tag is far below") {
  std::map<std::string, std::map<std::string, int>> seen;
  for (const TaggedSentence& sentence : corpus_of(1).sentences)
    for (std::size_t i = 0; i < sentence.tokens.size(); ++i) ++seen[sentence.tokens[i]][sentence.tags[i]];
  const double f1 = span_f1(corpus_of(2), [&](const Words& tokens) {
    Words tags;
    for (const std::string& token : tokens) {
      const auto& known = seen[token];
      const auto most =
          std::max_element(known.begin(), known.end(), [](auto& a, auto& b) { return a.second < b.second; });
      tags.push_back(most == known.end() ? "O" : most->first);
    }
    return tags;
  });
  INFO("span F1: " << f1);
  CHECK((f1 > 0.05 && f1 < 0.5));
}

TEST_CASE("many names are ambiguous, many unknown to another part") {
  std::set<std::string> known;
  std::map<std::string, std::set<std::string>> types;
  for (const TaggedSentence& sentence : corpus_of(1).sentences)
    known.insert(sentence.tokens.begin(), sentence.tokens.end());
  double unknown = 0, spans = 0;
  for (const TaggedSentence& sentence : corpus_of(2).sentences)
    for (const auto& [begin, end, type] : spans_of(sentence.tags)) {
      ++spans;
      types[sentence.tokens[begin]].insert(type);
      unknown += std::any_of(sentence.tokens.begin() + static_cast<std::ptrdiff_t>(begin),
                             sentence.tokens.begin() + static_cast<std::ptrdiff_t>(end),
                             [&](auto& token) { return known.count(token) == 0; });
    }
  CHECK(unknown / spans > 0.3);
  CHECK(types["Jordan"] == std::set<std::string>{"PER", "LOC", "ORG", "MISC"});
  CHECK(types["Washington"] == types["Jordan"]);
}

TEST_CASE("the tags are IOB2 of four types, one for each token") {
  const TaggedCorpus corpus = corpus_of(3);
  CHECK(corpus.sentences.size() == 3000);
  CHECK(corpus.documents == std::vector<std::size_t>{0});
  std::set<std::string> tags;
  for (const TaggedSentence& sentence : corpus.sentences) {
    REQUIRE(sentence.tokens.size() == sentence.tags.size());
    CHECK((sentence.tokens.size() >= 5 && sentence.tokens.size() <= 40));
    std::string before = "O";
    for (std::size_t i = 0; i < sentence.tags.size(); ++i) {
      const std::string& tag = sentence.tags[i];
      if (tag[0] == 'I') REQUIRE(before.substr(1) == tag.substr(1));
      CHECK(sentence.tokens[i].find_first_of("[]{}") == std::string::npos);
      tags.insert(before = tag);
    }
  }
  CHECK(tags == std::set<std::string>{"O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"});
}

TEST_CASE("equal seeds give equal sentences") {
  const TaggedCorpus a = corpus_of(5, 40), b = corpus_of(5, 40), c = corpus_of(6, 40);
  bool same = true;
  for (std::size_t i = 0; i < 40; ++i) {
    CHECK((a.sentences[i].tokens == b.sentences[i].tokens && a.sentences[i].tags == b.sentences[i].tags));
    same = same && a.sentences[i].tokens == c.sentences[i].tokens;
  }
  CHECK_FALSE(same);
  CHECK_THROWS_WITH(corpus_of(5, 0), "[synthetic_names] sentences: 0, expected at least 1");
}
