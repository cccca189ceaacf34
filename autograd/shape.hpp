// The sizes of an array's axes, and its strides: at most eight of them, copied as plain memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <string>
#include <utility>

#include "autograd/error.hpp"

namespace rw {

// A small vector that never asks for memory: what small operations cost is mostly the making and moving of shapes.
// Growing beyond the capacity throws Error "[shape] at most 8 axes, got 9".
template <class T>
class AxisVector {
 public:
  static constexpr std::size_t capacity = 8;
  using value_type = T;
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

  AxisVector() = default;
  AxisVector(const AxisVector&) = default;
  AxisVector& operator=(const AxisVector&) = default;
  // What was moved from is empty, so that an array that was is made anew by resize().
  AxisVector(AxisVector&& other) noexcept : size_(std::exchange(other.size_, 0)), values_(other.values_) {}
  AxisVector& operator=(AxisVector&& other) noexcept {
    size_ = std::exchange(other.size_, 0), values_ = other.values_;
    return *this;
  }
  explicit AxisVector(size_type size, const T& value = T()) { resize(size, value); }
  template <std::forward_iterator It>
  AxisVector(It first, It last) {
    assign(first, last);
  }
  AxisVector(std::initializer_list<T> values) { assign(values.begin(), values.end()); }

  template <std::forward_iterator It>
  void assign(It first, It last) {
    check_capacity(static_cast<size_type>(std::distance(first, last)));
    size_ = 0;
    for (; first != last; ++first) values_[size_++] = static_cast<T>(*first);
  }
  void resize(size_type size, const T& value = T()) {
    check_capacity(size);
    for (size_type i = 0; i < capacity; ++i)  // a fixed count: a few instructions, no call of memset()
      if (i >= size_) values_[i] = i < size ? value : T();
    size_ = size;
  }
  void push_back(const T& value) { resize(size_ + 1, value); }
  void clear() { size_ = 0; }
  iterator insert(const_iterator at, T value) { return insert(at, &value, &value + 1); }
  template <std::forward_iterator It>
  iterator insert(const_iterator at, It first, It last) {
    const auto from = static_cast<size_type>(at - begin()), old_size = size_;
    resize(size_ + static_cast<size_type>(std::distance(first, last)));
    std::copy_backward(begin() + from, begin() + old_size, end());
    std::copy(first, last, begin() + from);
    return begin() + from;
  }
  iterator erase(const_iterator at) {
    const iterator gone = begin() + (at - begin());
    std::copy(gone + 1, end(), gone);
    --size_;
    return gone;
  }

  bool empty() const { return size_ == 0; }
  size_type size() const { return size_; }
  T& operator[](size_type i) { return values_[i]; }
  const T& operator[](size_type i) const { return values_[i]; }
  T& front() { return values_[0]; }
  const T& front() const { return values_[0]; }
  T& back() { return values_[size_ - 1]; }
  const T& back() const { return values_[size_ - 1]; }
  T* data() { return values_.data(); }
  const T* data() const { return values_.data(); }
  iterator begin() { return data(); }
  iterator end() { return data() + size_; }
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size_; }
  const_iterator cbegin() const { return begin(); }
  const_iterator cend() const { return end(); }
  reverse_iterator rbegin() { return reverse_iterator(end()); }
  reverse_iterator rend() { return reverse_iterator(begin()); }
  const_reverse_iterator rbegin() const { return const_reverse_iterator(end()); }
  const_reverse_iterator rend() const { return const_reverse_iterator(begin()); }
  const_reverse_iterator crbegin() const { return rbegin(); }
  const_reverse_iterator crend() const { return rend(); }
  bool operator==(const AxisVector& other) const {
    if (size_ != other.size_) return false;
    for (size_type i = 0; i < size_; ++i)
      if (values_[i] != other.values_[i]) return false;
    return true;
  }

 private:
  static void check_capacity(size_type size) {
    if (size > capacity) throw Error("[shape] at most 8 axes, got " + std::to_string(size));
  }

  size_type size_ = 0;
  std::array<T, capacity> values_{};
};

}  // namespace rw
