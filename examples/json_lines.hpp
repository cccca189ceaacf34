// Files of JSON objects, one a line: a run's metrics.jsonl and samples.jsonl.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// None if there is no file. Lines that are not whole, such as the last one of a run that was killed, are left out.
std::vector<nlohmann::json> read_json_lines(const std::string& path);

}  // namespace rw::inline REWIND_ABI::examples
