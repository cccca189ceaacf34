// In what numbers products of matrices are computed; torch.set_float32_matmul_precision is the like of it.
#pragma once

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI {

enum class Precision {
  full,  // as the Scalars are
  bf16,  // operands rounded to bfloat16 (bf16.hpp), products summed in float; with a vector: full
};

// Of all threads, from now on. Values, gradients and parameters stay float whichever it is.
// Throws if Scalar is double and bf16 is wanted.
void set_matmul_precision(Precision precision);
Precision matmul_precision();
const char* name_of(Precision precision);  // "f32" ("f64" in the library in double), "bf16"

// Has the processor that this was built for instructions for it? On others bf16 is imitated, slower than full.
bool has_bf16();

}  // namespace rw::inline REWIND_ABI
