// A page from a file of data, so that tests of pages need no training:
//   make_page ledger DATA.json PAGE.html      or the names of the page's scripts, with commas between them
#include "examples/page/page.hpp"
#include "nn/train/files.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <sstream>

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: make_page ledger|SCRIPT[,SCRIPT...] DATA.json PAGE.html\n");
    return 2;
  }
  try {
    std::vector<std::string> scripts;
    std::istringstream names(argv[1]);
    for (std::string name; std::getline(names, name, ',');) scripts.push_back(name);
    if (scripts == std::vector<std::string>{"ledger"}) scripts = ledger_scripts();
    const nlohmann::json data = nlohmann::json::parse(rw::nn::read_file(argv[2]));
    rw::nn::replace_file(argv[3], make_page(data.value("title", "A page"), scripts, data));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
