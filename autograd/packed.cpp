#include "autograd/packed.hpp"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>

#include "autograd/levers.hpp"
#include "autograd/packed_kernel.hpp"
#include "autograd/precision.hpp"
#include "autograd/workers.hpp"

namespace rw::inline REWIND_ABI {
namespace {

using namespace packed_kernel;

constexpr std::size_t most_rows = 128, depth = 256;  // rows, and words of each, that stay in a near cache meanwhile
constexpr std::size_t least_shared = 1 << 19;        // multiplications, below which a second thread costs more

// Element (i, j) of a matrix in memory.
template <class T>
struct Grid {
  T* data;
  std::size_t below, beside;  // how far the next row, the next column is

  T& operator()(std::size_t i, std::size_t j) const { return data[i * below + j * beside]; }
};
Grid<const Scalar> grid(Matrix x) {
  return Grid<const Scalar>{x.data, x.transposed ? 1 : x.stride, x.transposed ? x.stride : 1};
}

// The columns of `from` (k, columns), in words.
template <class Format>
void convert(Grid<const Scalar> from, std::size_t k, std::size_t columns, Grid<typename Format::Word> to) {
  constexpr std::size_t terms = Format::terms;
  const std::size_t words = (k + terms - 1) / terms;
  if (from.beside == 1 && to.beside == 1) {
    for (std::size_t i = 0; i < words; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        to.data[i * to.below + j] = word(Format(), &from(i * terms, 0) + j, from.below, k - i * terms);
    return;
  }
  constexpr std::size_t block = 16;  // of words: both are walked along while they are in the nearest cache
  for (std::size_t i0 = 0; i0 < words; i0 += block) {
    const std::size_t end = std::min(words, i0 + block);
    for (std::size_t j = 0; j < columns; ++j) {
      const Scalar* const x = &from(0, j);
      typename Format::Word* const y = &to(0, j);
      for (std::size_t i = i0; i < end; ++i)
        y[i * to.below] = word(Format(), x + i * terms * from.below, from.below, k - i * terms);
    }
  }
}

}  // namespace

bool packed_pays(std::size_t rows, std::size_t k, std::size_t n) {
  if (matmul_precision() == Precision::bf16) return levers().packed_weights && rows > 1 && k > 0 && n > 1;
  const bool fits = rows > 1 && k >= 16 && n >= panel;
  return levers().packed_weights && has_kernel && fits && (rows <= most_rows || !gemm_is_threaded());
}

bool packing_once_pays(std::size_t m, std::size_t k, std::size_t n) {
  if (matmul_precision() == Precision::bf16) return true;
  return levers().packed_weights && wide && m >= 2 * tallest && k >= 16 && n >= panel;
}

template <class Format>
Packed<Format>::Packed(std::size_t k, std::size_t n)
    : k_(k),
      n_(n),
      words_((k + Format::terms - 1) / Format::terms),
      n_panels_((n + panel - 1) / panel),
      panels_(n_panels_ * panel * words_) {}

template <class Format>
void Packed<Format>::fill(Matrix b) {
  if (done_.load(std::memory_order_acquire) == n_panels_) return;
  for (std::size_t i; (i = begun_.fetch_add(1, std::memory_order_relaxed)) < n_panels_;) {
    fill_panel(b, i * panel);
    done_.fetch_add(1, std::memory_order_release);
  }
  while (done_.load(std::memory_order_acquire) < n_panels_) std::this_thread::yield();
}

template <class Format>
void Packed<Format>::fill_panel(Matrix b, std::size_t first) {
  const std::size_t columns = std::min(panel, n_ - first);
  Word* const to = panels_.data() + first * words_;
  if (columns < panel) std::fill_n(to, panel * words_, Word(0));
  const Grid<const Scalar> all = grid(b);
  convert<Format>({&all(0, first), all.below, all.beside}, k_, columns, {to, panel, 1});
}

template <class Format>
void Packed<Format>::multiply(std::size_t m, Matrix a, Rows<const Scalar> start, Rows<Scalar> c) const {
  const bool shared = gemm_is_threaded() && m * k_ * n_ >= least_shared;
  const std::size_t parts = shared ? static_cast<std::size_t>(threads()) : 1;
  const bool by_rows = m > most_rows;  // else each thread takes some panels
  const std::size_t chunks = by_rows ? (m + most_rows * parts - 1) / (most_rows * parts) * parts : 1;
  const auto work = [&](std::size_t part) {
    const auto share = [&](std::size_t n, bool divided) {
      return divided ? Range{n * part / parts, n * (part + 1) / parts} : Range{0, n};
    };
    const Range mine = share(chunks, by_rows), panels = share(n_panels_, !by_rows);
    Buffer<Word> room;
    for (std::size_t chunk = mine.begin; chunk < mine.end; ++chunk) {
      const std::size_t row = m * chunk / chunks, rows = m * (chunk + 1) / chunks - row;
      for (std::size_t i = 0; i < words_; i += depth)
        multiply_block({row, rows, i, panels}, a, room, i > 0 ? Rows<const Scalar>{c.data, c.stride} : start, c);
    }
  };
  parts > 1 ? run_parallel(parts, std::ref(work)) : work(0);
}

// Some rows of a, some words of each, with some panels. `room` is for a where it does not lie as the kernel reads it.
template <class Format>
void Packed<Format>::multiply_block(Block at, Matrix a, Buffer<Word>& room, Rows<const Scalar> start,
                                    Rows<Scalar> c) const {
  const std::size_t first = at.word * Format::terms, k = std::min(depth * Format::terms, k_ - first),
                    words = (k + Format::terms - 1) / Format::terms;
  const Grid<const Scalar> columns = grid({a.data, a.stride, !a.transposed});  // (k, m)
  const Grid<const Scalar> block{&columns(first, at.row), columns.below, columns.beside};
  const auto multiply_by = [&](auto left) {
    for (std::size_t p = at.panels.begin; p < at.panels.end; ++p) {
      const std::size_t j = p * panel;
      multiply_panel({at.rows, words, std::min(panel, n_ - j)}, left, panels_.data() + j * words_ + at.word * panel,
                     start.from(at.row, j), c.from(at.row, j));
    }
  };
  if constexpr (Format::terms == 1)
    if (!a.transposed) return multiply_by(Left<Word, false>{block.data, a.stride});
  room.resize(words * at.rows);
  if (a.transposed) {
    convert<Format>(block, k, at.rows, {room.data(), at.rows, 1});
    multiply_by(Left<Word, true>{room.data(), at.rows});
  } else {
    convert<Format>(block, k, at.rows, {room.data(), 1, words});
    multiply_by(Left<Word, false>{room.data(), words});
  }
}

template class Packed<ScalarFormat>;
#ifndef REWIND_DOUBLE
template class Packed<Bf16Format>;
#endif

// ---- the packings of a parameter ----

namespace {

template <class Format>
struct Packing {
  std::once_flag once;
  std::optional<Packed<Format>> packed;
};
struct Packings final : Cache {
  std::uint32_t version;  // of the value that is packed
  std::tuple<Packing<ScalarFormat>, Packing<Bf16Format>> plain, transposed;
  explicit Packings(std::uint32_t v) : version(v) {}
};

Packings& packings_of(const Tensor& parameter) {
  Node& node = *parameter.node();
  if (node.cache == nullptr || static_cast<const Packings&>(*node.cache).version != node.version)
    node.cache = std::allocate_shared<Packings>(pool::Allocator<Packings>(), node.version);
  return static_cast<Packings&>(*node.cache);
}

}  // namespace

template <class Format>
const Packed<Format>& packed(const Tensor& parameter, bool transposed) {
  Packings& packings = packings_of(parameter);
  auto& packing = std::get<Format::terms - 1>(transposed ? packings.transposed : packings.plain);
  const std::size_t rows = parameter.shape()[0], columns = parameter.shape()[1];
  std::call_once(packing.once,
                 [&] { transposed ? packing.packed.emplace(columns, rows) : packing.packed.emplace(rows, columns); });
  packing.packed->fill({parameter.value().data(), std::max<std::size_t>(columns, 1), transposed});
  return *packing.packed;
}

template const Packed<ScalarFormat>& packed<ScalarFormat>(const Tensor&, bool);
#ifndef REWIND_DOUBLE
template const Packed<Bf16Format>& packed<Bf16Format>(const Tensor&, bool);
#endif

void multiply_packed(std::size_t m, Matrix a, const Tensor& parameter, bool transposed, Rows<const Scalar> start,
                     Rows<Scalar> c) {
  if (matmul_precision() == Precision::bf16)
    packed<Bf16Format>(parameter, transposed).multiply(m, a, start, c);
  else
    packed<ScalarFormat>(parameter, transposed).multiply(m, a, start, c);
}

namespace {

template <class Format>
void pack_and_multiply(std::size_t m, std::size_t k, std::size_t n, Matrix a, Matrix b, Rows<const Scalar> start,
                       Rows<Scalar> c) {
  Packed<Format> right(k, n);
  right.fill(b);
  right.multiply(m, a, start, c);
}

}  // namespace

void multiply_packed_once(std::size_t m, std::size_t k, std::size_t n, Matrix a, Matrix b, Rows<const Scalar> start,
                          Rows<Scalar> c) {
  const bool bf16 = matmul_precision() == Precision::bf16;
  (bf16 ? pack_and_multiply<Bf16Format> : pack_and_multiply<ScalarFormat>)(m, k, n, a, b, start, c);
}

void share_packings(const Tensor& from, const Tensor& to) {
  packings_of(from);
  to.node()->cache = from.node()->cache, to.node()->version = from.node()->version;
}

}  // namespace rw::inline REWIND_ABI
