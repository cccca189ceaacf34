// Lesson 10, exercise 2: what are several heads for? Each output is to tell two symbols: number t from the start, and
// number t from the end.
#include <fmt/format.h>

#include "examples/lessons/claims.hpp"
#include "examples/lessons/reader_writer.hpp"
#include "nn/multihead_attention.hpp"

using namespace rw;
using lessons::width;

struct Model {
  nn::Embedding embedding;
  nn::MultiheadAttention look;
  nn::Linear forward, backward;  // the one symbol, the other

  Model(std::size_t heads, Rng& rng)
      : embedding(lessons::kinds, width, rng),
        look(width, heads, 0, rng),
        forward(width, lessons::kinds, rng),
        backward(width, lessons::kinds, rng) {}
  // Queries are places, and nothing else.
  Tensor operator()(const IndexArray& symbols) const {
    const std::size_t T = symbols.shape()[0];
    const Tensor s = embedding(symbols) + lessons::places(T);
    return look(expand(lessons::places(T), s.shape()), s, s).output;
  }
  void visit(auto&& f) { f("embedding", embedding), f("look", look), f("forward", forward), f("backward", backward); }
};

double accuracy(std::size_t heads) {
  Rng rng(1);
  Model model(heads, rng);
  const auto optimizer = nn::make_optimizer("adam", nn::named_parameters(model), {.lr = 1e-2});
  nn::ConfusionMatrix counts(lessons::kinds);
  for (int i = 0; i < 650; ++i) {
    const lessons::Batch batch = lessons::draw(10, true, rng);
    Tape tape;
    const Tensor y = model(batch.symbols), one = model.forward(y), other = model.backward(y);
    if (i >= 600) {  // the last ones measure
      counts.add(nn::predicted_classes(one), batch.symbols), counts.add(nn::predicted_classes(other), batch.targets);
      continue;
    }
    tape.backward(cross_entropy(one, batch.symbols) + cross_entropy(other, batch.targets));
    optimizer->step();
    nn::zero_grad(model);
  }
  return 100 * counts.accuracy();
}

int main() {
  lessons::Claims claim;
  const double one = accuracy(1), two = accuracy(2);
  fmt::print("one head:  {:.0f} % right\ntwo heads: {:.0f} % right\n", one, two);
  claim("one head: fewer than 65 %", one < 65);
  claim("two heads: more than 98 %", two > 98);
  return claim.failed();
}
