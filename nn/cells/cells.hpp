// The list of cells that can be chosen by name. A new cell is added here.
#pragma once

#include <tuple>

#include "nn/cells/gru_cell.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

using Cells = std::tuple<RNNCell, LSTMCell, GRUCell>;

}  // namespace rw::inline REWIND_ABI::nn
