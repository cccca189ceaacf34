// A tape's life: which one records, under which names, what it holds.
#include <atomic>
#include <map>

#include "autograd/profile.hpp"
#include "autograd/record.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {
namespace {

thread_local Tape* current_tape = nullptr;
thread_local bool anomaly_mode = false;

std::uint64_t next_serial() {
  static std::atomic<std::uint64_t> serial{0};
  return ++serial;
}

}  // namespace

Tape::Tape() : serial_(next_serial()), outer_(std::exchange(current_tape, this)) {}
Tape::~Tape() { current_tape = outer_; }
Tape* Tape::current() { return current_tape; }
Tape* Tape::set_current(Tape* tape) { return std::exchange(current_tape, tape); }

Profile& Tape::profile() {
  if (profile_ == nullptr) profile_.reset(new Profile(*this));
  return *profile_;
}

std::size_t Tape::bytes() const {
  std::map<const void*, std::size_t> blocks;  // arrays share them
  for (const Entry& entry : entries_)
    for (const Operand& y : entry.outputs())
      blocks.emplace(y.node->value.storage().block(),
                     entry.rule == nullptr ? 0 : y.node->value.storage().block_bytes());
  for (const Entry& entry : entries_)
    if (const Buffer<Scalar>* saved = entry.rule == nullptr ? nullptr : entry.rule->saved(); saved != nullptr)
      blocks.emplace(saved->block(), saved->block_bytes());
  std::size_t total = 0;
  for (const auto& [block, bytes] : blocks) total += bytes;
  return total;
}

void Tape::clear() {
  entries_.clear();
  rewound_ = std::exchange(serial_, next_serial());
  slots_ = 0;
}

Scope::Scope(const char* name, std::ptrdiff_t index) : tape_(current_tape) {
  if (tape_ == nullptr) return;
  outer_ = tape_->scope_;
  tape_->scopes_.push_back({outer_, name, index});
  tape_->scope_ = static_cast<std::uint32_t>(tape_->scopes_.size());
}
Scope::~Scope() {
  if (tape_ != nullptr) tape_->scope_ = outer_;
}

Pause::Pause() : paused_(std::exchange(current_tape, nullptr)) {}
Pause::~Pause() { current_tape = paused_; }

Skimming::Skimming(Tensors& reads) : tape_(current_tape), before_(std::exchange(tape_->reads_, &reads)) {}
Skimming::~Skimming() { tape_->reads_ = before_; }
bool Skimming::active() { return current_tape != nullptr && current_tape->reads_ != nullptr; }

AnomalyMode::AnomalyMode() : before_(std::exchange(anomaly_mode, true)) {}
AnomalyMode::~AnomalyMode() { anomaly_mode = before_; }
bool AnomalyMode::active() { return anomaly_mode; }

}  // namespace rw::inline REWIND_ABI
