// AnyStacked: a Stacked<Cell> whose cell is chosen by name at run time ("rnn", "lstm", "gru", ...), one way or both.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "nn/bidirectional.hpp"
#include "nn/cells/cells.hpp"
#include "nn/stacked.hpp"

namespace rw::inline REWIND_ABI::nn {

std::vector<std::string> cell_names();
std::string gate_names(const std::string& cell);  // "ifgo": of the blocks of a weight's rows; "" if it has none

class AnyStacked {
  template <class>
  struct VariantOf;
  template <class... C>
  struct VariantOf<std::tuple<C...>> {
    using type = std::variant<Stacked<C>..., Stacked<C, Bidirectional>...>;
  };
  using Variant = typename VariantOf<Cells>::type;

 public:
  using State = Tensors;  // of each layer and direction: lstm h, c; most others h, each (B, H)

  // Throws for a cell that is not in the list.
  AnyStacked(const std::string& cell, std::size_t input, std::size_t hidden, std::size_t layers, double dropout,
             Rng& rng, bool bidirectional = false);

  State zero_state(std::size_t batch) const;
  std::size_t width() const;  // of the outputs: H, or 2 H for both directions
  Scanned<State> operator()(const Tensor& x, const State& state, const Mask& mask = {}) const;  // (T, B, width)
  Tensor operator()(const Tensor& x, const Mask& mask = {}) const;  // the outputs, from the zero state
  void visit(auto&& f) {
    std::visit([&](auto& stacked) { stacked.visit(f); }, stacked_);
  }

 private:
  Variant stacked_;
};

}  // namespace rw::inline REWIND_ABI::nn
