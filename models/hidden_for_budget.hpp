// How wide a model may be if its parameters are limited: cells are compared with equally many.
#pragma once

#include <functional>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::models {

// The largest hidden size whose model has at most `budget` parameters. parameters_of(hidden) counts them, and grows.
// Throws if one hidden unit is too much.
std::size_t hidden_for_budget(std::size_t budget, const std::function<std::size_t(std::size_t hidden)>& parameters_of);

}  // namespace rw::inline REWIND_ABI::models
