#include "examples/translate_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>

#include "datasets/chrf.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using datasets::TextCodec;

constexpr std::size_t most_shown = 6, most_pieces = 40, fewest_pieces = 5;

std::vector<std::string> pieces_of(const TextCodec& codec, const std::vector<Index>& indices) {
  std::vector<std::string> pieces;
  for (const Index index : indices) pieces.push_back(shown_piece(codec, index));
  return pieces;
}

// Columns on a terminal, of letters that take one each: code points.
std::size_t width_of(const std::string& text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

std::string padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ') + text;
}

// The first ones of an order by f, of sentences that are neither tiny nor too long to look at.
std::vector<std::size_t> ordered(const datasets::Sequences& translations, const std::vector<double>& scores) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < translations.size(); ++i)
    if (translations[i].size() >= fewest_pieces && translations[i].size() <= most_pieces) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return scores[a] < scores[b]; });
  return order;
}

}  // namespace

std::string shown_piece(const TextCodec& codec, Index index) {
  const std::string piece = codec.piece(index), mark = "\u2581";
  if (codec.kind() == datasets::CodecOptions::words || index <= datasets::special::end || piece == mark) return piece;
  if (piece.starts_with(mark)) return piece.substr(mark.size());
  return std::ispunct(static_cast<unsigned char>(piece[0])) != 0 ? piece : "-" + piece;
}

AttentionPicture picture_of(const Network& network, const TranslationSetup& setup, const std::vector<Index>& source,
                            const std::vector<Index>& target) {
  return {"",
          pieces_of(setup.source, source),
          pieces_of(setup.target, target),
          {{"", attention_of(network, source, target)}}};
}

std::string text_of(const AttentionPicture& picture) {
  std::size_t left = 0;
  for (const std::string& word : picture.target) left = std::max(left, width_of(word));
  std::string text(left, ' ');
  for (const std::string& word : picture.source) text += " " + word;
  text += '\n';
  const Scalar* weight = picture.heads.at(0).weights.data();
  for (const std::string& word : picture.target) {
    text += padded(word, left);
    for (const std::string& above : picture.source) {
      const int tenths = static_cast<int>(std::lround(10 * *weight++));
      text += " " + padded(tenths == 0 ? "." : std::to_string(tenths), width_of(above));
    }
    text += '\n';
  }
  return text;
}

void add_translations(nlohmann::json& report, const Network& network, const TranslationSetup& setup,
                      const datasets::ParallelText& pairs, const datasets::Sequences& translations,
                      const std::string& of) {
  if (!attends(setup.config)) return;
  std::vector<double> scores;
  for (std::size_t i = 0; i < translations.size(); ++i)
    scores.push_back(datasets::corpus_chrf({setup.target.decode(translations[i])}, {pairs.target[i]}));
  std::vector<std::size_t> order = ordered(translations, scores);
  const std::size_t n = std::min(most_shown, order.size() / 2);
  std::rotate(order.begin(), order.end() - static_cast<std::ptrdiff_t>(n), order.end());
  order.resize(2 * n);  // the best, then the worst
  for (const std::size_t i : order)
    add_attention(report, of, picture_of(network, setup, setup.source.encode(pairs.source[i]), translations[i]),
                  fmt::format("{} (chrF {:.0f})", pairs.target[i], scores[i]));
}

}  // namespace rw::inline REWIND_ABI::examples
