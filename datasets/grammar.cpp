#include "datasets/grammar.hpp"

#include <fmt/format.h>

#include <sstream>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  return first == text.npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Grammar::Grammar(std::string_view rules) {
  std::vector<std::string>* rule = nullptr;
  std::istringstream lines{std::string(rules)};
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    if (line[0] != ' ') {
      const auto equals = line.find('=');
      rule = equals == line.npos ? nullptr : &rules_[trim(line.substr(0, equals))];
      line.erase(0, equals + 1);
    }
    if (rule == nullptr) fail("grammar", fmt::format("\"{}\": expected \"symbol = alternative | ...\"", line));
    std::istringstream alternatives(line);
    for (std::string alternative; std::getline(alternatives, alternative, '|');)
      if (const std::string text = trim(alternative); !text.empty()) rule->push_back(text);
  }
}

std::string Grammar::draw(std::string_view text, Rng& rng) const {
  std::string drawn;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at), close = text.find('}', open);
    drawn += text.substr(at, open - at);
    if (open == text.npos) break;
    const std::string_view symbol = text.substr(open + 1, close - open - 1);
    const auto rule = rules_.find(symbol);
    if (close == text.npos || rule == rules_.end() || rule->second.empty())
      fail("grammar", fmt::format("{{{}}}: there is no such rule", symbol));
    drawn += draw(rule->second[rng.below(rule->second.size())], rng);
    at = close + 1;
  }
  return drawn;
}

}  // namespace rw::inline REWIND_ABI::datasets
