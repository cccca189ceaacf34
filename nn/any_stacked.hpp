// AnyStacked: a Stacked<Cell> whose cell is chosen by name at run time ("rnn", "lstm", "gru", ...).
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "nn/cells/cells.hpp"
#include "nn/stacked.hpp"

namespace rw::inline REWIND_ABI::nn {

std::vector<std::string> cell_names();

class AnyStacked {
  template <class>
  struct VariantOf;
  template <class... C>
  struct VariantOf<std::tuple<C...>> {
    using type = std::variant<Stacked<C>...>;
  };
  using Variant = typename VariantOf<Cells>::type;

 public:
  using State = Tensors;  // of each layer, each (B, H): lstm h, c; others h

  // Throws for a cell that is not in the list.
  AnyStacked(const std::string& cell, std::size_t input, std::size_t hidden, std::size_t layers, double dropout,
             Rng& rng);

  State zero_state(std::size_t batch) const;
  Scanned<State> operator()(const Tensor& x, const State& state,
                            const Mask& mask = {}) const;  // x (T, B, D) -> (T, B, H)
  void visit(auto&& f) {
    std::visit([&](auto& stacked) { stacked.visit(f); }, stacked_);
  }

 private:
  Variant stacked_;
};

}  // namespace rw::inline REWIND_ABI::nn
