#include "examples/fetch.hpp"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "autograd/check.hpp"
#include "examples/part_file.hpp"
#include "examples/sha256.hpp"
#include "nn/train/interrupt.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

// What can be wrong with a file that is whole. "": nothing, or nothing is known.
std::string difference(const RemoteFile& file, const std::string& path) {
  if (file.sha256.empty()) return "";
  const std::string got = sha256_of_file(path);
  return got == file.sha256 ? "" : fmt::format("SHA-256 is {}, expected {}", got, file.sha256);
}

// False if a signal ended it.
bool pause(double seconds) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end && !nn::Interrupt::requested()) ::poll(nullptr, 0, 20);
  return !nn::Interrupt::requested();
}

// One try, and the check of what it completes.
Outcome receive(const RemoteFile& file, PartFile& part, nn::Progress& progress, int stall) {
  const bool resumed = part.size() > 0;
  Outcome outcome = transfer(file, part, progress, stall);
  if (outcome.is == Outcome::complete) {
    const std::string wrong = difference(file, part.path());
    if (!wrong.empty()) outcome = {Outcome::wrong, wrong};
  }
  if (outcome.is != Outcome::wrong) return outcome;
  part.restart("");
  if (resumed) return {Outcome::again, outcome.reason + ", with what was kept from before"};
  fail("fetch",
       fmt::format("{}: {}: it is not the file that was published; nothing is kept; try again, or name another "
                   "address with --from",
                   file.url, outcome.reason));
}

// False if it was interrupted.
bool receive_all(const RemoteFile& file, PartFile& part, nn::Progress& progress, const FetchOptions& options) {
  std::uint64_t most = part.size();
  for (int failures = 0;;) {
    const Outcome outcome = receive(file, part, progress, options.stall);
    if (outcome.is != Outcome::again) return outcome.is == Outcome::complete;
    failures = part.size() > most ? 1 : failures + 1;
    most = std::max(most, part.size());
    if (failures > options.retries)
      fail("fetch", fmt::format("{}: given up at try {}: {}; the same command goes on where this one stopped, --from "
                                "names another address",
                                file.url, failures, outcome.reason));
    const double seconds = options.pause * static_cast<double>(1U << std::min(failures - 1, 10));
    progress.print(fmt::format("{}; next try in {:.3g} s", outcome.reason, seconds));
    if (!pause(seconds)) return false;
  }
}

}  // namespace

Fetched fetch(const RemoteFile& file, const std::string& target, const FetchOptions& options) {
  if (!options.force && std::filesystem::exists(target)) {
    const std::string wrong = difference(file, target);
    if (wrong.empty()) return Fetched::before;
    fail("fetch", fmt::format("{} is there, and is another file: its {}; move it away, or replace it with --force",
                              target, wrong));
  }
  PartFile part(target);
  const double start = static_cast<double>(part.size()) / static_cast<double>(std::max<std::uint64_t>(file.size, 1));
  nn::Progress progress("kB", options.quiet, start);
  progress.print(file.url);
  if (!receive_all(file, part, progress, options)) return Fetched::interrupted;
  part.become_target();
  return Fetched::now;
}

}  // namespace rw::inline REWIND_ABI::examples
