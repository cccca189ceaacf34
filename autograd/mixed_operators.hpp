// + - * / of a Tensor and an Array. Without these xtensor's own operators would take the tensor for a number.
// Included by ops.hpp.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "autograd/ops.hpp"

namespace rw::inline REWIND_ABI {

template <class A, class B>
concept TensorAndArray = (std::same_as<A, Tensor> && std::same_as<B, Array>) ||
                         (std::same_as<A, Array> && std::same_as<B, Tensor>);
template <class A, class B>
requires TensorAndArray<std::remove_cvref_t<A>, std::remove_cvref_t<B>> Tensor operator+(A&& a, B&& b) {
  return Tensor(std::forward<A>(a)) + Tensor(std::forward<B>(b));
}
template <class A, class B>
requires TensorAndArray<std::remove_cvref_t<A>, std::remove_cvref_t<B>> Tensor operator-(A&& a, B&& b) {
  return Tensor(std::forward<A>(a)) - Tensor(std::forward<B>(b));
}
template <class A, class B>
requires TensorAndArray<std::remove_cvref_t<A>, std::remove_cvref_t<B>> Tensor operator*(A&& a, B&& b) {
  return Tensor(std::forward<A>(a)) * Tensor(std::forward<B>(b));
}
template <class A, class B>
requires TensorAndArray<std::remove_cvref_t<A>, std::remove_cvref_t<B>> Tensor operator/(A&& a, B&& b) {
  return Tensor(std::forward<A>(a)) / Tensor(std::forward<B>(b));
}

}  // namespace rw::inline REWIND_ABI
