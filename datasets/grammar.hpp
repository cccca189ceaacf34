// Grammar: a context-free grammar, from which texts are drawn.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/rng.hpp"

namespace rw::inline REWIND_ABI::datasets {

// One rule a line; a line that begins with a space goes on with the rule above:
//
//   review = The {part} was {verdict}.
//     | I liked the {part}.
//   part = plot | acting
class Grammar {
 public:
  // Throws Error for a text that is no grammar.
  explicit Grammar(std::string_view rules);

  // `text` with each "{symbol}" replaced by one of the rule's alternatives, all equally probable, and so on within it.
  // Throws Error for a symbol without a rule.
  std::string draw(std::string_view text, Rng& rng) const;

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> rules_;
};

}  // namespace rw::inline REWIND_ABI::datasets
