#include "autograd/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "autograd/check.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// Generators, and the states that they had.
using States = std::vector<std::pair<Rng*, Rng>>;

// While it lives, they have them again.
class AsBefore {
 public:
  explicit AsBefore(const States& states) {
    for (const auto& [generator, state] : states) now_.emplace_back(generator, std::exchange(*generator, state));
  }
  ~AsBefore() {
    for (std::size_t i = now_.size(); i-- > 0;) *now_[i].first = now_[i].second;  // one may be listed twice
  }
  AsBefore(const AsBefore&) = delete;
  AsBefore& operator=(const AsBefore&) = delete;

 private:
  States now_;
};

std::size_t digest(const Tensor& x) {
  const auto* bytes = reinterpret_cast<const char*>(x.value().data());
  return std::hash<std::string_view>()({bytes, x.size() * sizeof(Scalar)});
}

// One of f's results, and what it must be the next time.
struct Result {
  std::size_t at;
  Shape shape;
  std::size_t digest;
};

Tensor checked(const Tensors& results, const Result& expected) {
  const Tensor y = expected.at < results.size() ? results[expected.at] : Tensor();
  if (!y.defined() || y.shape() != expected.shape || digest(y) != expected.digest)
    fail("checkpoint", fmt::format("f came to another result {} {} when it was run again: list the generators that it "
                                   "draws from, and change nothing that it reads before the tape is rewound",
                                   expected.at, to_string(expected.shape)));
  return y;
}

}  // namespace

Tensors checkpoint(const Function& f, const Tensors& inputs, const std::vector<Rng*>& generators) {
  if (Tape::current() == nullptr || Skimming::active()) return f(inputs);
  States states;
  for (Rng* generator : generators) states.emplace_back(generator, *generator);
  Tensors reads, results;
  {
    const Skimming skimming(reads);
    results = f(inputs);
  }
  if (reads.empty()) return results;
  const Tensors raw = results;
  Tensors outputs;
  std::vector<Result> computed;
  for (std::size_t k = 0; k < raw.size(); ++k) {
    if (!raw[k].defined() || raw[k].requires_grad()) continue;  // a variable that was handed through
    const auto same = std::find_if(raw.begin(), raw.end(), [&](const Tensor& y) { return y.is(raw[k]); }) - raw.begin();
    if (const auto first = static_cast<std::size_t>(same); first < k) {
      results[k] = results[first];
      continue;
    }
    outputs.push_back(results[k] = detach(raw[k]));
    computed.push_back({k, raw[k].shape(), digest(raw[k])});
  }
  record("checkpoint", reads, outputs, [=](Rewinding& step) {
    step.replay([&] {
      const AsBefore as_before(states);
      const Tensors again = f(inputs);
      Tensors found;
      for (const Result& each : computed) found.push_back(checked(again, each));
      return found;
    });
  });
  return results;
}

}  // namespace rw::inline REWIND_ABI
