// Tokenizer: a text as words.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct TokenizerOptions {
  bool lower_case = true;
  bool fold_digits = false;  // each decimal digit, of any script, becomes '0'
  bool operator==(const TokenizerOptions&) const = default;
};

// Cuts at Unicode's word boundaries (UAX 29, by ICU, for no language in particular): "Don't!" has the tokens "don't"
// and "!". Each punctuation mark is a token of its own; white space and control characters are none.
// Not to be shared by threads: give each one of its own.
class Tokenizer {
 public:
  explicit Tokenizer(const TokenizerOptions& options = {});
  Tokenizer(Tokenizer&&) noexcept;
  Tokenizer& operator=(Tokenizer&&) noexcept;
  ~Tokenizer();

  const TokenizerOptions& options() const { return options_; }

  // What is not UTF-8 reads as U+FFFD. Throws Error for a text of 2 GiB or more.
  std::vector<std::string> operator()(std::string_view source);

 private:
  struct Engine;

  TokenizerOptions options_;
  std::unique_ptr<Engine> engine_;
};

// A token in lower case, with digits folded to 0, as the options say: what a tokenizer does to a whole text.
std::string normalised(std::string_view token, const TokenizerOptions& options);

}  // namespace rw::inline REWIND_ABI::datasets
