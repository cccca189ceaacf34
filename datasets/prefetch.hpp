// Prefetch: makes the next items on a thread of its own while the last one is being used.
//
//   Prefetch<Padded, LengthBatches> batches(LengthBatches(lengths, 32, rng),
//                                           [&](const Picks& picks) { return pad(reviews, picks, 0, 1); });
//   const Padded batch = batches.next();    // while a step is made of it, the thread pads the next ones
#pragma once

#include <fmt/format.h>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

// `Source` says what comes next and where it is, by next(), cursor() and set_cursor(), as LengthBatches does; `make`
// turns what it says into an item, T. Both run on the one thread, in order, so the items are those that would be made
// without it. What they read must not change meanwhile, least of all a shared Rng.
template <class T, class Source>
class Prefetch {
 public:
  using Cursor = std::remove_cvref_t<decltype(std::declval<const Source&>().cursor())>;
  using Make = std::function<T(decltype(std::declval<Source&>().next()))>;

  // At most `ahead` items wait. The thread starts with the first next(); the destructor waits for the item that is
  // being made. Throws Error for ahead = 0.
  Prefetch(Source source, Make make, std::size_t ahead = 2)
      : source_(std::move(source)), make_(std::move(make)), ahead_(ahead), cursor_(source_.cursor()) {
    if (ahead == 0) fail("prefetch", "ahead: 0 items made ahead, expected at least 1");
  }

  // Throws what making the item threw; so does every call after it, until set_cursor().
  T next() {
    if (!thread_.joinable()) thread_ = std::jthread([this](std::stop_token stop) { run(stop); });
    std::unique_lock lock(mutex_);
    made_.wait(lock, [&] { return !items_.empty() || error_ != nullptr; });
    if (items_.empty()) std::rethrow_exception(error_);
    Item item = std::move(items_.front());
    items_.pop_front();
    lock.unlock();
    taken_.notify_one();
    cursor_ = std::move(item.after);
    return std::move(item.value);
  }

  // Where next() goes on: behind the last item that it gave, however many were made ahead.
  const Cursor& cursor() const { return cursor_; }
  // Drops what was made ahead. Throws what the source throws; then nothing has changed.
  void set_cursor(const Cursor& cursor) {
    thread_ = {};  // stopped and joined
    items_.clear(), error_ = nullptr;
    source_.set_cursor(cursor_);
    source_.set_cursor(cursor);
    cursor_ = cursor;
  }

  std::size_t steps_per_epoch() const { return source_.steps_per_epoch(); }  // if the source has it; never changes

 private:
  struct Item {
    T value;
    Cursor after;  // the source's, when it had been asked for this item and no further
  };

  void run(const std::stop_token& stop) {
    std::exception_ptr error;
    try {
      while (room(stop)) {
        T value = make_(source_.next());
        add({std::move(value), source_.cursor()});
      }
    } catch (...) {
      error = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    error_ = std::move(error);
    made_.notify_one();
  }

  // Waits until another item may be made; false if none is wanted any more.
  bool room(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, stop, [&] { return items_.size() < ahead_; });
    return !stop.stop_requested();
  }
  void add(Item item) {
    const std::lock_guard lock(mutex_);
    items_.push_back(std::move(item));
    made_.notify_one();
  }

  Source source_;  // the thread's, while it runs
  Make make_;
  std::size_t ahead_;
  Cursor cursor_;
  std::mutex mutex_;  // of items_ and error_
  std::condition_variable_any made_, taken_;
  std::deque<Item> items_;
  std::exception_ptr error_;
  std::jthread thread_;  // last: it ends before all else
};

}  // namespace rw::inline REWIND_ABI::datasets
