// Fuzz target of the safetensors reader: whatever the bytes are, it returns arrays or throws rw::Error, and all it
// allocates on the way is in proportion to the file's size.
#include <sanitizer/allocator_interface.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "autograd/check.hpp"
#include "nn/train/serialize.hpp"

namespace {

bool reading = false;
std::size_t budget = 0;  // bytes that may still be allocated for this file

void on_malloc(const volatile void*, std::size_t size) {
  if (!reading) return;
  if (size > budget) {
    reading = false;
    std::fprintf(stderr, "an allocation of %zu bytes: the file's size justifies %zu\n", size, budget);
    std::abort();
  }
  budget -= size;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  __sanitizer_install_malloc_and_free_hooks(on_malloc, [](const volatile void*) {});
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  budget = (1 << 16) + 64 * size;  // an error's text, and what JSON's shortest elements grow to
  reading = true;
  try {
    rw::nn::from_safetensors({reinterpret_cast<const char*>(data), size}, "fuzz");
  } catch (const rw::Error&) {
  }
  reading = false;
  return 0;
}
