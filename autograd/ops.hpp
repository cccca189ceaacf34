// Every operation of the engine: its table of contents. T, B, D ... are sizes; y is the result.
//
// Elementwise operations broadcast: shapes are aligned at the last axis, an axis of size 1 stretches. Axes
// may be negative: -1 is the last. All throw Error "[op] ..." with the shapes where they do not fit.
#pragma once

#include <cstddef>

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI {

using Axes = std::vector<std::ptrdiff_t, pool::Allocator<std::ptrdiff_t>>;

// ---- elementwise (elementwise.cpp) ----
Tensor operator+(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& a, const Tensor& b);
Tensor operator*(const Tensor& a, const Tensor& b);
Tensor operator/(const Tensor& a, const Tensor& b);
Tensor operator-(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);  // log(1 + x), exact for small x
Tensor sqrt(const Tensor& x);
Tensor pow(const Tensor& x, const Tensor& p);  // x^p; d/dp = y log x, 0 where x = 0
Tensor erf(const Tensor& x);
Tensor abs(const Tensor& x);   // derivative sign(x), 0 at 0
Tensor sign(const Tensor& x);  // -1, 0, 1; derivative 0
Tensor tanh(const Tensor& x);
Tensor sigmoid(const Tensor& x);                                  // 1 / (1 + exp(-x))
Tensor relu(const Tensor& x);                                     // max(x, 0); derivative 0 at 0
Tensor leaky_relu(const Tensor& x, Scalar slope = Scalar(0.01));  // x > 0 ? x : slope x
Tensor gelu(const Tensor& x);                                     // x (1 + erf(x / sqrt 2)) / 2
Tensor softplus(const Tensor& x);                                 // log(1 + exp(x)), no overflow
Tensor silu(const Tensor& x);                                     // x sigmoid(x)
Tensor maximum(const Tensor& a, const Tensor& b);                 // where equal, each takes half of the derivative
Tensor minimum(const Tensor& a, const Tensor& b);
Tensor clamp(const Tensor& x, Scalar low, Scalar high);                 // derivative 1 on [low, high], 0 outside
Tensor greater(const Tensor& a, const Tensor& b);                       // 1 where a > b, else 0; derivative 0
Tensor equal(const Tensor& a, const Tensor& b);                         // 1 where a = b, else 0; derivative 0
Tensor where(const Tensor& mask, const Tensor& a, const Tensor& b);     // mask != 0 ? a : b
Tensor masked_fill(const Tensor& x, const Tensor& mask, Scalar value);  // mask != 0 ? value : x

// ---- products (linalg.cpp) ----
struct Transposed {
  bool a = false, b = false;
};
// (M, K) (K, N) -> (M, N); (B, M, K) (B, K, N) -> (B, M, N); (..., K) (K, N) -> (..., N). `transposed` reads
// the last two axes of an operand the other way round, without a copy.
Tensor matmul(const Tensor& a, const Tensor& b, Transposed transposed = {});
// x W^T + b: x (..., K), W (N, K), b (N), or of the result's shape, or undefined -> (..., N)
Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias);

// ---- reductions (reduce.cpp); no axes: all of them ----
Tensor sum(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor mean(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor max(const Tensor& x, const Axes& axes = {},
           bool keepdims = false);  // ties share the derivative evenly
Tensor logsumexp(const Tensor& x, const Axes& axes = {}, bool keepdims = false);
Tensor softmax(const Tensor& x, const Axes& axes = {-1});
Tensor log_softmax(const Tensor& x, const Axes& axes = {-1});
// softmax over the last axis of what a mask, which broadcasts to x, shows (not 0); what it hides is not read and gets 0
Tensor masked_softmax(const Tensor& x, const Tensor& mask);
// mean squared distance from the mean, over n - correction
Tensor var(const Tensor& x, const Axes& axes = {}, bool keepdims = false, int correction = 1);
Tensor sum_to(const Tensor& x, const Shape& shape);  // undoes a broadcast from `shape` by summing

// ---- shapes (shape.cpp) ----
Tensor reshape(const Tensor& x, const Shape& shape);  // shares the elements
Tensor transpose(const Tensor& x, std::ptrdiff_t a = -2, std::ptrdiff_t b = -1);
Tensor permute(const Tensor& x, const Axes& axes);  // axis i of y is axis axes[i] of x
// elements start, start + step, ... before stop of an axis; start and stop count from the end when negative
Tensor slice(const Tensor& x, std::ptrdiff_t axis, std::ptrdiff_t start, std::ptrdiff_t stop, std::ptrdiff_t step = 1);
Tensor concat(const Tensors& parts, std::ptrdiff_t axis = 0);
Tensor stack(const Tensors& parts, std::ptrdiff_t axis = 0);                 // along a new axis
Tensors split(const Tensor& x, std::size_t parts, std::ptrdiff_t axis = 0);  // equal parts
Tensors unbind(const Tensor& x);                                             // x[0], x[1], ...: shares the elements
Tensor select(const Tensor& x, std::ptrdiff_t axis,
              std::ptrdiff_t index);                 // drops the axis; for every step of a loop: unbind()
Tensor expand(const Tensor& x, const Shape& shape);  // repeats axes of size 1 (and new leading axes)
Tensor flip(const Tensor& x, const Axes& axes);

// ---- look-ups (index.cpp) ----
Tensor embedding(const Tensor& weight, const IndexArray& indices);  // weight (V, D), indices S -> S + (D)
Tensor one_hot(const IndexArray& indices, std::size_t width);       // S -> S + (width): 1 at each index, else 0
// y[.., i, ..] = x[.., indices[.., i, ..], ..]: sizes of `indices` equal those of x but for `axis`
Tensor gather(const Tensor& x, std::ptrdiff_t axis, const IndexArray& indices);
Tensor pick(const Tensor& x, const IndexArray& indices);  // x S + (C), indices S -> S: one element a row

// ---- layers' tails (layer_norm.cpp) and losses (loss.cpp) ----
// zeroes each element with probability p and divides the rest by 1 - p
Tensor dropout(const Tensor& x, double p, Rng& rng);
// (x - mean) / sqrt(var + eps) * weight + bias over the last axis; weight, bias (D)
Tensor layer_norm(const Tensor& x, const Tensor& weight, const Tensor& bias, Scalar eps = Scalar(1e-5));

struct CrossEntropyOptions {
  Index ignore_index = -100;   // targets of this value count for nothing
  Tensor weights = {};         // (C): weight of each class in the mean
  Scalar label_smoothing = 0;  // e: the target's probability is 1 - e + e / C, that of others e / C; without weights
};
// mean of -log softmax(logits)[target]: logits S + (C), targets S -> ()
Tensor cross_entropy(const Tensor& logits, const IndexArray& targets, const CrossEntropyOptions& options = {});
Tensor bce_with_logits(const Tensor& logits, const Tensor& targets);  // mean binary cross-entropy -> ()
Tensor mse(const Tensor& x, const Tensor& y);                         // mean squared error -> ()

}  // namespace rw::inline REWIND_ABI

#include "autograd/mixed_operators.hpp"
