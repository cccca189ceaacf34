#include "examples/page/page.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "examples/page/embedded.hpp"

namespace {

const std::vector<std::string> shared_scripts = {"page.js",          "packed.js",   "colours.js", "charts.js",
                                                 "chart_pointer.js", "heat_map.js", "table.js"};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
    text.replace(at, what.size(), by);
}

std::string escaped(std::string text) {
  replace_all(text, "&", "&amp;");
  replace_all(text, "<", "&lt;");
  replace_all(text, "\"", "&quot;");
  return text;
}

// Without a "<" no text ends the script, and none begins a comment.
std::string script_data(const nlohmann::json& data) {
  std::string text = data.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  replace_all(text, "<", "\\u003c");
  replace_all(text, "\u2028", "\\u2028");
  replace_all(text, "\u2029", "\\u2029");
  return text;
}

}  // namespace

std::string_view page_file(std::string_view name) {
  for (const auto& [file, text] : embedded_page_files())
    if (file == name) return text;
  throw std::invalid_argument(fmt::format("[page] no file {} was embedded: is it in examples/page?", name));
}

std::string make_page(const std::string& title, const std::vector<std::string>& scripts, const nlohmann::json& data) {
  std::string styles(page_file("page.css"));
  for (const std::string& name : scripts)
    if (name.ends_with(".css")) styles += page_file(name);
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{}</title>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'; img-src data:\">\n"
      "<style>\n{}</style>\n</head>\n<body>\n<main id=\"page\"></main>\n"
      "<noscript>This page draws itself with JavaScript; please allow it.</noscript>\n"
      "<script type=\"application/json\" id=\"data\">{}</script>\n",
      escaped(title), styles, script_data(data));
  for (const auto* names : {&shared_scripts, &scripts})
    for (const std::string& name : *names)
      if (name.ends_with(".js")) page += fmt::format("<script>\n{}</script>\n", page_file(name));
  return page + "</body>\n</html>\n";
}

std::vector<std::string> ledger_scripts() {
  return {"ledger.css",        "ledger_numbers.js",   "ledger_network.js",  "ledger_layout.js",   "ledger_cells.js",
          "ledger_drawing.js", "ledger_overview.js",  "ledger_player.js",   "ledger_unrolled.js", "ledger_map.js",
          "ledger_cut.js",     "ledger_jacobians.js", "ledger_sentence.js", "ledger_units.js",    "ledger_page.js"};
}
