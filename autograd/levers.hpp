// Shortcuts that change how long a step takes and not what it computes. All are on; the benchmarks turn one off at a
// time.
#pragma once

namespace rw {

struct Levers {
  bool packed_weights = true;    // packed.hpp; off: gemm()
  bool joined_gradients = true;  // the gradient of a weight used at T steps: few products; off: T products, added
  bool project_ahead = true;     // a layer projects its input for all steps in one product; off: step by step
  bool pool = true;              // pool.hpp; off: the system's memory
  bool slabs = true;             // slab.hpp: gate gradients and hidden states written side by side; off: copied
};
inline Levers& levers() {
  static Levers all;
  return all;
}

}  // namespace rw
