#include "datasets/imdb.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "datasets/archive.hpp"
#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

bool is_review(std::string_view file) {
  const std::size_t stem = file.find_first_not_of("0123456789_");
  return stem != 0 && stem != file.npos && file.substr(stem) == ".txt";
}

// "pos/0_9.txt" of "aclImdb/train/pos/0_9.txt", or "" if that is no review of `part`.
std::string review_of(std::string_view name, const std::string& part) {
  constexpr std::string_view root = "aclImdb/";
  if (name.starts_with(root)) name.remove_prefix(root.size());
  if (!name.starts_with(part + "/")) return {};
  name.remove_prefix(part.size() + 1);
  const bool known = name.starts_with("neg/") || name.starts_with("pos/");
  return known && is_review(name.substr(4)) ? std::string(name) : std::string();
}

std::string without_breaks(const std::string& text) {
  constexpr std::string_view line_break = "<br />";
  std::string plain;
  std::size_t from = 0;
  for (std::size_t at; (at = text.find(line_break, from)) != text.npos; from = at + line_break.size())
    plain.append(text, from, at - from) += ' ';
  return plain.append(text, from);
}

}  // namespace

LabelledTexts read_imdb(const std::string& path, const std::string& part) {
  if (part != "train" && part != "test") fail("imdb", "part: expected train or test, got '" + part + "'");
  std::map<std::string, std::string> reviews;  // by "pos/0_9.txt"
  for_each_file(
      path, [&](const std::string& name) { return !review_of(name, part).empty(); },
      [&](const std::string& name, const std::string& content) {
        check_utf8(content, path + ": " + name, "fetch it again");
        reviews[review_of(name, part)] = without_breaks(content);
      });
  for (const char* label : {"neg/", "pos/"})
    if (const auto first = reviews.lower_bound(label); first == reviews.end() || !first->first.starts_with(label))
      fail("imdb",
           fmt::format("{}: no review in {}/{}; expected aclImdb/{}/neg/0_3.txt and the like: the folder aclImdb "
                       "or aclImdb_v1.tar.gz",
                       path, part, label, part));
  LabelledTexts texts;
  texts.classes = {"neg", "pos"};
  for (auto& [name, text] : reviews) texts.examples.push_back({std::move(text), name.starts_with("pos") ? 1 : 0});
  return texts;
}

}  // namespace rw::inline REWIND_ABI::datasets
