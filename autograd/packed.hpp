// Products of a few rows with a matrix that is used again and again: a weight, once at each time step. BLAS rearranges
// ("packs") the matrix anew at every call; here that is done once.
#pragma once

#include <atomic>
#include <cstdint>

#include "autograd/gemm.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI {

// Rows of a matrix, `stride` elements apart; 0: the same row again and again. No data: zeros.
template <class T>
struct Rows {
  T* data = nullptr;
  std::size_t stride = 0;

  T* operator[](std::size_t r) const { return data + r * stride; }
  Rows from(std::size_t row, std::size_t column) const {
    return data == nullptr ? *this : Rows{data + row * stride + column, stride};
  }
};

// What the kernels read: Scalars, or words of two bf16 numbers (precision.hpp).
struct ScalarFormat {
  using Word = Scalar;
  static constexpr std::size_t terms = 1;  // of the sum over k, in a word
};
#ifdef REWIND_DOUBLE
using Bf16Format = ScalarFormat;
#else
struct Bf16Format {
  using Word = std::uint32_t;
  static constexpr std::size_t terms = 2;
};
#endif

template <class Format>
class Packed {
 public:
  using Word = typename Format::Word;

  Packed(std::size_t k, std::size_t n);

  // Packs b (k, n). Threads that call this at the same time share the work; each returns when all of it is done.
  void fill(Matrix b);

  // c (m, n) = start (m, n) + a (m, k) b, k > 0; start may be c. A large product is split over threads where BLAS
  // would do so.
  void multiply(std::size_t m, Matrix a, Rows<const Scalar> start, Rows<Scalar> c) const;

 private:
  void fill_panel(Matrix b, std::size_t first);
  struct Range {
    std::size_t begin, end;
  };
  struct Block {
    std::size_t row, rows, word;
    Range panels;
  };
  void multiply_block(Block at, Matrix a, Buffer<Word>& room, Rows<const Scalar> start, Rows<Scalar> c) const;

  std::size_t k_, n_, words_, n_panels_;
  Buffer<Word> panels_;  // (n_panels, words, panel): the columns side by side, zeros where there are none
  std::atomic<std::size_t> begun_ = 0, done_ = 0;  // panels
};

// The value of a parameter, a matrix, packed; or transposed and packed. Made when it is first wanted, and anew when the
// value has changed.
template <class Format>
const Packed<Format>& packed(const Tensor& parameter, bool transposed);

// c (m, n) = start (m, n) + a (m, k) op(parameter) (k, n), in the precision of products.
void multiply_packed(std::size_t m, Matrix a, const Tensor& parameter, bool transposed, Rows<const Scalar> start,
                     Rows<Scalar> c);

// Is it faster than gemm() for products of this size? It takes a kernel for this processor.
bool packed_pays(std::size_t m, std::size_t k, std::size_t n);

// multiply_packed() with any matrix b (k, n) in the parameter's place, packed for this product alone.
void multiply_packed_once(std::size_t m, std::size_t k, std::size_t n, Matrix a, Matrix b, Rows<const Scalar> start,
                          Rows<Scalar> c);

// Is that faster than BLAS? In bf16 there is no other way. With 512-bit registers it is on AMD's Zen 4 and 5, for
// which Debian 12's OpenBLAS has 256-bit kernels.
bool packing_once_pays(std::size_t m, std::size_t k, std::size_t n);

// What is packed for one of them serves the other too, and in another thread. They have the same value.
void share_packings(const Tensor& from, const Tensor& to);

}  // namespace rw::inline REWIND_ABI
