#include "autograd/precision.hpp"

#include <atomic>

#include "autograd/bf16.hpp"
#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI {
namespace {

std::atomic<Precision> chosen = Precision::full;

}  // namespace

void set_matmul_precision(Precision precision) {
  if (precision == Precision::bf16 && sizeof(Scalar) != sizeof(float))
    fail("set_matmul_precision", "bf16 needs the library in float, this is the one in double: link rewind::autograd");
  chosen.store(precision, std::memory_order_relaxed);
}
Precision matmul_precision() { return chosen.load(std::memory_order_relaxed); }
const char* name_of(Precision precision) {
  return precision == Precision::bf16 ? "bf16" : sizeof(Scalar) == sizeof(float) ? "f32" : "f64";
}
bool has_bf16() { return bf16::in_hardware; }

}  // namespace rw::inline REWIND_ABI
