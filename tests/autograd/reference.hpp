// Plain double arithmetic, element by element: what the operations' values are compared with.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "autograd/check.hpp"
#include "autograd/tensor.hpp"

namespace reference {

using rw::Scalar;
using rw::Shape;
using rw::Tensor;

struct Plain {
  Shape shape;
  std::vector<double> v;
};
using Plains = std::vector<Plain>;
using Reference = std::function<Plains(const Plains&)>;
using List = std::vector<double>;

inline Shape coordinates(std::size_t at, const Shape& shape) {
  Shape c = shape;
  for (std::size_t i = shape.size(); i-- > 0; at /= shape[i]) c[i] = at % shape[i];
  return c;
}

// Element at c of x, broadcast: c may have more axes, axes of size 1 stretch.
inline double at(const Plain& x, const Shape& c) {
  std::size_t place = 0;
  for (std::size_t i = 0, skip = c.size() - x.shape.size(); i < x.shape.size(); ++i)
    place = place * x.shape[i] + (x.shape[i] == 1 ? 0 : c[skip + i]);
  return x.v[place];
}

inline Plain plain(const Tensor& x) { return {x.shape(), List(x.value().data(), x.value().data() + x.size())}; }

// y[c] = f(c) for every place c
template <class F>
Plain make(const Shape& shape, F f) {
  Plain y{shape, List(rw::count(shape))};
  for (std::size_t i = 0; i < y.v.size(); ++i) y.v[i] = f(coordinates(i, shape));
  return y;
}

// Elementwise with broadcasting; f reads one number an input.
inline Reference each(double (*f)(const double*)) {
  return [f](const Plains& x) -> Plains {
    Shape shape;
    for (const Plain& p : x) shape = rw::broadcast_shape("reference", shape, p.shape);
    return {make(shape, [&](const Shape& c) {
      List arguments;
      for (const Plain& p : x) arguments.push_back(at(p, c));
      return f(arguments.data());
    })};
  };
}

// Element c of the result is element from(c) of the first input.
inline Reference pull(Shape shape, std::function<Shape(Shape)> from) {
  return [shape, from](const Plains& x) -> Plains {
    return {make(shape, [&](const Shape& c) { return at(x[0], from(c)); })};
  };
}

// The list of elements over `axes` through each place; none: all of them.
inline List line(const Plain& x, const std::vector<std::size_t>& axes, const Shape& c) {
  List elements;
  for (std::size_t i = 0; i < x.v.size(); ++i) {
    const Shape here = coordinates(i, x.shape);
    bool same = true;
    for (std::size_t a = 0; a < here.size(); ++a) {
      const bool over = axes.empty() || std::find(axes.begin(), axes.end(), a) != axes.end();
      same = same && (over || here[a] == c[a]);
    }
    if (same) elements.push_back(x.v[i]);
  }
  return elements;
}

// Reduction of the first input by f(list).
inline Reference fold(std::vector<std::size_t> axes, bool keepdims, double (*f)(const List&)) {
  return [axes, keepdims, f](const Plains& x) -> Plains {
    Shape kept = x[0].shape, shape;
    for (std::size_t a = 0; a < kept.size(); ++a) {
      const bool over = axes.empty() || std::find(axes.begin(), axes.end(), a) != axes.end();
      if (over) kept[a] = 1;
      if (!over || keepdims) shape.push_back(kept[a]);
    }
    Plain y = make(kept, [&](const Shape& c) { return f(line(x[0], axes, c)); });
    y.shape = shape;
    return {y};
  };
}

// y[c] = f(x[c], the elements over `axes` through c)
inline Reference along(std::vector<std::size_t> axes, double (*f)(double, const List&)) {
  return [axes, f](const Plains& x) -> Plains {
    return {make(x[0].shape, [&](const Shape& c) { return f(at(x[0], c), line(x[0], axes, c)); })};
  };
}

inline double total(const List& v) { return std::accumulate(v.begin(), v.end(), 0.0); }
inline double log_sum(const List& v) {
  return std::log(std::accumulate(v.begin(), v.end(), 0.0, [](double s, double x) { return s + std::exp(x); }));
}
inline double variance(const List& v) {
  const double n = static_cast<double>(v.size()), m = total(v) / n;
  return std::accumulate(v.begin(), v.end(), 0.0, [m](double s, double x) { return s + (x - m) * (x - m); }) / (n - 1);
}

}  // namespace reference
