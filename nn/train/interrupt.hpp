// Ctrl-C (SIGINT) and SIGTERM as a question: has somebody asked to stop? The second signal has its usual
// effect, so that a program that hangs can still be ended. One inside another, of any thread, leaves it to that.
#pragma once

#include <signal.h>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::nn {

class Interrupt {
 public:
  Interrupt();   // from here on the first signal is only noted
  ~Interrupt();  // puts the handlers back that were there before
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  static bool requested();

 private:
  bool outermost_;
  struct sigaction old_int_, old_term_;
};

}  // namespace rw::inline REWIND_ABI::nn
