// Lesson 10: attention, step by step. A recurrent layer reads T symbols, a second one says them again, in their order
// or from the last to the first. From row to row one thing changes: what the second layer sees of the first.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "examples/lessons/claims.hpp"
#include "examples/lessons/reader_writer.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/multihead_attention.hpp"

using namespace rw;
using lessons::width;

Tensor batch_first(const Tensor& x) { return transpose(x, 0, 1); }  // (T, B, D) <-> (B, T, D)

// (B, T, S): how well key s fits query t
Tensor scores(const Tensor& q, const Tensor& k) { return matmul(batch_first(q), batch_first(k), {.b = true}); }
Tensor scaled(const Tensor& q, const Tensor& k) { return scores(q, k) / std::sqrt(q.size(2)); }

// (T, B, D): for each query the mean of the values, weighed
Tensor weigh(const Tensor& scores, const Tensor& v) { return batch_first(matmul(softmax(scores), batch_first(v))); }

// ---- what the second layer sees: q (T, B, D), its own states; s (T, B, D), those of the first -> (T, B, D) ----

Tensor nothing(const Tensor& q, const Tensor&) { return Array(q.shape(), 0); }  // but it begins with the last of s
Tensor average(const Tensor& q, const Tensor& s) { return expand(mean(s, {0}, true), q.shape()); }
Tensor dot(const Tensor& q, const Tensor& s) { return weigh(scores(q, s), s); }
Tensor scaled_dot(const Tensor& q, const Tensor& s) { return weigh(scaled(q, s), s); }

template <auto see>  // one of these: no weights
struct Plain {
  explicit Plain(Rng&) {}
  Tensor operator()(const Tensor& q, const Tensor& s) const { return see(q, s); }
  void visit(auto&&) {}
};
struct Projected {
  nn::Linear query, key, value;
  explicit Projected(Rng& rng) : query(width, width, rng), key(width, width, rng), value(width, width, rng) {}
  Tensor operator()(const Tensor& q, const Tensor& s) const { return weigh(scaled(query(q), key(s)), value(s)); }
  void visit(auto&& f) { f("query", query), f("key", key), f("value", value); }
};
struct MultiHead : Projected {
  static constexpr std::size_t heads = 4;
  nn::Linear out;
  explicit MultiHead(Rng& rng) : Projected(rng), out(width, width, rng) {}
  Tensor operator()(const Tensor& q, const Tensor& s) const {
    const Tensors qs = split(query(q), heads, -1), ks = split(key(s), heads, -1), vs = split(value(s), heads, -1);
    Tensors found;
    for (std::size_t h = 0; h < heads; ++h) found.push_back(weigh(scaled(qs[h], ks[h]), vs[h]));
    return out(concat(found, -1));
  }
  void visit(auto&& f) { Projected::visit(f), f("out", out); }
};

// The least and the largest percentage of symbols that are right, over both tasks and three lengths.
struct Range {
  double low = 100, high = 0;
};

template <class Cell, class Look>
Range measure(const char* name) {
  Range range;
  fmt::print("{:<26}", name);
  for (const bool reversed : {false, true})
    for (const std::size_t T : {10, 20, 40}) {
      Rng rng(1);
      lessons::ReaderWriter<Cell, Look> model(rng);
      const double right = 100 * lessons::accuracy_after_training(model, T, reversed, rng);
      range = {std::min(range.low, right), std::max(range.high, right)};
      fmt::print("{:>8.1f}", right);
    }
  fmt::print("\n");
  return range;
}

// The largest of 40 weights, of random queries and keys of a width.
double largest_weight(std::size_t D, bool with_scale) {
  Rng rng(2);
  const Tensor q = rng.normal({100, 1, D}), k = rng.normal({40, 1, D});
  return mean(max(softmax(with_scale ? scaled(q, k) : scores(q, k)), {-1})).item();
}

// The same weights in the library's layer.
bool equals_library(Rng& rng) {
  const MultiHead look(rng);
  nn::MultiheadAttention library(width, MultiHead::heads, 0, rng);
  library.in_proj_weight = concat({look.query.weight, look.key.weight, look.value.weight});
  library.in_proj_bias = concat({look.query.bias, look.key.bias, look.value.bias});
  library.out_proj = look.out;
  const Tensor q = rng.normal({7, 3, width}), s = rng.normal({5, 3, width});
  return lessons::same(library(q, s, s).output.value(), look(q, s).value());
}

int main() {
  lessons::Claims claim;
  fmt::print("{:<26}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}\n", "% right, T =", "copy 10", "20", "40", "back 10", "20", "40");
  const Range lstm = measure<nn::LSTMCell, Plain<nothing>>("LSTM"), gru = measure<nn::GRUCell, Plain<nothing>>("GRU");
  const Range blind = measure<nn::GRUCell, Plain<average>>("GRU, mean of the states");
  const Range plain = measure<nn::GRUCell, Plain<dot>>("GRU, dot product");
  measure<nn::GRUCell, Plain<scaled_dot>>("GRU, scaled");
  const Range projected = measure<nn::GRUCell, Projected>("GRU, projected");
  const Range heads = measure<nn::GRUCell, MultiHead>("GRU, four heads");
  fmt::print("\nlargest of 40 weights    D = 4    16     64    256\n");
  for (const bool with_scale : {false, true}) {
    fmt::print("{:<23}", with_scale ? "scaled by 1 / sqrt(D)" : "dot product");
    for (const std::size_t D : {4, 16, 64, 256}) fmt::print("{:>7.2f}", largest_weight(D, with_scale));
    fmt::print("\n");
  }
  fmt::print("\n");
  claim("without attention: never more than 60 %", std::max({lstm.high, gru.high, blind.high}) < 60);
  claim("with learned weights: always more than 95 %", std::min({plain.low, projected.low, heads.low}) > 95);
  claim("scaled, the weights of a width of 256 are no sharper than of 4",
        largest_weight(256, true) < 1.2 * largest_weight(4, true));
  Rng rng(3);
  claim("the library's layer gives what the four heads give", equals_library(rng));
  return claim.failed();
}
