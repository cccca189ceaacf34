#include "datasets/synthetic_reviews.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <unordered_set>

#include "tests/support.hpp"

using namespace rw;
using namespace rw::datasets;

namespace {

using Words = std::vector<std::string>;

// Lower case, punctuation apart.
Words words_of(const std::string& text) {
  std::string spaced;
  for (char c : text)
    if (std::isalpha(static_cast<unsigned char>(c)) || c == ' ' || c == '-')
      spaced += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else
      spaced += std::string(" ") + c;
  std::istringstream in(spaced);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

const std::unordered_set<std::string> good{
    "superb",   "brilliant", "delightful", "charming",   "gripping",   "moving",     "clever",      "elegant",
    "witty",    "fresh",     "vivid",      "tender",     "inspired",   "graceful",   "thrilling",   "touching",
    "splendid", "wonderful", "excellent",  "impressive", "enchanting", "convincing", "fascinating", "magnificent"};
const std::unordered_set<std::string> bad{"dull",        "awful",    "tedious", "clumsy",      "shallow", "boring",
                                          "predictable", "lifeless", "messy",   "weak",        "stale",   "lazy",
                                          "dreadful",    "bland",    "muddled", "pointless",   "wooden",  "annoying",
                                          "ugly",        "tiresome", "hollow",  "forgettable", "feeble",  "sloppy"};

// Reads a review by rules of English, without the generator: the sentence with words of praise or blame in it decides.
class Reader {
 public:
  explicit Reader(const std::string& text) {
    Words sentence;
    for (const std::string& word : words_of(text)) {
      sentence.push_back(word);
      if (word != ".") continue;
      if (std::any_of(sentence.begin(), sentence.end(), [](auto& w) { return good.count(w) + bad.count(w) > 0; }))
        words_ = sentence;
      sentence.clear();
    }
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (good.count(words_[i]) + bad.count(words_[i]) > 0) judged_.push_back(i);
  }

  bool positive() const {
    REQUIRE((judged_.size() == 1 || judged_.size() == 2));
    const std::size_t at = judged_.back(), first = judged_[0];
    if (judged_.size() == 1) return praises(at) != negated(at);
    if (praises(first) == praises(at)) return praises(at);
    return praises(governs(first) ? first : at);
  }

 private:
  bool praises(std::size_t i) const { return good.count(words_[i]) > 0; }
  bool has(const std::string& word) const { return find(word) < words_.size(); }
  std::size_t find(const std::string& word) const {
    return static_cast<std::size_t>(std::find(words_.begin(), words_.end(), word) - words_.begin());
  }

  // One judgement: "not" and "never" reach to the end of their clause, "nobody who" and "I doubt" over the sentence.
  bool negated(std::size_t at) const {
    if (words_[0] == "nobody" || (words_[0] == "i" && words_[1] == "doubt")) return true;
    for (std::size_t i = at; i-- > 0 && words_[i] != "," && words_[i] != "and";)
      if (words_[i] == "not" || words_[i] == "never") return true;
    return false;
  }
  // Two judgements that disagree: is it the first that counts?
  bool governs(std::size_t first) const {
    if (words_[0] == "even" || words_[0] == "although" || words_[0] == "far") return false;
    if (words_[0] == "the" && words_[1] == "last") return false;
    if (has("but")) return false;
    const bool follows = has("though") || has("although") || has("rather") || has("not") || has("last");
    CHECK(follows);
    return first < std::min({find("though"), find("although"), find("rather"), find("not"), find("last")});
  }

  Words words_;
  std::vector<std::size_t> judged_;
};

// Logistic regression on which words occur, trained by Adagrad.
class BagOfWords {
 public:
  void train(const LabelledTexts& texts, int epochs) {
    for (int epoch = 0; epoch < epochs; ++epoch)
      for (const LabelledText& example : texts.examples) {
        const auto bag = bag_of(example.text);
        const double gradient = 1 / (1 + std::exp(-score(bag))) - example.label;
        for (const std::string& word : bag) {
          auto& [weight, squares] = weights_[word];
          squares += gradient * gradient;
          weight -= 0.2 * gradient / std::sqrt(squares + 1e-8);
        }
      }
  }
  bool positive(const std::string& text) const { return score(bag_of(text)) > 0; }

 private:
  static std::set<std::string> bag_of(const std::string& text) {
    const Words words = words_of(text);
    return {words.begin(), words.end()};
  }
  double score(const std::set<std::string>& bag) const {
    double sum = 0;
    for (const std::string& word : bag)
      if (const auto known = weights_.find(word); known != weights_.end()) sum += known->second.first;
    return sum;
  }

  std::map<std::string, std::pair<double, double>> weights_;
};

template <class F>
double accuracy(const LabelledTexts& texts, F&& positive) {
  double right = 0;
  for (const LabelledText& example : texts.examples) right += positive(example.text) == (example.label == 1);
  return right / static_cast<double>(texts.examples.size());
}

}  // namespace

TEST_CASE("who reads by the rules of English is right but for the flipped labels") {
  for (double noise : {0., 0.02, 0.1}) {
    Rng rng(11);
    const SyntheticReviews reviews = synthetic_reviews(3000, rng, noise);
    CHECK(reviews.best_accuracy == Approx(1 - noise));
    CHECK(accuracy(reviews.corpus, [](auto& text) { return Reader(text).positive(); }) ==
          Approx(reviews.best_accuracy));
  }
}

TEST_CASE("a bag of words is far below, at what is said of the best one") {
  Rng train(1), test(2);
  BagOfWords model;
  model.train(synthetic_reviews(4000, train).corpus, 3);
  const SyntheticReviews held_out = synthetic_reviews(4000, test);
  const double reached = accuracy(held_out.corpus, [&](auto& text) { return model.positive(text); });
  INFO("bag of words: " << reached << ", best: " << held_out.best_bag_accuracy);
  CHECK(held_out.best_bag_accuracy == Approx(1 / 6. * 0.98 + 5 / 12.).margin(0.01));
  CHECK(reached < held_out.best_bag_accuracy + 0.03);  // deviation: 0.008
  CHECK(reached > 0.53);
}

TEST_CASE("no word leans to a label beyond what plain reviews say with it") {
  Rng rng(3);
  std::map<std::string, std::array<double, 2>> counts;
  for (const LabelledText& example : synthetic_reviews(20000, rng, 0).corpus.examples) {
    const Words words = words_of(example.text);
    for (const std::string& word : std::set<std::string>(words.begin(), words.end()))
      ++counts[word][static_cast<std::size_t>(example.label)];
  }
  for (const auto& [word, count] : counts) {
    const double all = count[0] + count[1], positive = count[1] / all;
    INFO(word << ": " << positive << " of " << all);
    if (good.count(word) + bad.count(word) > 0)
      CHECK(std::abs(positive - 0.5) < 0.2);
    else
      CHECK(std::abs(positive - 0.5) * std::sqrt(all) < 2.3);  // deviation: 0.5
  }
}

TEST_CASE("reviews are varied, of 10 to 40 words, of both classes alike") {
  Rng rng(4);
  const LabelledTexts corpus = synthetic_reviews(5000, rng).corpus;
  CHECK(corpus.classes == Words{"negative", "positive"});
  std::set<std::string> texts, vocabulary;
  int positive = 0;
  for (const LabelledText& example : corpus.examples) {
    const auto words = std::count(example.text.begin(), example.text.end(), ' ') + 1;
    CHECK((words >= 10 && words <= 40));
    CHECK(example.text.find_first_of("{}") == std::string::npos);
    positive += example.label;
    texts.insert(example.text);
    for (const std::string& word : words_of(example.text)) vocabulary.insert(word);
  }
  CHECK(std::abs(positive - 2500) < 150);
  CHECK(texts.size() > 4950);
  CHECK((vocabulary.size() > 300 && vocabulary.size() < 900));
}

TEST_CASE("equal seeds give equal reviews; wrong arguments are refused") {
  Rng a(5), b(5), c(6);
  const auto first = synthetic_reviews(50, a).corpus.examples, second = synthetic_reviews(50, b).corpus.examples;
  const auto other = synthetic_reviews(50, c).corpus.examples;
  for (std::size_t i = 0; i < 50; ++i) {
    CHECK((first[i].text == second[i].text && first[i].label == second[i].label));
    CHECK(first[i].text != other[i].text);
  }
  CHECK_THROWS_WITH(synthetic_reviews(0, a), "[synthetic_reviews] size: 0 reviews, expected at least 1");
  CHECK_THROWS_WITH(synthetic_reviews(5, a, 0.6), "[synthetic_reviews] noise 0.6: expected 0 to 0.5");
  CHECK_THROWS_AS(synthetic_reviews(5, a, std::numeric_limits<double>::quiet_NaN()), Error);
  CHECK(synthetic_reviews(1, a, 0.5).best_accuracy == Approx(0));
}
