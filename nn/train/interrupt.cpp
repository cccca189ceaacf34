#include "nn/train/interrupt.hpp"

#include <atomic>

namespace rw::inline REWIND_ABI::nn {
namespace {

volatile sig_atomic_t signalled = 0;
std::atomic<int> alive = 0;

extern "C" void note_signal(int) { signalled = 1; }

}  // namespace

Interrupt::Interrupt() : outermost_(alive++ == 0) {
  if (!outermost_) return;
  signalled = 0;
  struct sigaction action = {};
  action.sa_handler = note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);  // the second signal: as if we were not here
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_int_);
  sigaction(SIGTERM, &action, &old_term_);
}

Interrupt::~Interrupt() {
  --alive;
  if (!outermost_) return;
  sigaction(SIGINT, &old_int_, nullptr);
  sigaction(SIGTERM, &old_term_, nullptr);
}

bool Interrupt::requested() { return signalled != 0; }

}  // namespace rw::inline REWIND_ABI::nn
