#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "examples/environment.hpp"
#include "examples/flags.hpp"
#include "examples/page/page.hpp"
#include "examples/report.hpp"

namespace rw::inline REWIND_ABI::examples {

using nlohmann::json;

void write_report(const ReportFlags& flags, json report) {
  report["command"] = flags.command(), report["flags"] = flags.flags(), report["environment"] = environment();
  const std::vector<std::string> scripts = {"report.css",         "report_curves.js",    "report_confusion.js",
                                            "report_mistakes.js", "report_attention.js", "report_compare.js",
                                            "report_page.js"};
  const std::string page = make_page(report.at("title"), scripts, report);
  write_with_folders(flags.path, page);
  fmt::print("report: {}, {:.0f} KB\n", flags.path, static_cast<double>(page.size()) / 1e3);
  flush();
}

}  // namespace rw::inline REWIND_ABI::examples
