#include "autograd/pool.hpp"

#include <array>
#include <bit>
#include <cstdlib>
#include <new>
#include <vector>

namespace rw::pool {
namespace {

constexpr std::size_t largest = std::size_t{1} << 46;  // 64 TiB: beyond any machine, and before sizes overflow
constexpr std::size_t steps = 4;                       // size classes between two powers of two

struct SizeClass {
  std::size_t index, bytes;
};

// Rounds up to a quarter of the power of two below: at most 25 % of a block is unused.
SizeClass size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment};
  const std::size_t power = std::bit_width(bytes - 1) - 1, step = (std::size_t{1} << power) / steps;
  const std::size_t quarter = (bytes - 1 - (std::size_t{1} << power)) / step;
  const std::size_t rounded = (std::size_t{1} << power) + (quarter + 1) * step;
  return {1 + (power - 6) * steps + quarter, (rounded + alignment - 1) / alignment * alignment};
}

// Free blocks form a linked list through their own first bytes.
struct FreeLists {
  std::array<void*, 1 + 41 * steps> heads{};
  ~FreeLists() { trim(); }
};

// The lists are reached through a pointer that outlives them, so that a static destroyed after them may still
// release its blocks (they go straight to the system).
thread_local FreeLists* lists = nullptr;
thread_local bool ended = false;
thread_local std::size_t taken_bytes = 0;

FreeLists* this_thread() {
  if (lists == nullptr && !ended) {
    thread_local struct Owner {
      FreeLists owned;
      Owner() { lists = &owned; }
      ~Owner() { lists = nullptr, ended = true; }
    } owner;
  }
  return lists;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (bytes > largest) throw std::bad_alloc();
  const SizeClass size = size_class(bytes);
  if (FreeLists* free = this_thread(); free != nullptr && free->heads[size.index] != nullptr) {
    void* block = free->heads[size.index];
    free->heads[size.index] = *static_cast<void**>(block);
    return block;
  }
  void* block = std::aligned_alloc(alignment, size.bytes);
  if (block == nullptr) throw std::bad_alloc();
  taken_bytes += size.bytes;
  return block;
}

void release(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return;
  FreeLists* free = this_thread();
  if (free == nullptr) return std::free(block);
  const SizeClass size = size_class(bytes);
  *static_cast<void**>(block) = free->heads[size.index];
  free->heads[size.index] = block;
}

std::size_t taken() noexcept { return taken_bytes; }

void trim() noexcept {
  if (lists == nullptr) return;
  for (void*& head : lists->heads)
    while (head != nullptr) {
      void* next = *static_cast<void**>(head);
      std::free(head);
      head = next;
    }
}

}  // namespace rw::pool
