#include "autograd/precision.hpp"

#include "autograd/bf16.hpp"
#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

Precision chosen = Precision::full;

}  // namespace

void set_matmul_precision(Precision precision) {
  if (precision == Precision::bf16 && sizeof(Scalar) != sizeof(float))
    fail("precision", "bf16: of the library in float only, this is the one in double");
  chosen = precision;
}
Precision matmul_precision() { return chosen; }
bool has_bf16() { return bf16::in_hardware; }

}  // namespace rw::inline REWIND_ABI
