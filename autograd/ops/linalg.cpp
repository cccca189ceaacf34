#include "autograd/check.hpp"
#include "autograd/gemm.hpp"
#include "autograd/matvec.hpp"
#include "autograd/ops.hpp"
#include "autograd/packed.hpp"
#include "autograd/record.hpp"
#include "autograd/slab.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// The last two axes of an operand as a matrix.
struct Operand2 {
  std::size_t rows, columns;
  Matrix matrix;
};
Operand2 last_two(const Tensor& x, bool transposed) {
  const Shape& s = x.shape();
  const std::size_t r = s[s.size() - 2], c = s[s.size() - 1];
  return {transposed ? c : r, transposed ? r : c, {x.value().data(), std::max<std::size_t>(c, 1), transposed}};
}

Shape flat(const Shape& s) { return {count(Shape(s.begin(), s.end() - 1)), s.back()}; }

void check_inner(const char* op, const char* a_role, const Tensor& a, std::size_t a_inner, const char* b_role,
                 const Tensor& b, std::size_t b_inner) {
  if (a_inner != b_inner)
    fail(op, std::string(a_role) + " " + to_string(a.shape()) + " and " + b_role + " " + to_string(b.shape()) +
                 ": inner sizes " + std::to_string(a_inner) + " and " + std::to_string(b_inner) + " differ");
}

// start + a op(w). A parameter will come again, at the next time step.
Array product(const char* op, const Tensor& a, const Tensor& weight, bool transposed, Rows<const Scalar> start) {
  const Operand2 x = last_two(a, false), w = last_two(weight, transposed);
  const bool parameter = weight.requires_grad() && weight.node()->op == nullptr;
  const std::size_t m = x.rows, n = w.columns, step = std::max<std::size_t>(n, 1);
  Array y = allocate(op, {m, n});
  if (parameter && packed_pays(m, w.rows, n)) {
    multiply_packed(m, x.matrix, weight, transposed, start, {y.data(), step});
  } else if (m == 1 && transposed && matvec_pays(n)) {
    matvec(n, w.rows, w.matrix.data, x.matrix.data, start.data, y.data());
  } else {
    for (std::size_t r = 0; r < m && start.data != nullptr; ++r) std::copy_n(start[r], n, y.data() + r * n);
    gemm(m, n, w.rows, x.matrix, w.matrix, y.data(), step, start.data != nullptr);
  }
  return y;
}

// y_i = op(a_i) op(b_i) for each matrix of the batch.
Array product(const Tensor& a, const Tensor& b, Transposed t) {
  const Operand2 p = last_two(a, t.a), q = last_two(b, t.b);
  check_inner("matmul", "a", a, p.columns, "b", b, q.rows);
  const bool batched = a.dim() == 3;
  if (!batched && !t.a) return product("matmul", a, b, t.b, {});
  const std::size_t batch = batched ? a.size(0) : 1;
  Array y = allocate("matmul", batched ? Shape{batch, p.rows, q.columns} : Shape{p.rows, q.columns});
  for (std::size_t i = 0; i < batch; ++i) {
    Matrix m = p.matrix, n = q.matrix;
    m.data += i * p.rows * p.columns, n.data += i * q.rows * q.columns;
    gemm(p.rows, q.columns, p.columns, m, n, y.data() + i * p.rows * q.columns, std::max<std::size_t>(q.columns, 1));
  }
  return y;
}

}  // namespace

Tensor matmul(const Tensor& a, const Tensor& b, Transposed t) {
  if (a.dim() > 2 && b.dim() == 2 && !t.a) {
    Shape shape = a.shape();
    shape.back() = b.size(t.b ? 0 : 1);
    check_inner("matmul", "a", a, a.size(-1), "b", b, b.size(t.b ? 1 : 0));
    return reshape(matmul(reshape(a, flat(a.shape())), b, t), shape);
  }
  if (!((a.dim() == 2 && b.dim() == 2) || (a.dim() == 3 && b.dim() == 3 && a.size(0) == b.size(0))))
    fail("matmul", "a " + to_string(a.shape()) + " and b " + to_string(b.shape()) +
                       ": expected two matrices, two equally long batches of them, or (..., K) and (K, N)");
  Array y = product(a, b, t);
  const auto da = [b, t](const Tensor& dy) {  // dy b^T, or its transpose
    return t.a ? matmul(b, dy, {t.b, true}) : matmul(dy, b, {false, !t.b});
  };
  const auto db = [a, t](const Tensor& dy) {  // a^T dy, or its transpose
    return t.b ? matmul(dy, a, {true, t.a}) : matmul(a, dy, {!t.a, false});
  };
  if (a.dim() == 2 && !t.a && !t.b)
    return record("matmul", std::move(y), wrt(a, da), wrt(b, [a](auto& dy) { return Product{a, dy}; }));
  return record("matmul", std::move(y), wrt(a, da), wrt(b, db));
}

Tensor affine(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  check_rank("affine", "weight", 2, weight.shape());
  if (x.dim() == 0) fail("affine", "x: expected (..., " + std::to_string(weight.size(1)) + "), got ()");
  check_inner("affine", "x", x, x.size(-1), "weight", weight, weight.size(1));
  Shape shape = x.shape();
  shape.back() = weight.size(0);
  if (bias.defined() && bias.dim() > 1)
    check_shape("affine", "bias", shape, bias.shape());
  else if (bias.defined())
    check_shape("affine", "bias", {weight.size(0)}, bias.shape());
  if (x.dim() != 2)
    return reshape(affine(reshape(x, flat(x.shape())), weight,
                          bias.defined() && bias.dim() > 1 ? reshape(bias, flat(shape)) : bias),
                   shape);

  Rows<const Scalar> start;
  if (bias.defined()) start = {bias.value().data(), bias.dim() == 1 ? 0 : weight.size(0)};
  Array y = product("affine", x, weight, true, start);
  const auto dx = [weight](auto& dy) { return matmul(dy, weight); };
  const auto dw = [x](auto& dy) { return Product{dy, x}; };  // dy^T x
  if (!bias.defined()) return record("affine", std::move(y), wrt(x, dx), wrt(weight, dw));
  const auto db = [shape = bias.shape()](auto& dy) { return sum_to(dy, shape); };
  const Tensor result = record("affine", std::move(y), wrt(x, dx), wrt(weight, dw), wrt(bias, db));
  if (bias.dim() == 2) result.node()->slab = bias.node()->slab, result.node()->slice = bias.node()->slice;  // dy is db
  return result;
}

}  // namespace rw::inline REWIND_ABI
