// Where the engine's memory comes from: per-thread free lists of 64-byte aligned blocks, and a depot for what one
// thread has too much of. A training step that repeats the shapes of the one before asks the system for nothing.
#pragma once

#include <cstddef>
#include <vector>

namespace rw::pool {

constexpr std::size_t alignment = 64;

// A block of at least `bytes` bytes, uninitialised. Throws std::bad_alloc.
void* allocate(std::size_t bytes);

// Returns a block to this thread's list; `bytes` is what allocate() was asked for.
void release(void* block, std::size_t bytes) noexcept;

// Bytes that this thread has taken from the system so far.
std::size_t taken() noexcept;

// Gives the free blocks of this thread, and those of the depot, back to the system.
void trim() noexcept;

// For std::vector and friends.
template <class T>
struct Allocator {
  using value_type = T;
  Allocator() = default;
  template <class U>
  Allocator(const Allocator<U>&) {}  // NOLINT: the implicit conversion the standard asks for
  T* allocate(std::size_t n) { return static_cast<T*>(pool::allocate(n * sizeof(T))); }
  void deallocate(T* p, std::size_t n) noexcept { pool::release(p, n * sizeof(T)); }
  bool operator==(const Allocator&) const = default;
};

template <class T>
using Vector = std::vector<T, Allocator<T>>;

// Base of the small objects that a step makes and drops.
struct Pooled {
  static void* operator new(std::size_t bytes) { return allocate(bytes); }
  static void operator delete(void* block, std::size_t bytes) noexcept { release(block, bytes); }
};

}  // namespace rw::pool
