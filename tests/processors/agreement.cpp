// Do builds for different processors agree? Outputs and all gradients of two layers of each cell: the first build
// writes them to FILE, the next one compares.   usage: agreement FILE
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"
#include "nn/any_stacked.hpp"
#include "nn/train/serialize.hpp"

namespace {

using namespace rw;

nn::NamedArrays run(const std::string& cell) {
  Rng rng(7);
  nn::AnyStacked model(cell, 40, 40, 2, 0, rng);
  const Tensor x = parameter(rng.normal({20, 9, 40})), dy = rng.normal({20, 9, 40});
  Tape tape;
  const Tensor y = model(x, model.zero_state(9)).outputs;
  tape.backward(y, dy);
  nn::NamedArrays all{{cell + "/y", y.value()}, {cell + "/dx", x.grad().value()}};
  for (const auto& [name, p] : nn::named_parameters(model)) all.emplace_back(cell + "/" + name, p.grad().value());
  return all;
}

// A fraction of max(1, |y|); infinite where a NaN is.
double difference(const Array& x, const Array& y) {
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = static_cast<double>(x.data()[i]), b = static_cast<double>(y.data()[i]);
    const double apart = std::abs(a - b) / std::max(1., std::abs(b));
    if (!(apart <= largest)) largest = std::isnan(apart) ? HUGE_VAL : apart;
  }
  return largest;
}

bool compare(const std::string& cell, const nn::NamedArrays& here, const std::map<std::string, Array>& there) {
  double largest = 0;
  for (const auto& [name, x] : here) {
    const auto found = there.find(name);
    if (found == there.end() || found->second.shape() != x.shape())
      fail("agreement",
           name + " is missing in the file or has another shape: remove it, and run the first build again");
    largest = std::max(largest, difference(x, found->second));
  }
  // layer_norm_lstm's first step divides by the deviation of a zero state, which is sqrt(eps): float is this far from
  // double, too. rnn: float is 8.7e-6 from double, so two builds may be twice that apart.
  const double bound = cell == "layer_norm_lstm" ? 3e-3 : cell == "rnn" ? 2e-5 : 1e-5;
  fmt::print("{}: {:.1e}{}\n", cell, largest, largest <= bound ? "" : fmt::format(", more than {:.0e}", bound));
  return largest <= bound;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) return fmt::print(stderr, "usage: agreement FILE\n"), 2;
  const bool first = !std::filesystem::exists(argv[1]);
  const nn::NamedArrays loaded = first ? nn::NamedArrays() : nn::load_safetensors(argv[1]).arrays;
  const std::map<std::string, Array> there(loaded.begin(), loaded.end());
  nn::NamedArrays all;
  bool agree = true;
  for (const std::string& cell : nn::cell_names()) {
    const nn::NamedArrays here = run(cell);
    if (!first) agree = compare(cell, here, there) && agree;
    all.insert(all.end(), here.begin(), here.end());
  }
  if (first) nn::save_safetensors(argv[1], all);
  return agree ? 0 : 1;
} catch (const std::exception& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return 1;
}
