// Rewind's own contestants.
#pragma once

#include "peers.hpp"

namespace rw::bench {

Contestant rewind_step(const Layers& layers, int threads);
Contestant rewind_step(const CharModel& model, int threads);
Contestant rewind_inference(const Layers& layers);
Contestant rewind_additions(std::size_t rows, std::size_t columns, Work work);
Contestant sgemm_peak(int threads);  // a product of two 1536 x 1536 matrices
constexpr double peak_flops = 2. * 1536 * 1536 * 1536;

}  // namespace rw::bench
