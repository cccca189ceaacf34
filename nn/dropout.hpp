#pragma once

#include "autograd/rng.hpp"
#include "autograd/tensor.hpp"

namespace rw::inline REWIND_ABI::nn {

// In training, zeroes each element with probability p and divides the rest by 1 - p (Srivastava et al. 2014); else x.
struct Dropout {
  double p = 0;
  bool training = true;
  Rng* rng = nullptr;

  Dropout() = default;
  Dropout(double probability, Rng& generator);  // throws unless 0 <= p < 1; the generator must outlive the module

  Tensor operator()(const Tensor& x) const;
  void visit(auto&&) {}
};

// Dropout with one mask for all steps of a sequence (Gal & Ghahramani 2016).
struct SequenceDropout {
  double p = 0;
  bool training = true;
  Rng* rng;

  SequenceDropout(double probability, Rng& generator);  // as Dropout

  Tensor operator()(const Tensor& x) const;  // x (T, B, D)
  Tensor mask(const Shape& shape) const;     // 0 or 1 / (1 - p); undefined where nothing is to be done
  void visit(auto&&) {}
};

// Each index replaced by `unknown` with probability p (Iyyer et al. 2015). Padding, index 0, stays, and costs no random
// number. Throws unless 0 <= p < 1.
IndexArray drop_words(const IndexArray& indices, double p, Index unknown, Rng& rng);

}  // namespace rw::inline REWIND_ABI::nn
