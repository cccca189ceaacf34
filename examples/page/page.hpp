// One self-contained HTML page: styles, scripts and data are inside it, and nothing is fetched. It works from a file.
//
//   nn::replace_file("report.html", make_page("A run", {"report.js"}, data));
//
// Every page has page.css and the shared scripts (page.js, packed.js, colours.js, charts.js, heat_map.js, table.js);
// `scripts` are those of its own kind (and its styles, *.css), files of this folder that were embedded in the program.
// The last one begins the work: it calls pageData() for the data and fills the element <main>.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

// A file of this folder, page.css or a script. Throws std::invalid_argument for a name that is none.
std::string_view page_file(std::string_view name);

// Whatever text the title and the data contain, it stays text. Infinities and NaN become null.
std::string make_page(const std::string& title, const std::vector<std::string>& scripts, const nlohmann::json& data);

std::vector<std::string> ledger_scripts();
