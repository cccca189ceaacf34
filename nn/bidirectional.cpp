#include "nn/bidirectional.hpp"

namespace rw::inline REWIND_ABI::nn {

Tensor merge_outputs(const Tensor& forward, const Tensor& backward, Merge merge) {
  switch (merge) {
    case Merge::concat:
      return concat({forward, backward}, -1);
    case Merge::sum:
      return forward + backward;
    case Merge::mean:
      return (forward + backward) * Scalar(0.5);
    case Merge::product:
      return forward * backward;
  }
  fail("bidirectional", "unknown merge");
}

}  // namespace rw::inline REWIND_ABI::nn
