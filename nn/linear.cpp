#include "nn/linear.hpp"

#include "autograd/ops.hpp"
#include "nn/init.hpp"

namespace rw::inline REWIND_ABI::nn {

Linear::Linear(std::size_t in, std::size_t out, Rng& rng)
    : weight(init::glorot(out, in, rng)), bias(init::constant({out}, 0)) {}

Tensor Linear::operator()(const Tensor& x) const { return affine(x, weight, bias); }

}  // namespace rw::inline REWIND_ABI::nn
