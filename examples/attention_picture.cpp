#include "examples/attention_picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/utf8.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using nlohmann::json;

// In pixels: a cell's side, a letter's usual width, what surrounds a panel. Words lean by 60 degrees.
constexpr double cell = 22, letter = 7.5, gap = 18, title_height = 34, sine = 0.866, cosine = 0.5;
constexpr std::size_t longest_word = 24;  // in characters; of longer ones the beginning is shown

constexpr const char* style =
    ".paper{fill:#fdfcf9}text{font:13px system-ui,sans-serif;fill:#1f2328}.title{font-size:16px;font-weight:600}"
    ".name{fill:#5b6470}.cell{fill:#0072b2}.frame{fill:none;stroke:#c9c6bd}@media(prefers-color-scheme:dark){"
    ".paper{fill:#14171b}text{fill:#e6e4df}.name{fill:#a4acb6}.cell{fill:#56b4e9}.frame{stroke:#3a424c}}";

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }
std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

// As UTF-8 that XML allows: controls are blanks.
std::string clean(const std::string& text) {
  datasets::Utf8Stream stream;
  std::string whole = stream.push(text);
  whole += stream.finish();
  for (char& c : whole)
    if (c >= 0 && c < ' ') c = ' ';
  for (const char* none : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"})  // U+FFFE and U+FFFF
    for (std::size_t at; (at = whole.find(none)) != whole.npos;) whole.replace(at, 3, "\xEF\xBF\xBD");
  return whole;
}

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : clean(text))
    safe += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '"' ? "&quot;" : std::string{c};
  return safe;
}

std::string shortened(const std::string& text) {
  std::string word = clean(text);
  if (characters(word) <= longest_word) return word;
  std::size_t end = 0;
  for (std::size_t n = 0; n < longest_word; ++n)
    for (++end; !starts_character(word[end]);) ++end;
  return word.substr(0, end) + "…";
}

// Characters of three bytes and more are mostly ideographs, which are as wide as two letters.
double width_of(const std::string& text) {
  const auto wide =
      std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE3; });
  return letter * static_cast<double>(characters(text) + static_cast<std::size_t>(wide));
}

double widest(const std::vector<std::string>& words) {
  double width = letter;
  for (const std::string& word : words) width = std::max(width, width_of(shortened(word)));
  return width;
}

struct Layout {
  // Of a panel: where its cells begin, and all of it with a gap at the right and below.
  double left, top, width, height;
  std::size_t columns, rows;  // of panels
};

Layout layout_of(const AttentionPicture& picture) {
  const auto S = static_cast<double>(picture.source.size()), T = static_cast<double>(picture.target.size());
  const double left = widest(picture.target) + gap, slanted = widest(picture.source), top = sine * slanted + 2 * gap;
  const std::size_t n = picture.heads.size();
  const std::size_t columns = n <= 3 ? n : static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(n))));
  return {left,
          top,
          left + cell * S + std::max(gap, cosine * slanted),
          top + cell * T + gap,
          std::max<std::size_t>(columns, 1),
          columns == 0 ? 0 : (n + columns - 1) / columns};
}

std::string words_of(const AttentionPicture& picture) {
  std::string svg;
  for (std::size_t s = 0; s < picture.source.size(); ++s)
    svg += fmt::format("<text transform=\"translate({:.1f},-6) rotate(-60)\">{}</text>\n",
                       cell * (static_cast<double>(s) + 0.6), escaped(shortened(picture.source[s])));
  for (std::size_t t = 0; t < picture.target.size(); ++t)
    svg += fmt::format("<text x=\"-7\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                       cell * (static_cast<double>(t) + 0.7), escaped(shortened(picture.target[t])));
  return svg;
}

std::string cells_of(const AttentionPicture& picture, const Array& weights) {
  const std::size_t T = picture.target.size(), S = picture.source.size();
  std::string svg;
  for (std::size_t i = 0; i < T * S; ++i) {
    const double weight = static_cast<double>(weights.data()[i]);
    if (std::isnan(weight)) continue;
    svg += fmt::format(
        "<rect class=\"cell\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill-opacity=\"{:.3f}\">"
        "<title>{} ← {}: {:.3f}</title></rect>\n",
        cell * static_cast<double>(i % S), cell * static_cast<double>(i / S), cell, cell, std::clamp(weight, 0., 1.),
        escaped(picture.target[i / S]), escaped(picture.source[i % S]), weight);
  }
  return svg + fmt::format("<rect class=\"frame\" width=\"{}\" height=\"{}\"/>\n", cell * static_cast<double>(S),
                           cell * static_cast<double>(T));
}

void check_weights(const AttentionPicture& picture) {
  for (const auto& head : picture.heads)
    check_shape("attention_picture", "weights", {picture.target.size(), picture.source.size()}, head.weights.shape());
}

}  // namespace

std::string svg_of(const AttentionPicture& picture) {
  check_weights(picture);
  const Layout panel = layout_of(picture);
  const double title = 1.2 * width_of(picture.title) + 2 * gap;
  const double width = std::max(title, gap + panel.width * static_cast<double>(panel.columns));
  const double height = title_height + panel.height * static_cast<double>(panel.rows);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
      "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<title>{2}</title>\n<style>{3}</style>\n"
      "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n"
      "<text class=\"title\" x=\"{4}\" y=\"24\">{2}</text>\n",
      width, height, escaped(picture.title), style, gap);
  for (std::size_t i = 0; i < picture.heads.size(); ++i) {
    const double x = gap + panel.width * static_cast<double>(i % panel.columns);
    const double y = title_height + panel.height * static_cast<double>(i / panel.columns);
    svg += fmt::format("<text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x, y + 14,
                       escaped(picture.heads[i].name));
    svg += fmt::format("<g transform=\"translate({:.1f},{:.1f})\">\n{}{}</g>\n", x + panel.left, y + panel.top,
                       words_of(picture), cells_of(picture, picture.heads[i].weights));
  }
  return svg + "</svg>\n";
}

void add_attention(json& report, const std::string& of, const AttentionPicture& picture, const std::string& reference) {
  check_weights(picture);
  const std::size_t T = picture.target.size(), S = picture.source.size();
  json heads = json::array();
  for (const auto& head : picture.heads) {
    json rows = json::array();
    for (std::size_t t = 0; t < T; ++t) {
      rows.push_back(json::array());
      for (std::size_t s = 0; s < S; ++s) {
        const double weight = static_cast<double>(head.weights.data()[t * S + s]);
        rows.back().push_back(std::isfinite(weight) ? json(std::round(1e4 * weight) / 1e4) : json(nullptr));
      }
    }
    heads.push_back({{"name", head.name}, {"weights", std::move(rows)}});
  }
  json& attention = report["attention"];
  attention["of"] = of;
  attention["items"].push_back(
      {{"source", picture.source}, {"target", picture.target}, {"reference", reference}, {"heads", std::move(heads)}});
}

}  // namespace rw::inline REWIND_ABI::examples
