// Threads that live as long as the program and wait for work.
#pragma once

#include <cstddef>
#include <functional>

namespace rw {

// How many threads a split batch, or a large product, may use. Unless it is set: the number of physical cores, and for
// BLAS what it finds by itself (OPENBLAS_NUM_THREADS).
void set_threads(int n);
int threads();

// Calls work(0) ... work(n - 1) at the same time, work(0) on this thread, and returns when all have returned. Meanwhile
// BLAS runs on one thread: one level only, since idle BLAS threads spin. Throws what the work of the lowest number
// threw. While a call lasts, others (of work itself, of another thread) do their parts one after another.
void run_parallel(std::size_t n, const std::function<void(std::size_t)>& work);

}  // namespace rw
