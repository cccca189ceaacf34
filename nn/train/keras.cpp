#include "nn/train/keras.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

std::ptrdiff_t gates_of(const std::string& cell) {
  for (const auto& [name, gates] : {std::pair{"rnn", 1}, {"lstm", 4}, {"gru", 3}, {"gru_reset_before", 3}})
    if (cell == name) return gates;
  fail("keras", fmt::format("cell '{}': expected rnn, lstm, gru or gru_reset_before", cell));
}

// The gates' blocks of the last axis, z r h <-> r z n: the first two change places. Its own inverse.
Tensor reorder(const std::string& cell, const Tensor& x) {
  if (gates_of(cell) != 3) return x;
  const Tensors gates = split(x, 3, -1);
  return concat({gates[1], gates[0], gates[2]}, -1);
}

Tensor turned(const std::string& cell, const Tensor& kernel) { return transpose(reorder(cell, kernel)); }

const Array& find(const NamedArrays& arrays, const std::string& name) {
  for (const auto& [own, array] : arrays)
    if (own == name) return array;
  fail("keras", fmt::format("'{}' is missing", name));
}

void check(const std::string& cell, const KerasWeights& w) {
  const std::size_t columns = static_cast<std::size_t>(gates_of(cell));
  check_rank("keras", "kernel", 2, w.kernel.shape());
  check_rank("keras", "recurrent_kernel", 2, w.recurrent_kernel.shape());
  const std::size_t hidden = w.recurrent_kernel.shape()[0];
  check_shape("keras", "recurrent_kernel", {hidden, columns * hidden}, w.recurrent_kernel.shape());
  check_shape("keras", "kernel", {w.kernel.shape()[0], columns * hidden}, w.kernel.shape());
  check_shape("keras", "bias", cell == "gru" ? Shape{2, 3 * hidden} : Shape{columns * hidden}, w.bias.shape());
}

}  // namespace

NamedArrays from_keras(const std::string& cell, const KerasWeights& w, const std::string& suffix) {
  check(cell, w);
  const Pause pause;
  const Tensor bias = reorder(cell, w.bias);
  const Tensor recurrent = turned(cell, w.recurrent_kernel);
  NamedArrays arrays{{"weight_ih" + suffix, turned(cell, w.kernel).value()}};
  const auto add = [&](const char* name, const Tensor& x) { arrays.emplace_back(name + suffix, x.value()); };
  if (cell == "gru_reset_before") {
    const auto hidden = static_cast<std::ptrdiff_t>(recurrent.size(1));
    add("weight_hh", slice(recurrent, 0, 0, 2 * hidden));
    add("weight_hn", slice(recurrent, 0, 2 * hidden, 3 * hidden));
    add("bias_ih", bias);
    return arrays;
  }
  add("weight_hh", recurrent);
  add("bias_ih", cell == "gru" ? select(bias, 0, 0) : bias);
  add("bias_hh", cell == "gru" ? select(bias, 0, 1) : Tensor(Array(bias.shape(), 0)));
  return arrays;
}

KerasWeights to_keras(const std::string& cell, const NamedArrays& arrays, const std::string& suffix) {
  const bool reset_before = cell == "gru_reset_before";
  gates_of(cell);  // throws for another cell
  const Pause pause;
  const auto get = [&](const char* name) { return Tensor(find(arrays, name + suffix)); };
  const auto kernel = [&](const Tensor& weight) { return reorder(cell, transpose(weight)).value(); };
  const Tensor recurrent = reset_before ? concat({get("weight_hh"), get("weight_hn")}) : get("weight_hh");
  Tensor bias = get("bias_ih");
  if (cell == "gru")
    bias = stack({bias, get("bias_hh")});
  else if (!reset_before)
    bias = bias + get("bias_hh");
  const KerasWeights w{kernel(get("weight_ih")), kernel(recurrent), reorder(cell, bias).value()};
  check(cell, w);
  return w;
}

}  // namespace rw::inline REWIND_ABI::nn
