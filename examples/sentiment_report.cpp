#include "examples/sentiment_report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "autograd/ops.hpp"
#include "examples/report.hpp"
#include "models/input_gradients.hpp"
#include "models/sentiment_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

constexpr std::size_t most_texts = 12;

// The words that the model reads, and which of them follow a gap.
json words_of(const SentimentSetup& setup, datasets::Tokenizer& tokenizer, const std::string& text) {
  const std::vector<std::string> tokens = tokenizer(text);
  std::vector<Index> kept(tokens.size());
  std::iota(kept.begin(), kept.end(), Index(0));
  if (const std::size_t most = setup.encoder.most_words(); most > 0) datasets::cut(kept, (most + 1) / 2, most / 2);
  json item = {{"words", json::array()}, {"unknown", json::array()}, {"gaps", json::array()}};
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const std::string& word = tokens[static_cast<std::size_t>(kept[i])];
    if (setup.encoder.vocabulary().encode(word) == datasets::WordVocabulary::unknown) item["unknown"].push_back(i);
    if (i > 0 && kept[i] != kept[i - 1] + 1) item["gaps"].push_back(i);
    item["words"].push_back(word);
  }
  return item;
}

json influence_of(const models::SentimentLSTM& model, const datasets::IndexedTexts& texts, std::size_t i) {
  const datasets::TextBatch batch = batch_of(texts, {i});
  const Array norms = models::input_gradient_norms(model, "embedding.weight", batch.words,
                                                   [&](const models::SentimentLSTM& copy, const IndexArray& words) {
                                                     return copy.loss({words, batch.lengths, batch.labels});
                                                   });
  json all = json::array();
  for (const Scalar norm : norms) all.push_back(rounded(static_cast<double>(norm)));
  return all;
}

void add_scores(json& report, const nn::ConfusionMatrix& confusion, const std::vector<std::string>& classes) {
  json rows = json::array();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto [precision, recall, f1] = confusion.of_class(c);
    rows.push_back({classes[c], rounded(precision), rounded(recall), rounded(f1)});
  }
  report["scores"] = {{"caption", "How well each class is told from the others"},
                      {"columns", {"class", "precision", "recall", "F1"}},
                      {"rows", rows}};
}

}  // namespace

void add_texts(json& report, const models::SentimentLSTM& model, const SentimentSetup& setup,
               const datasets::LabelledTexts& texts, const std::string& of) {
  datasets::TextEncoder encoder(setup.encoder.vocabulary(), setup.encoder.options(), setup.encoder.most_words());
  const datasets::IndexedTexts indexed = index_texts(texts, encoder);
  const Tensor probabilities = softmax(logits_of(model, indexed.texts));  // (N, C)
  const std::size_t C = setup.classes.size();
  struct Wrong {
    std::size_t text, found;
    double p;
  };
  std::vector<Wrong> wrong;
  Confusions counts;
  nn::ConfusionMatrix confusion(C);
  for (std::size_t i = 0; i < indexed.size(); ++i) {
    const Scalar* row = probabilities.value().data() + i * C;
    const auto found = static_cast<std::size_t>(std::max_element(row, row + C) - row);
    const auto gold = static_cast<std::size_t>(indexed.labels[i]);
    ++counts[{gold, found}];
    confusion.add(IndexArray(Shape{1}, static_cast<Index>(found)), IndexArray(Shape{1}, indexed.labels[i]));
    if (found != gold) wrong.push_back({i, found, static_cast<double>(row[found])});
  }
  std::stable_sort(wrong.begin(), wrong.end(), [](const Wrong& a, const Wrong& b) { return a.p > b.p; });
  add_confusion(report, of, setup.classes, counts);
  add_scores(report, confusion, setup.classes);
  report["mistakes"] = {
      {"kind", "texts"}, {"of", of}, {"wrong", wrong.size()}, {"all", indexed.size()}, {"items", json::array()}};
  datasets::Tokenizer tokenizer(setup.encoder.options());
  wrong.resize(std::min(wrong.size(), most_texts));
  for (const auto& [i, found, p] : wrong) {
    json item = words_of(setup, tokenizer, texts.examples[i].text);
    item.update({{"gold", setup.classes.at(static_cast<std::size_t>(indexed.labels[i]))},
                 {"found", setup.classes[found]},
                 {"probability", rounded(p)},
                 {"influence", influence_of(model, indexed, i)}});
    report["mistakes"]["items"].push_back(std::move(item));
  }
}

}  // namespace rw::inline REWIND_ABI::examples
