#include "datasets/synthetic_translations.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <sstream>

using namespace rw;
using namespace rw::datasets;

namespace {

ParallelText many() {
  Rng rng(7);
  return synthetic_translations(20000, rng);
}

// The words of a sentence, without its full stop and commas.
std::vector<std::string> words_of(std::string text) {
  std::erase_if(text, [](char c) { return c == '.' || c == ','; });
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

}  // namespace

TEST_CASE("synthetic translations: sentences of every kind, read by somebody who knows German") {
  Rng rng(1);
  const ParallelText text = synthetic_translations(30, rng);
  std::map<std::string, std::string> translations;
  for (std::size_t i = 0; i < text.size(); ++i) translations.emplace(text.source[i], text.target[i]);
  const auto expect = [&](const char* english, const char* german) {
    INFO(english);
    REQUIRE(translations.contains(english));
    CHECK(translations.at(english) == german);
  };
  expect("Today an old horse has carried two young balls.", "Heute hat ein altes Pferd zwei junge Bälle getragen.");
  expect("Today a woman sleeps behind two fields.", "Heute schläft eine Frau hinter zwei Feldern.");
  expect("Now two beautiful horses hide the quiet men.", "Jetzt verstecken zwei schöne Pferde die stillen Männer.");
  expect("The man has taken along a letter in front of the field.",
         "Der Mann hat einen Brief vor dem Feld mitgenommen.");
  expect("Often a small man will carry an apple under a quiet tree.",
         "Oft wird ein kleiner Mann einen Apfel unter einem stillen Baum tragen.");
  expect("When two women have picked up the small apples under the street, a white girl sleeps behind two churches.",
         "Wenn zwei Frauen die kleinen Äpfel unter der Straße aufgehoben haben, schläft ein weißes Mädchen hinter zwei "
         "Kirchen.");
  expect(
      "The old horses look at the small cats in front of a quiet table because the cat will look at a quiet lamp.",
      "Die alten Pferde sehen die kleinen Katzen vor einem stillen Tisch an, weil die Katze eine stille Lampe ansehen "
      "wird.");
  expect("The teacher looks at a book beside the field and a big dog will sleep behind the churches.",
         "Der Lehrer sieht ein Buch neben dem Feld an und ein großer Hund wird hinter den Kirchen schlafen.");
}

TEST_CASE("synthetic translations: a sentence has one translation, and agreement holds") {
  const ParallelText text = many();
  REQUIRE(text.target.size() == text.source.size());
  std::map<std::string, std::string> translations;
  const std::set<std::string> masculine{"Mann", "Hund", "Vogel", "Ball", "Apfel", "Garten", "Baum", "Tisch"};
  std::size_t separated = 0, last = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    CHECK(translations.emplace(text.source[i], text.target[i]).first->second == text.target[i]);
    REQUIRE((text.source[i].back() == '.' && text.target[i].back() == '.'));
    const std::vector<std::string> words = words_of(text.target[i]);
    for (std::size_t w = 2; w < words.size(); ++w) {
      if (!masculine.contains(words[w])) continue;
      if (words[w - 2] == "der" || words[w - 2] == "Der") CHECK(words[w - 1].ends_with("e"));
      if (words[w - 2] == "ein" || words[w - 2] == "Ein") CHECK(words[w - 1].ends_with("er"));
      if (words[w - 2] == "einen" || words[w - 2] == "dem") CHECK(words[w - 1].ends_with("en"));
    }
    separated += text.source[i].find(" picks up ") != text.source[i].npos && words.back() == "auf";
    last += text.source[i].find(" because ") != text.source[i].npos && words.back() == "aufhebt";
    CHECK(text.source[i].find(" a a") == text.source[i].npos);
    CHECK(text.source[i].find(" an b") == text.source[i].npos);
  }
  CHECK(separated > 100);
  CHECK(last > 10);
}

TEST_CASE("synthetic translations: equal seeds, equal sentences; length and words are moderate") {
  Rng a(1), b(1), c(2);
  const ParallelText first = synthetic_translations(500, a), second = synthetic_translations(500, b),
                     other = synthetic_translations(500, c);
  CHECK((first.source == second.source && first.target == second.target));
  CHECK(first.source != other.source);
  std::set<std::string> english, german;
  std::size_t longest = 0;
  const ParallelText text = many();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto source = words_of(text.source[i]), target = words_of(text.target[i]);
    english.insert(source.begin(), source.end()), german.insert(target.begin(), target.end());
    longest = std::max({longest, source.size(), target.size()});
  }
  CHECK(longest <= 32);
  CHECK(english.size() < 160);
  CHECK(german.size() < 240);
  CHECK_THROWS_WITH(synthetic_translations(0, a), "[synthetic_translations] size: 0 sentences, expected at least 1");
}
