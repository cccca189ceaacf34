#include "autograd/gemm.hpp"

#include <cblas.h>

#include <algorithm>

#include "autograd/packed.hpp"

namespace rw::inline REWIND_ABI {
namespace {

#ifdef REWIND_DOUBLE
constexpr auto blas_gemm = cblas_dgemm;
constexpr auto blas_gemv = cblas_dgemv;
#else
constexpr auto blas_gemm = cblas_sgemm;
constexpr auto blas_gemv = cblas_sgemv;
#endif

// y (rows) = a (rows, k) x; OpenBLAS' gemm is several times slower than its gemv on a single row.
void gemv(std::size_t rows, std::size_t k, Matrix a, const Scalar* x, std::size_t x_step, Scalar* y, std::size_t y_step,
          Scalar beta) {
  const auto order = a.transposed ? CblasTrans : CblasNoTrans;
  const auto m = static_cast<blasint>(a.transposed ? k : rows), n = static_cast<blasint>(a.transposed ? rows : k);
  blas_gemv(CblasRowMajor, order, m, n, 1, a.data, static_cast<blasint>(a.stride), x, static_cast<blasint>(x_step),
            beta, y, static_cast<blasint>(y_step));
}

}  // namespace

void gemm(std::size_t m, std::size_t n, std::size_t k, Matrix a, Matrix b, Scalar* c, std::size_t c_stride, bool add) {
  if (m == 0 || n == 0) return;
  if (k == 0) {
    for (std::size_t i = 0; i < m && !add; ++i) std::fill_n(c + i * c_stride, n, Scalar(0));
    return;
  }
  const Scalar beta = add ? 1 : 0;
  if (m == 1) {
    b.transposed = !b.transposed;
    return gemv(n, k, b, a.data, a.transposed ? a.stride : 1, c, 1, beta);
  }
  if (n == 1) return gemv(m, k, a, b.data, b.transposed ? 1 : b.stride, c, c_stride, beta);
  if (packing_once_pays(m, k, n))
    return multiply_packed_once(m, k, n, a, b, add ? Rows<const Scalar>{c, c_stride} : Rows<const Scalar>{},
                                {c, c_stride});
  blas_gemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
            static_cast<blasint>(m), static_cast<blasint>(n), static_cast<blasint>(k), 1, a.data,
            static_cast<blasint>(a.stride), b.data, static_cast<blasint>(b.stride), beta, c,
            static_cast<blasint>(c_stride));
}

bool gemm_is_threaded() { return openblas_get_num_threads() > 1; }

}  // namespace rw::inline REWIND_ABI
