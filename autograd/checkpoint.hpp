// checkpoint(f, inputs): f(inputs), of which the tape keeps no more than the inputs and the results. When it is
// rewound, f is run once more, and rewound at once: memory is paid for with the time of a second forward run. What
// PyTorch calls torch.utils.checkpoint (Chen, Xu, Zhang & Guestrin 2016); files on disk are nn/train/checkpoint.hpp.
//
//   for (std::size_t s = 0; s < segments; ++s)
//     state = checkpoint([&layer, x = xs[s]](const Tensors& h) { return Tensors{layer(x, h[0])}; }, state);
//
// With T steps in sqrt(T) segments, the tape keeps the states between segments and all of one segment: O(sqrt(T)).
//
// The gradients are those of f(inputs), to the bit: of the inputs and of all that f reads besides them, the weights of
// its layers and tensors of the tape. They may be recorded (create_graph; derivatives of them are the same but for
// rounding), f may call checkpoint() itself, and without a tape in scope it is f(inputs).
//
// f lives as long as the tape's entry: it should hold by value what may end before. It is seen through its results
// alone; a tensor that it leaves elsewhere is a constant. It must do the same when it is run again. So `generators`
// lists those that it draws from; their states then are put back for that run. Throws, while rewinding, if f comes
// to other results, and if something that it reads was changed in place.
#pragma once

#include <vector>

#include "autograd/functional.hpp"
#include "autograd/rng.hpp"

namespace rw::inline REWIND_ABI {

Tensors checkpoint(const Function& f, const Tensors& inputs, const std::vector<Rng*>& generators = {});

}  // namespace rw::inline REWIND_ABI
