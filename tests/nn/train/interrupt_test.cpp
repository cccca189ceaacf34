// Ctrl-C as a question.
#include "nn/train/interrupt.hpp"

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>

using namespace rw;

TEST_CASE("an interrupt inside another, of whichever thread, leaves the signal to the outer one") {
  const nn::Interrupt outer;
  CHECK_FALSE(nn::Interrupt::requested());
  { const nn::Interrupt inner; }
  std::raise(SIGTERM);
  { const nn::Interrupt inner; }
  std::thread([] { const nn::Interrupt inner; }).join();
  CHECK(nn::Interrupt::requested());
}

TEST_CASE("a new interrupt does not know the signal of an old one, and hears its own") {
  for (int i = 0; i < 2; ++i) {
    const nn::Interrupt interrupt;
    CHECK_FALSE(nn::Interrupt::requested());
    std::raise(SIGINT);
    CHECK(nn::Interrupt::requested());
  }
}
