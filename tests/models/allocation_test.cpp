// In the steady state a training step asks the system for no memory: the pool gives back what the step before
// released. Counted by replacing operator new, and by what the pool takes.
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <new>

#include "autograd/pool.hpp"
#include "autograd/rng.hpp"
#include "autograd/tape.hpp"
#include "datasets/streams.hpp"
#include "models/char_rnn.hpp"
#include "nn/train/optim.hpp"

namespace {
std::atomic<std::size_t> news{0};
}

void* operator new(std::size_t n) {
  ++news;
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  ++news;
  return std::malloc(n);
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace rw;

TEST_CASE("a training step allocates nothing after the first two") {
  for (const std::string& cell : nn::cell_names()) {
    Rng rng(1);
    IndexArray sequence(Shape{4000});
    for (Index& i : sequence) i = static_cast<Index>(rng.below(20));
    datasets::Streams streams(sequence, 4, 16, {.shift = &rng});
    models::CharRNN model({.cell = cell, .vocabulary = 20, .hidden = 32, .layers = 2, .embed = 8, .dropout = 0.1}, rng);
    const auto named = nn::named_parameters(model);
    const auto parameters = nn::parameters(model);
    auto optimizer = nn::make_optimizer("adam", named, {});
    auto state = model.zero_state(4);
    const auto step = [&] {
      Tape tape;
      const datasets::Batch batch = streams.next();
      auto [loss, last] = model.loss(batch, state);
      tape.backward(loss);
      for (std::size_t i = 0; i < state.size(); ++i) state[i] = detach(last[i]);
      nn::clip_grad_norm(parameters, 1);
      optimizer->step();
      for (Tensor p : parameters) p.zero_grad();
    };
    step(), step();
    const std::size_t news_before = news, taken_before = pool::taken();
    for (int i = 0; i < 10; ++i) step();
    const std::size_t allocations = news - news_before, taken = pool::taken() - taken_before;
    INFO(cell);
    CHECK(allocations == 0);
    CHECK(taken == 0);
  }
}
