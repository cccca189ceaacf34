// Compiled twice, as float and as double: two names in one program.
#include "autograd/ops.hpp"
#include "autograd/tape.hpp"

#ifdef REWIND_DOUBLE
#define PRODUCT product_f64
#else
#define PRODUCT product_f32
#endif

double PRODUCT(double a, double b, double& derivative);

// a b, and d(ab)/da from the tape.
double PRODUCT(double a, double b, double& derivative) {
  rw::Tape tape;
  const rw::Tensor x = rw::parameter(rw::Tensor(static_cast<rw::Scalar>(a)).value());
  const rw::Tensor y = x * rw::Tensor(static_cast<rw::Scalar>(b));
  tape.backward(y);
  derivative = static_cast<double>(x.grad().item());
  return static_cast<double>(y.item());
}
