#include "nn/recurrent.hpp"

#include <fmt/format.h>

#include "autograd/ops.hpp"
#include "autograd/record.hpp"

namespace rw::inline REWIND_ABI::nn {

void check_input(const char* layer, std::size_t width, const Tensor& x) {
  check_rank(layer, "input (T, B, D)", 3, x.shape());
  check_shape(layer, "input", {x.size(0), x.size(1), width}, x.shape());
  if (x.size(0) == 0) fail(layer, fmt::format("input {}: expected at least one step", to_string(x.shape())));
}

void check_carried(const char* layer, const std::string& name, const Shape& expected, const Tensor& state) {
  const std::string role = "state " + name;
  if (!state.defined()) fail(layer, role + " is missing: begin with zero_state(B)");
  if (state.dim() == 2 && !expected.empty() && state.size(0) != expected[0])
    fail(layer, fmt::format("{}: it is of {} sequences, the batch has {}: keep the batch size from chunk to chunk, or "
                            "begin anew with zero_state({})",
                            role, state.size(0), expected[0], expected[0]));
  check_shape(layer, role.c_str(), expected, state.shape());
  try {
    recording(layer, {&state, 1});
  } catch (const Error&) {
    fail(layer, fmt::format("{} {} is of another tape than the one that records: write detach(state) where it is "
                            "carried from chunk to chunk",
                            role, to_string(state.shape())));
  }
}

}  // namespace rw::inline REWIND_ABI::nn
