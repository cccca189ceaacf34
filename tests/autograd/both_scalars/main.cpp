// Both builds of the library linked into one program: each keeps its own precision.
#include <cstdio>

double product_f32(double a, double b, double& derivative);
double product_f64(double a, double b, double& derivative);

int main() {
  const double third = 1.0 / 3, tenth = 0.1;
  double d32 = 0, d64 = 0;
  const double p32 = product_f32(third, tenth, d32), p64 = product_f64(third, tenth, d64);
  std::printf("float  %.17g, derivative %.17g\ndouble %.17g, derivative %.17g\n", p32, d32, p64, d64);
  const bool exact = p64 == third * tenth && d64 == tenth;
  const bool single = p32 == static_cast<double>(static_cast<float>(third) * static_cast<float>(tenth)) &&
                      d32 == static_cast<double>(static_cast<float>(tenth));
  return exact && single ? 0 : 1;
}
