// One file by HTTP or HTTPS, whole and checked, or not at all. What was received before an interruption, a stall or a
// cut connection is kept beside the target (part_file.hpp) and continued, if the server still has the same version.
#pragma once

#include <string>

#include "examples/transfer.hpp"

namespace rw::inline REWIND_ABI::examples {

struct FetchOptions {
  bool force = false;  // fetch even if the target is there
  bool quiet = false;
  int retries = 5;   // in a row, without a byte more
  double pause = 1;  // seconds before the first retry; doubled each time
  int stall = 30;    // seconds without a byte, after which a connection is given up
};

enum class Fetched { now, before, interrupted };

// Brings the file to `target`, and makes its folder. Fetched::before: it was there. Fetched::interrupted: a signal
// asked to stop (nn::Interrupt is the caller's). Throws if the server has no such file, if it could not be had in so
// many tries, if what came has another SHA-256, if the target is there and is another file, or if the disk refuses.
Fetched fetch(const RemoteFile& file, const std::string& target, const FetchOptions& options);

}  // namespace rw::inline REWIND_ABI::examples
