// What a translation looked at, word by word: as an SVG picture, and as a section of a report.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// The source's words (or pieces of words) stand along the top, those of the target down the left side. The darker a
// cell, the more the step that wrote this target word read of that source word; a NaN has no cell.
struct AttentionPicture {
  struct Head {
    std::string name;
    Array weights;  // (T, S), each row sums to 1
  };

  std::string title;
  std::vector<std::string> source, target;  // S and T of them
  std::vector<Head> heads;                  // a panel each
};

// The text of an SVG file (write_with_folders() in cli.hpp writes it), in light or dark colours as the system has them.
// Throws Error if weights are not (T, S).
std::string svg_of(const AttentionPicture& picture);

// Adds a sentence to the section "attention" of a report (report.hpp), made if need be: a matrix for each head, and
// the reference translation if there is one. `of` names where the sentences are from.
void add_attention(nlohmann::json& report, const std::string& of, const AttentionPicture& picture,
                   const std::string& reference = "");

}  // namespace rw::inline REWIND_ABI::examples
