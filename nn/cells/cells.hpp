// The list of cells that can be chosen by name. A new cell is added here.
#pragma once

#include <tuple>

#include "nn/cells/attentive_lstm_cell.hpp"
#include "nn/cells/coupled_lstm_cell.hpp"
#include "nn/cells/gru_cell.hpp"
#include "nn/cells/gru_reset_before_cell.hpp"
#include "nn/cells/layer_norm_lstm_cell.hpp"
#include "nn/cells/lstm_cell.hpp"
#include "nn/cells/mgu_cell.hpp"
#include "nn/cells/min_gru_cell.hpp"
#include "nn/cells/peephole_lstm_cell.hpp"
#include "nn/cells/rnn_cell.hpp"

namespace rw::inline REWIND_ABI::nn {

using Cells = std::tuple<RNNCell, ReluRNNCell, IRNNCell, LSTMCell, PeepholeLSTMCell, CoupledLSTMCell, LayerNormLSTMCell,
                         AttentiveLSTMCell, GRUCell, GRUResetBeforeCell, MGUCell, MinGRUCell>;

}  // namespace rw::inline REWIND_ABI::nn
