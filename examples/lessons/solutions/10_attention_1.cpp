// Lesson 10, exercise 1: where does each output look? And what if the keys do not say where they stand?
#include <fmt/format.h>

#include <cmath>

#include "examples/lessons/claims.hpp"
#include "examples/lessons/reader_writer.hpp"
#include "nn/cells/gru_cell.hpp"

using namespace rw;
using lessons::width;

Tensor batch_first(const Tensor& x) { return transpose(x, 0, 1); }

struct Look {
  nn::Linear query, key, value;
  explicit Look(Rng& rng) : query(width, width, rng), key(width, width, rng), value(width, width, rng) {}
  Tensor weights(const Tensor& q, const Tensor& s) const {
    return softmax(matmul(batch_first(query(q)), batch_first(key(s)), {.b = true}) / std::sqrt(width));
  }
  Tensor operator()(const Tensor& q, const Tensor& s) const {
    return batch_first(matmul(weights(q, s), batch_first(value(s))));
  }
  void visit(auto&& f) { f("query", query), f("key", key), f("value", value); }
};

int main() {
  lessons::Claims claim;
  constexpr std::size_t T = 10;
  Rng rng(1);
  lessons::ReaderWriter<nn::GRUCell, Look> model(rng);
  lessons::accuracy_after_training(model, T, true, rng);

  const auto [q, s] = model.queries_and_states(lessons::draw(T, true, rng).symbols);
  const Array weights = model.look.weights(q, s).value();
  bool mirrored = true;
  for (std::size_t t = 0; t < T; ++t) {
    fmt::print("   output {}   ", t);
    for (std::size_t k = 0; k < T; ++k) fmt::print("{}", weights(0, t, k) > 0.5 ? '#' : '.');
    fmt::print("\n");
    mirrored = mirrored && weights(0, t, T - 1 - t) > 0.5;
  }
  claim("output t looks at step T - 1 - t", mirrored);

  const Tensor x = rng.normal({T, 1, width}), query = rng.normal({1, 1, width});
  const auto found = [&](const Tensor& states) { return model.look(query, states).value(); };
  claim("states in another order give the same", lessons::same(found(x), found(flip(x, {0}))));
  const Tensor place = lessons::places(T);
  claim("with their places added to them they do not",
        lessons::distance(found(x + place), found(flip(x, {0}) + place)) > 0.01);
  return claim.failed();
}
