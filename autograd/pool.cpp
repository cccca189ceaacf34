#include "autograd/pool.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include "autograd/levers.hpp"

namespace rw::pool {
namespace {

constexpr std::size_t largest = std::size_t{1} << 46;  // 64 TiB: beyond any machine, and before sizes overflow
constexpr std::size_t steps = 4;                       // size classes between two powers of two

constexpr std::size_t classes = 1 + 41 * steps;

struct SizeClass {
  std::size_t index, bytes;
  std::size_t full;  // free blocks that a thread keeps: a quarter of a MiB, of small ones not more than 64
};

// Rounds up to a quarter of the power of two below: at most 25 % of a block is unused.
SizeClass size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment, 64};
  const std::size_t power = std::bit_width(bytes - 1) - 1, shift = power - 2;  // a quarter is 1 << shift
  const std::size_t quarters = (bytes - 1) >> shift, rounded = (quarters + 1) << shift;
  const std::size_t full = std::clamp<std::size_t>((std::size_t{1} << 18) >> power, 1, 64);
  return {1 + (power - 6) * steps + quarters % steps, (rounded + alignment - 1) / alignment * alignment, full};
}

// Free blocks form a linked list through their own first bytes; the first block of a full list also links to the next
// full list.
struct FreeBlock {
  FreeBlock* next;
  FreeBlock* next_list;
};
struct FreeList {
  FreeBlock* head = nullptr;
  std::size_t length = 0;
};

// Where full lists go, for any thread to take: else blocks that one thread makes and another drops would pile up there.
class Depot {
 public:
  void give(std::size_t index, FreeBlock* list) {
    const std::lock_guard lock(mutex_);
    list->next_list = full_[index];
    full_[index] = list;
  }
  FreeBlock* take(std::size_t index) {
    const std::lock_guard lock(mutex_);
    FreeBlock* list = full_[index];
    if (list != nullptr) full_[index] = list->next_list;
    return list;
  }

 private:
  std::mutex mutex_;
  std::array<FreeBlock*, classes> full_{};
};
Depot& depot() {
  static Depot* const forever = new Depot;  // threads and statics may end in any order
  return *forever;
}

void free_all(FreeBlock* block) {
  while (block != nullptr) std::free(std::exchange(block, block->next));
}

struct FreeLists {
  std::array<FreeList, classes> of{};
  void clear() {
    for (FreeList& list : of) free_all(std::exchange(list, {}).head);
  }
};

// The lists are reached through a pointer that outlives them, so that a static destroyed after them may still
// release its blocks (they go straight to the system).
thread_local FreeLists* lists = nullptr;
thread_local bool ended = false;
thread_local std::size_t taken_bytes = 0;

FreeLists* this_thread() {
  if (!levers().pool) return nullptr;
  if (lists == nullptr && !ended) {
    thread_local struct Owner {
      FreeLists owned;
      Owner() { lists = &owned; }
      ~Owner() { lists = nullptr, ended = true, owned.clear(); }
    } owner;
  }
  return lists;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if (bytes > largest) throw std::bad_alloc();
  const SizeClass size = size_class(bytes);
  if (FreeLists* free = this_thread(); free != nullptr) {
    FreeList& list = free->of[size.index];
    if (list.head == nullptr && (list.head = depot().take(size.index)) != nullptr) list.length = size.full;
    if (list.head != nullptr) return --list.length, std::exchange(list.head, list.head->next);
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
  FreeList& list = free->of[size.index];
  if (list.length == size.full) depot().give(size.index, std::exchange(list, {}).head);
  list.head = new (block) FreeBlock{list.head, nullptr};
  ++list.length;
}

std::size_t taken() noexcept { return taken_bytes; }

void trim() noexcept {
  if (lists != nullptr) lists->clear();
  for (std::size_t index = 0; index < classes; ++index)
    while (FreeBlock* list = depot().take(index)) free_all(list);
}

}  // namespace rw::pool
