// The public corpora that `datasets` knows, by their official addresses.
#pragma once

#include <string>
#include <vector>

#include "examples/fetch.hpp"

namespace rw::inline REWIND_ABI::examples {

struct Corpus {
  std::string name, what, licence;
  std::vector<RemoteFile> files;
};

const std::vector<Corpus>& corpora();

}  // namespace rw::inline REWIND_ABI::examples
