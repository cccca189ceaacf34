// Lesson 9, exercise 2: a scan back is a scan forward over the sequence turned round. Turning a padded one round puts
// its padding first.
#include "autograd/ops.hpp"
#include "examples/lessons/claims.hpp"
#include "nn/cells/rnn_cell.hpp"
#include "nn/mask.hpp"
#include "nn/recurrent.hpp"

using namespace rw;

int main() {
  lessons::Claims claim;
  Rng rng(1);
  nn::Recurrent<nn::RNNCell> layer(2, 3, rng);
  auto backward = layer;  // the same weights
  backward.reversed = true;

  const Tensor x = rng.normal({5, 1, 2});
  const Array turned = flip(layer(flip(x, {0})).outputs, {0}).value();
  claim("without padding: flip, scan, flip", lessons::same(turned, backward(x).outputs.value()));

  IndexArray lengths(Shape{1});
  lengths(0) = 3;  // two steps of padding
  const nn::Mask mask = nn::mask_of_lengths(lengths, 5);
  const Array right = slice(backward(x, mask).outputs, 0, 0, 3).value();
  const Array without_mask = slice(flip(layer(flip(x, {0})).outputs, {0}), 0, 0, 3).value();
  claim("with padding it is wrong: the scan has read the padding first", lessons::distance(without_mask, right) > 0.01);

  // Left padding is as good as right padding: the mask says where the real steps are.
  Array real(Shape{5, 1}, 1.);
  real(0, 0) = real(1, 0) = 0;
  const Array masked = flip(layer(flip(x, {0}), nn::Mask(real)).outputs, {0}).value();
  claim("with a mask that was turned round as well, it is right",
        lessons::same(slice(Tensor(masked), 0, 0, 3).value(), right));
  return claim.failed();
}
