// What the engine computes on. The only header that includes xtensor.
//
// Array is an xtensor container: dense, row-major, of any rank, of Scalar (float, or double in the _f64
// build). Its storage is a Buffer: pooled, 64-byte aligned, left uninitialised. Copies are deep, as xtensor
// expects; share() alone makes two arrays look at the same elements (a reshape, a time step of a (T, B, D)
// slab).
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xadapt.hpp>
#include <xtensor/containers/xarray.hpp>
#else
#include <xtensor/xarray.hpp>
#endif

#include "autograd/pool.hpp"
#include "autograd/shape.hpp"

#ifdef REWIND_DOUBLE
#define REWIND_ABI f64
#else
#define REWIND_ABI f32
#endif

namespace xt {

// Strides have the container of the shape.
template <class X, class T>
struct rebind_container<X, rw::AxisVector<T>> {
  using type = rw::AxisVector<X>;
};

}  // namespace xt

namespace rw::inline REWIND_ABI {

#ifdef REWIND_DOUBLE
using Scalar = double;
#else
using Scalar = float;
#endif

// Elements of a pooled, reference-counted block, or a window into one.
template <class T>
class Buffer {
 public:
  using value_type = T;
  using allocator_type = pool::Allocator<T>;
  using size_type = std::size_t;
  using difference_type = std::ptrdiff_t;
  using reference = T&;
  using const_reference = const T&;
  using pointer = T*;
  using const_pointer = const T*;
  using iterator = T*;
  using const_iterator = const T*;
  using reverse_iterator = std::reverse_iterator<iterator>;
  using const_reverse_iterator = std::reverse_iterator<const_iterator>;

  Buffer() = default;
  explicit Buffer(size_type size) { allocate(size); }
  Buffer(size_type size, const T& value) : Buffer(size) { std::fill_n(data_, size, value); }
  template <std::input_iterator It>
  Buffer(It first, It last) : Buffer(static_cast<size_type>(std::distance(first, last))) {
    std::copy(first, last, data_);
  }
  Buffer(std::initializer_list<T> values) : Buffer(values.begin(), values.end()) {}
  Buffer(const Buffer& other) : Buffer(other.size_) { std::copy_n(other.data_, size_, data_); }
  Buffer(Buffer&& other) noexcept { swap(other); }
  Buffer& operator=(Buffer other) noexcept {
    swap(other);
    return *this;
  }
  ~Buffer() { drop(); }

  // A window of `size` elements from `offset`; it keeps the block alive, and may reach beyond this one within the
  // block.
  Buffer window(size_type offset, size_type size) const {
    Buffer view;
    if (block_ != nullptr) block_->owners.fetch_add(1, std::memory_order_relaxed);
    view.block_ = block_, view.data_ = data_ + offset, view.size_ = size;
    return view;
  }
  bool continues_in(const Buffer& next) const {
    return block_ != nullptr && block_ == next.block_ && data_ + size_ == next.data_;
  }
  const void* block() const { return block_; }
  size_type block_bytes() const { return block_ == nullptr ? 0 : block_->bytes - pool::alignment; }  // of elements
  bool shared() const { return block_ != nullptr && block_->owners.load(std::memory_order_acquire) > 1; }

  void resize(size_type size) {
    if (size != size_) *this = Buffer(size);
  }
  void clear() { resize(0); }
  void swap(Buffer& other) noexcept {
    std::swap(block_, other.block_), std::swap(data_, other.data_), std::swap(size_, other.size_);
  }

  bool empty() const { return size_ == 0; }
  size_type size() const { return size_; }
  size_type max_size() const { return static_cast<size_type>(-1) / sizeof(T); }
  T* data() { return data_; }
  const T* data() const { return data_; }
  T& operator[](size_type i) { return data_[i]; }
  const T& operator[](size_type i) const { return data_[i]; }
  T& front() { return data_[0]; }
  const T& front() const { return data_[0]; }
  T& back() { return data_[size_ - 1]; }
  const T& back() const { return data_[size_ - 1]; }
  iterator begin() { return data_; }
  iterator end() { return data_ + size_; }
  const_iterator begin() const { return data_; }
  const_iterator end() const { return data_ + size_; }
  const_iterator cbegin() const { return data_; }
  const_iterator cend() const { return data_ + size_; }
  reverse_iterator rbegin() { return reverse_iterator(end()); }
  reverse_iterator rend() { return reverse_iterator(begin()); }
  const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  const_reverse_iterator crbegin() const { return rbegin(); }
  const_reverse_iterator crend() const { return rend(); }
  bool operator==(const Buffer& other) const { return std::equal(begin(), end(), other.begin(), other.end()); }

 private:
  struct Block {
    std::atomic<std::uint32_t> owners;
    std::size_t bytes;  // of header and elements
  };

  void allocate(size_type size) {
    if (size == 0) return;
    if (size > max_size() / 2) throw std::bad_alloc();
    const std::size_t bytes = pool::alignment + size * sizeof(T);  // the header takes one cache line
    block_ = new (pool::allocate(bytes)) Block{1, bytes};
    data_ = reinterpret_cast<T*>(reinterpret_cast<std::byte*>(block_) + pool::alignment);
    size_ = size;
  }
  void drop() {
    if (block_ == nullptr) return;
    const bool last = block_->owners.load(std::memory_order_acquire) == 1 ||
                      block_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1;
    if (last) pool::release(block_, block_->bytes);
  }

  Block* block_ = nullptr;
  T* data_ = nullptr;
  size_type size_ = 0;
};

using Shape = AxisVector<std::size_t>;
using Strides = AxisVector<std::ptrdiff_t>;
using Index = std::int32_t;
using Array = xt::xarray_container<Buffer<Scalar>, xt::layout_type::row_major, Shape>;
using IndexArray = xt::xarray_container<Buffer<Index>, xt::layout_type::row_major, Shape>;

// Number of elements of `shape`. Throws std::bad_alloc if it cannot be counted.
inline std::size_t count(const Shape& shape) {
  std::size_t n = 1;
  for (std::size_t d : shape)
    if (__builtin_mul_overflow(n, d, &n)) throw std::bad_alloc();
  return n;
}

// Row-major strides of `shape`, in elements; 0 for axes of size 1, as xtensor has them.
inline Strides strides_of(const Shape& shape) {
  Strides strides(shape.size());
  std::ptrdiff_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0; step *= static_cast<std::ptrdiff_t>(shape[i]))
    strides[i] = shape[i] == 1 ? 0 : step;
  return strides;
}

// An array of this shape over these elements. Half the time of Array(shape), which sets each axis twice.
template <class A = Array>
A array_over(typename A::storage_type storage, const Shape& shape) {
  return A(std::move(storage), Shape(shape), strides_of(shape));
}

// An array of this shape over the elements of `a` from `offset` on: no copy, the storage is shared.
template <class A>
A share(const A& a, const Shape& shape, std::size_t offset = 0) {
  return array_over<A>(a.storage().window(offset, count(shape)), shape);
}

}  // namespace rw::inline REWIND_ABI
