#include "autograd/pointwise.hpp"

namespace rw::inline REWIND_ABI {
namespace {
thread_local bool composed_mode = false;
}

Composed::Composed() : before_(std::exchange(composed_mode, true)) {}
Composed::~Composed() { composed_mode = before_; }
bool Composed::active() { return composed_mode; }

}  // namespace rw::inline REWIND_ABI
