#include "autograd/workers.hpp"

#include <cblas.h>
#include <sched.h>

#include <atomic>
#include <exception>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "autograd/pool.hpp"

namespace rw {
namespace {

// Waits until `value` is no longer `old`: a while on the processor, as the next step is near, then asleep.
void wait(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int i = 0; i < 4000; ++i) {
    if (value.load(std::memory_order_acquire) != old) return;
    __builtin_ia32_pause();
  }
  value.wait(old, std::memory_order_acquire);
}

// One thread. The number of jobs given and done: they differ while it works.
class Worker {
 public:
  Worker() : thread_([this] { loop(); }) {}
  ~Worker() {
    job_ = nullptr;  // the end
    announce(given_);
    thread_.join();
  }

  void give(std::function<void()> job) {
    job_ = std::move(job);
    announce(given_);
  }
  void stay_on(const cpu_set_t& processors) {
    pthread_setaffinity_np(thread_.native_handle(), sizeof processors, &processors);
  }
  void join() {
    for (std::uint32_t done = done_.load(std::memory_order_acquire); done != given_.load(std::memory_order_relaxed);
         done = done_.load(std::memory_order_acquire))
      wait(done_, done);
  }

 private:
  static void announce(std::atomic<std::uint32_t>& counter) {
    counter.fetch_add(1, std::memory_order_release);
    counter.notify_one();
  }
  void loop() {
    for (std::uint32_t n = 0;; ++n) {
      wait(given_, n);
      if (!job_) return;
      job_();
      announce(done_);
    }
  }

  std::atomic<std::uint32_t> given_{0}, done_{0};
  std::function<void()> job_;
  std::thread thread_;  // last: it starts when all else is there
};

using Workers = pool::Vector<std::unique_ptr<Worker>>;

// A worker that wakes on the processor of its caller may share it for milliseconds before the system moves one of them:
// the workers keep off it, and follow when the caller has moved.
void keep_off_caller(const Workers& workers) {
  static int known = -1;
  static std::size_t placed = 0;
  const int here = sched_getcpu();
  if (here == known && placed == workers.size()) return;
  known = here, placed = workers.size();
  cpu_set_t others;
  if (here < 0 || sched_getaffinity(0, sizeof others, &others) != 0) return;
  CPU_CLR(here, &others);
  if (CPU_COUNT(&others) == 0) return;
  for (const auto& worker : workers) worker->stay_on(others);
}

std::atomic<int> wanted{0};  // 0: not said yet

// Hyper-threads of one core share what products need, so that cores count. Each core's list of threads is another line.
int physical_cores() {
  std::set<std::string> cores;
  for (unsigned cpu = 0; cpu < std::thread::hardware_concurrency(); ++cpu) {
    std::string siblings;
    std::getline(std::ifstream("/sys/devices/system/cpu/cpu" + std::to_string(cpu) + "/topology/thread_siblings_list"),
                 siblings);
    if (!siblings.empty()) cores.insert(siblings);
  }
  return cores.empty() ? std::max(1, static_cast<int>(std::thread::hardware_concurrency()))
                       : static_cast<int>(cores.size());
}

}  // namespace

void set_threads(int n) {
  wanted = n;
  openblas_set_num_threads(n);
}
int threads() {
  static const int cores = physical_cores();
  return wanted == 0 ? cores : int{wanted};
}

void run_parallel(std::size_t n, const std::function<void(std::size_t)>& work) {
  static std::atomic_flag busy;
  if (n <= 1 || busy.test_and_set(std::memory_order_acquire)) {
    for (std::size_t i = 0; i < n; ++i) work(i);
    return;
  }
  const struct Release {
    ~Release() { busy.clear(std::memory_order_release); }
  } release;
  static Workers workers;
  while (workers.size() + 1 < n) workers.push_back(std::make_unique<Worker>());
  keep_off_caller(workers);
  const int before = openblas_get_num_threads();
  if (before != 1) openblas_set_num_threads(1);
  pool::Vector<std::exception_ptr> errors(n);
  const auto guarded = [&](std::size_t i) {
    try {
      work(i);
    } catch (...) {
      errors[i] = std::current_exception();
    }
  };
  for (std::size_t i = 1; i < n; ++i) workers[i - 1]->give([&guarded, i] { guarded(i); });
  guarded(0);
  for (std::size_t i = 1; i < n; ++i) workers[i - 1]->join();
  if (before != 1) openblas_set_num_threads(before);
  for (const std::exception_ptr& error : errors)
    if (error) std::rethrow_exception(error);
}

}  // namespace rw
