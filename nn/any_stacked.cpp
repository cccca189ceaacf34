#include "nn/any_stacked.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

namespace rw::inline REWIND_ABI::nn {
namespace {

template <class State>
Tensors flatten(State& state) {
  Tensors flat;
  state.visit([&](const auto&, Tensor& x) { flat.push_back(x); });
  return flat;
}

template <class... C>
std::vector<std::string> names(std::type_identity<std::tuple<C...>>) {
  return {C::name...};
}

template <class C>
const char* gates_of() {
  if constexpr (requires { C::gate_names; })
    return C::gate_names;
  else
    return "";
}
template <class... C>
std::string gates(const std::string& cell, std::type_identity<std::tuple<C...>>) {
  std::string found;
  ((cell == C::name ? void(found = gates_of<C>()) : void()), ...);
  return found;
}

template <class Variant, template <class> class Layer, class... C>
Variant make(const std::string& cell, std::size_t input, std::size_t hidden, std::size_t layers, double dropout,
             Rng& rng, std::type_identity<std::tuple<C...>>) {
  std::optional<Variant> made;
  ((cell == C::name ? void(made.emplace(Stacked<C, Layer>(input, hidden, layers, dropout, rng))) : void()), ...);
  if (!made) fail("rnn", fmt::format("cell '{}' is unknown: choose one of {}", cell, fmt::join(cell_names(), ", ")));
  return std::move(*made);
}

template <class Variant, template <class> class Layer>
Variant make_any(const std::string& cell, std::size_t input, std::size_t hidden, std::size_t layers, double dropout,
                 Rng& rng) {
  return make<Variant, Layer>(cell, input, hidden, layers, dropout, rng, std::type_identity<Cells>{});
}

}  // namespace

std::vector<std::string> cell_names() { return names(std::type_identity<Cells>{}); }
std::string gate_names(const std::string& cell) { return gates(cell, std::type_identity<Cells>{}); }

AnyStacked::AnyStacked(const std::string& cell, std::size_t input, std::size_t hidden, std::size_t layers,
                       double dropout, Rng& rng, bool bidirectional)
    : stacked_((bidirectional ? make_any<Variant, Bidirectional>
                              : make_any<Variant, Recurrent>)(cell, input, hidden, layers, dropout, rng)) {}

std::size_t AnyStacked::width() const {
  return std::visit([](const auto& stacked) { return stacked.layers.back().width(); }, stacked_);
}

AnyStacked::State AnyStacked::zero_state(std::size_t batch) const {
  return std::visit(
      [&](const auto& stacked) {
        auto state = stacked.zero_state(batch);
        return flatten(state);
      },
      stacked_);
}

Scanned<AnyStacked::State> AnyStacked::operator()(const Tensor& x, const State& flat, const Mask& mask) const {
  return std::visit(
      [&](const auto& stacked) -> Scanned<State> {
        auto state = stacked.zero_state(x.size(1));
        const std::size_t expected = flatten(state).size();
        if (flat.size() != expected)
          fail("rnn", fmt::format("state: expected {} tensors, got {}", expected, flat.size()));
        std::size_t i = 0;
        state.visit([&](const auto&, Tensor& s) { s = flat[i++]; });
        auto [outputs, last] = stacked(x, std::move(state), mask);
        return {outputs, flatten(last)};
      },
      stacked_);
}

Tensor AnyStacked::operator()(const Tensor& x, const Mask& mask) const {
  return std::visit([&](const auto& stacked) { return stacked(x, mask).outputs; }, stacked_);
}

}  // namespace rw::inline REWIND_ABI::nn
