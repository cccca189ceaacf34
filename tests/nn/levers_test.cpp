// The shortcuts change no result: every cell's gradients with all of them, and with one turned off.
#include "autograd/levers.hpp"

#include "nn/any_stacked.hpp"
#include "tests/nn/support.hpp"

using namespace rw;

namespace {

// While it lives these levers are set.
class Setting {
 public:
  explicit Setting(Levers setting) : before_(std::exchange(levers(), setting)) {}
  ~Setting() { levers() = before_; }

 private:
  Levers before_;
};

const std::pair<const char*, Levers> settings[] = {{"packed weights", {.packed_weights = false}},
                                                   {"joined gradients", {.joined_gradients = false}},
                                                   {"project ahead", {.project_ahead = false}},
                                                   {"pool", {.pool = false}},
                                                   {"slabs", {.slabs = false}}};

// The output, and the gradients of x and of all parameters, each added up over `sweeps` rewindings of one tape.
std::vector<Array> run(nn::AnyStacked& model, Tensor x, const Tensor& dy, int sweeps = 1) {
  Tape tape;
  // Not from zero, whose deviation a layer-normalised cell divides by: that would make much of each rounding.
  nn::AnyStacked::State state;
  Rng rng(8);
  for (const Tensor& s : model.zero_state(x.size(1))) state.push_back(rng.normal(s.shape()));
  const Tensor y = model(x, state).outputs;
  for (int i = 1; i < sweeps; ++i) tape.backward(y, dy, {.retain_graph = true});
  tape.backward(y, dy);
  std::vector<Array> all{y.value(), x.grad().value()};
  x.zero_grad();
  for (Tensor& p : nn::parameters(model)) all.push_back(p.grad().value()), p.zero_grad();
  return all;
}

void check_same(const std::vector<Array>& a, const std::vector<Array>& b, Scalar factor = 1) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) check_close(a[i], i == 0 ? b[i] : Array(b[i] * factor));
}

}  // namespace

TEST_CASE("each cell without one shortcut", "[levers]") {
  const std::string cell = GENERATE(from_range(nn::cell_names()));
  CAPTURE(cell);
  Rng rng(5);
  nn::AnyStacked model(cell, 16, 16, 2, 0, rng);
  const Tensor x = parameter(rng.normal({5, 4, 16})), dy = rng.normal({5, 4, 16});
  const std::vector<Array> with_all = run(model, x, dy);
  check_same(run(model, x, dy, 3), with_all, 3);
  for (const auto& [name, setting] : settings) {
    CAPTURE(name);
    const Setting off(setting);
    check_same(run(model, x, dy), with_all);
  }
}

// The two cotangents of a step meet in one place of the slab: the second must be added to the first, not replace it.
TEST_CASE("two products of the same time step", "[levers]") {
  Rng rng(6);
  const Tensor x = parameter(rng.normal({4, 3, 8})), a = parameter(rng.normal({8, 8})),
               b = parameter(rng.normal({8, 8}));
  const auto gradients = [&] {
    Tape tape;
    Tensor y = Array(Shape{3, 8}, 0);
    for (const Tensor& step : unbind(x * x)) y = tanh(affine(step, a, y) + affine(step, b, y) * step);
    return tape.grad({sum(y)}, {x, a, b});
  };
  const Tensors with_all = gradients();
  for (const auto& [name, setting] : settings) {
    CAPTURE(name);
    const Setting off(setting);
    const Tensors without = gradients();
    for (std::size_t i = 0; i < without.size(); ++i) check_close(without[i].value(), with_all[i].value());
  }
}
