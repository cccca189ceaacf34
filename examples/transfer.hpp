// One request by libcurl, and what it adds to the part of a file that is there.
#pragma once

#include <cstdint>
#include <string>

#include "examples/part_file.hpp"
#include "nn/train/progress.hpp"

namespace rw::inline REWIND_ABI::examples {

struct RemoteFile {
  std::string url;
  std::uint64_t size;  // bytes; without a sha256, about so many
  std::string sha256;  // 64 hexadecimal digits; "": nobody has published it, so the file cannot be checked
};

struct Outcome {
  enum { complete, wrong, again, interrupted } is;  // wrong: not the file; again: another try may do better
  std::string reason = {};                          // of `wrong` and `again`
};

// Asks for the rest of `part`, or for all of it if the server does not have that version any more, follows redirects to
// http and https, and gives up after `stall` seconds without a byte, or if a signal asks to stop (nn::Interrupt).
// Throws what another try would not mend.
Outcome transfer(const RemoteFile& file, PartFile& part, nn::Progress& progress, int stall);

}  // namespace rw::inline REWIND_ABI::examples
