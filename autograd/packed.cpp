#include "autograd/packed.hpp"

#include <xsimd/xsimd.hpp>

#include <algorithm>
#include <array>
#include <mutex>
#include <optional>
#include <thread>

#include "autograd/levers.hpp"

namespace rw::inline REWIND_ABI {
namespace {

using Register = xsimd::batch<Scalar>;
constexpr std::size_t width = Register::size, panel = 2 * width;
// A tile of c stays in registers: `tallest` rows of two each, beside two for b and one for a. AVX-512 has 32, AVX2 16.
constexpr bool wide = sizeof(Register) == 64, has_kernel = sizeof(Register) >= 32;
constexpr std::size_t tallest = wide ? 13 : 6;
constexpr std::size_t most_rows = 64, depth = 256;  // of a and b that are used while they are in a near cache

// c (rows, panel) = start (rows, panel) + a (rows, k) b (k, panel)
template <std::size_t rows>
void tile(Rows<const Scalar> a, const Scalar* b, std::size_t k, Rows<const Scalar> start, Rows<Scalar> c) {
  std::array<Register, rows> left, right;
#pragma GCC unroll 16
  for (std::size_t r = 0; r < rows; ++r) {
    left[r] = start.data == nullptr ? Register(0) : Register::load_unaligned(start[r]);
    right[r] = start.data == nullptr ? Register(0) : Register::load_unaligned(start[r] + width);
  }
  for (std::size_t i = 0; i < k; ++i, b += panel) {
    const Register b_left = Register::load_aligned(b), b_right = Register::load_aligned(b + width);
    __builtin_prefetch(b + 8 * panel);
#pragma GCC unroll 16
    for (std::size_t r = 0; r < rows; ++r) {
      const Register x(a[r][i]);
      left[r] = xsimd::fma(x, b_left, left[r]);
      right[r] = xsimd::fma(x, b_right, right[r]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t r = 0; r < rows; ++r) left[r].store_unaligned(c[r]), right[r].store_unaligned(c[r] + width);
}

using Tile = decltype(&tile<1>);
constexpr auto tiles = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<Tile, sizeof...(I)>{tile<I + 1>...};  // of 1 to `tallest` rows
}
(std::make_index_sequence<tallest>{});

// The last columns, fewer than a panel, go through a panel of their own.
void narrow_tile(std::size_t rows, std::size_t columns, Rows<const Scalar> a, const Scalar* b, std::size_t k,
                 Rows<const Scalar> start, Rows<Scalar> c) {
  alignas(pool::alignment) std::array<Scalar, tallest * panel> whole;
  tiles[rows - 1](a, b, k, {}, {whole.data(), panel});
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t j = 0; j < columns; ++j)
      c[r][j] = whole[r * panel + j] + (start.data == nullptr ? 0 : start[r][j]);
}

struct Size {
  std::size_t m, k, n;
};
// c (m, n) = start (m, n) + a (m, k) b (k, panel), n <= panel, in tiles of equal height.
void multiply_panel(Size size, Rows<const Scalar> a, const Scalar* b, Rows<const Scalar> start, Rows<Scalar> c) {
  std::size_t row = 0;
  for (std::size_t left = (size.m + tallest - 1) / tallest; left > 0; --left) {
    const std::size_t rows = (size.m - row + left - 1) / left;
    if (size.n == panel)
      tiles[rows - 1](a.from(row, 0), b, size.k, start.from(row, 0), c.from(row, 0));
    else
      narrow_tile(rows, size.n, a.from(row, 0), b, size.k, start.from(row, 0), c.from(row, 0));
    row += rows;
  }
}

}  // namespace

bool Packed::pays(std::size_t rows, std::size_t k, std::size_t n) {
  const bool fits = rows > 1 && k >= 16 && n >= panel;
  return levers().packed_weights && has_kernel && fits && (rows <= most_rows || !gemm_is_threaded());
}

Packed::Packed(std::size_t k, std::size_t n)
    : k_(k), n_(n), n_panels_((n + panel - 1) / panel), panels_(n_panels_ * panel * k) {}

void Packed::fill(Matrix b) {
  if (done_.load(std::memory_order_acquire) == n_panels_) return;
  for (std::size_t i; (i = begun_.fetch_add(1, std::memory_order_relaxed)) < n_panels_;) {
    fill_panel(b, i * panel);
    done_.fetch_add(1, std::memory_order_release);
  }
  while (done_.load(std::memory_order_acquire) < n_panels_) std::this_thread::yield();
}

void Packed::fill_panel(Matrix b, std::size_t first) {
  constexpr std::size_t block = 16;  // of rows: a transposed b is read along its own rows, a cache line at a time
  const std::size_t columns = std::min(panel, n_ - first);
  Scalar* to = panels_.data() + first * k_;
  if (columns < panel) std::fill_n(to, panel * k_, Scalar(0));
  if (!b.transposed) {
    for (std::size_t i = 0; i < k_; ++i) std::copy_n(b.data + i * b.stride + first, columns, to + i * panel);
    return;
  }
  for (std::size_t i0 = 0; i0 < k_; i0 += block)
    for (std::size_t j = 0; j < columns; ++j)
      for (std::size_t i = i0; i < std::min(k_, i0 + block); ++i)
        to[i * panel + j] = b.data[(first + j) * b.stride + i];
}

void Packed::multiply(std::size_t m, Rows<const Scalar> a, Rows<const Scalar> start, Rows<Scalar> c) const {
  for (std::size_t row = 0; row < m; row += most_rows)
    for (std::size_t first = 0; first < n_; first += panel)
      for (std::size_t i = 0; i < k_; i += depth) {
        const Rows<Scalar> y = c.from(row, first);
        const Rows<const Scalar> y_start = i > 0 ? Rows<const Scalar>{y.data, y.stride} : start.from(row, first);
        multiply_panel({std::min(most_rows, m - row), std::min(depth, k_ - i), std::min(panel, n_ - first)},
                       a.from(row, i), panels_.data() + first * k_ + i * panel, y_start, y);
      }
}

// ---- the packings of a parameter ----

namespace {

struct Packings final : Cache {
  struct Packing {
    std::once_flag once;
    std::optional<Packed> packed;
  };
  std::uint32_t version;  // of the value that is packed
  Packing plain, transposed;
  explicit Packings(std::uint32_t v) : version(v) {}
};

Packings& packings_of(const Tensor& parameter) {
  Node& node = *parameter.node();
  if (node.cache == nullptr || static_cast<const Packings&>(*node.cache).version != node.version)
    node.cache = std::allocate_shared<Packings>(pool::Allocator<Packings>(), node.version);
  return static_cast<Packings&>(*node.cache);
}

}  // namespace

const Packed& packed(const Tensor& parameter, bool transposed) {
  Packings& packings = packings_of(parameter);
  Packings::Packing& packing = transposed ? packings.transposed : packings.plain;
  const std::size_t rows = parameter.shape()[0], columns = parameter.shape()[1];
  std::call_once(packing.once,
                 [&] { transposed ? packing.packed.emplace(columns, rows) : packing.packed.emplace(rows, columns); });
  packing.packed->fill({parameter.value().data(), std::max<std::size_t>(columns, 1), transposed});
  return *packing.packed;
}

void share_packings(const Tensor& from, const Tensor& to) {
  packings_of(from);
  to.node()->cache = from.node()->cache, to.node()->version = from.node()->version;
}

}  // namespace rw::inline REWIND_ABI
