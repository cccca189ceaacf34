#include "examples/char_rnn_report.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "autograd/ops.hpp"
#include "autograd/tape.hpp"
#include "examples/report.hpp"
#include "models/char_task.hpp"
#include "models/input_gradients.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

constexpr std::size_t most_places = 12, before = 80, after = 40;

// Of each symbol of a sequence but the first: its nats, and the symbol that was likeliest in its place.
struct Predictions {
  std::vector<double> nats;
  std::vector<std::size_t> likeliest;
};

// Chunks of the numbers of the places, in step with those of the symbols, say which target is where.
template <class Model>
Predictions predict(const Model& model, const IndexArray& symbols) {
  const Pause pause;
  const std::size_t n = symbols.size(), batch = std::clamp<std::size_t>(n / 2, 1, 32), V = model.config().vocabulary;
  IndexArray numbers(Shape{n});
  std::iota(numbers.begin(), numbers.end(), Index(0));
  auto chunks = models::chunks_of(model, symbols, batch), places = models::chunks_of(model, numbers, batch);
  Predictions all{std::vector<double>(n), std::vector<std::size_t>(n)};
  typename Model::State state = model.zero_state(batch);
  for (std::size_t i = 0; i < chunks.steps_per_epoch(); ++i) {
    const datasets::Batch chunk = chunks.next(), where = places.next();
    auto [logits, last] = model.forward(chunk.inputs, state);
    const Tensor log_p = log_softmax(logits);
    for (std::size_t k = 0; k < chunk.targets.size(); ++k) {
      if (chunk.targets.data()[k] == datasets::ignored) continue;
      const Scalar* row = log_p.value().data() + k * V;
      const auto at = static_cast<std::size_t>(where.targets.data()[k]);
      all.nats[at] = -static_cast<double>(row[chunk.targets.data()[k]]);
      all.likeliest[at] = static_cast<std::size_t>(std::max_element(row, row + V) - row);
    }
    state = std::move(last);
  }
  return all;
}

// The costliest first, none near another, and each pair of a symbol and the one before it once.
std::vector<std::size_t> costliest(const std::vector<double>& nats, const IndexArray& symbols) {
  std::vector<std::size_t> order(nats.size()), chosen;
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return nats[a] > nats[b]; });
  const Index* symbol = symbols.data();
  for (const std::size_t at : order) {
    const auto alike = [&](std::size_t other) {
      return std::max(at, other) - std::min(at, other) < after ||
             (symbol[at] == symbol[other] && symbol[at - 1] == symbol[other - 1]);
    };
    if (at > 0 && std::none_of(chosen.begin(), chosen.end(), alike)) chosen.push_back(at);
    if (chosen.size() == most_places) break;
  }
  return chosen;
}

std::vector<std::string> symbols_of(const datasets::CharCorpus& corpus, std::size_t begin, std::size_t end) {
  std::vector<std::string> all;
  for (std::size_t i = begin; i < end; ++i) all.push_back(corpus.vocabulary().decode(corpus.validation().data()[i]));
  return all;
}

// How many symbols before a place a model is shown.
std::size_t context_of(const models::CharRNN&) { return before; }
std::size_t context_of(const models::CharTransformer& model) { return std::min(before, model.config().context); }

// The place as the model sees it that reads the context alone.
template <class Model>
json place(const Model& model, const datasets::CharCorpus& corpus, std::size_t at) {
  const IndexArray& symbols = corpus.validation();
  const std::size_t n = std::min(at, context_of(model)), begin = at - n;
  const Tensor x = parameter(model.embed(share(symbols, {n, 1}, begin)).value());
  Tape tape;
  const Tensor logits = select(model.forward_embedded(x, model.zero_state(1)).outputs, 0, -1);  // (1, V)
  const Tensor loss = cross_entropy(logits, share(symbols, {1}, at));
  const Tensor gradient = tape.grad({loss}, {x})[0];
  const Array norms = models::norms_of_rows(reshape(gradient, {n, x.size(2)}).value(), {n});
  const Tensor p = softmax(detach(logits));

  json item = {{"nats", rounded(static_cast<double>(loss.item()))},
               {"at", at},
               {"context", symbols_of(corpus, begin, at)},
               {"target", corpus.vocabulary().decode(symbols.data()[at])},
               {"after", symbols_of(corpus, at + 1, std::min(at + 1 + after, symbols.size()))}};
  for (const Scalar norm : norms) item["influence"].push_back(rounded(static_cast<double>(norm)));
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const Scalar* values = p.value().data();
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  for (std::size_t i = 0; i < std::min<std::size_t>(3, order.size()); ++i)
    item["likely"].push_back(
        {corpus.vocabulary().decode(static_cast<Index>(order[i])), rounded(static_cast<double>(values[order[i]]))});
  return item;
}

}  // namespace

template <class Model>
void add_symbols(json& report, const Model& model, const datasets::CharCorpus& corpus) {
  const IndexArray& symbols = corpus.validation();
  const Predictions predictions = predict(model, symbols);
  Confusions counts;
  for (std::size_t i = 1; i < symbols.size(); ++i)
    ++counts[{static_cast<std::size_t>(symbols.data()[i]), predictions.likeliest[i]}];
  std::vector<std::string> classes;
  for (std::size_t i = 0; i < corpus.vocabulary().size(); ++i)
    classes.push_back(corpus.vocabulary().decode(static_cast<Index>(i)));
  add_confusion(report, "validation part", classes, counts);
  report["confusion"]["symbols"] = true;
  report["mistakes"] = {{"kind", "symbols"}, {"of", "validation part"}, {"items", json::array()}};
  for (const std::size_t at : costliest(predictions.nats, symbols))
    report["mistakes"]["items"].push_back(place(model, corpus, at));
}

template void add_symbols(json&, const models::CharRNN&, const datasets::CharCorpus&);
template void add_symbols(json&, const models::CharTransformer&, const datasets::CharCorpus&);

}  // namespace rw::inline REWIND_ABI::examples
