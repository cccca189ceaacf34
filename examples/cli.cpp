#include "examples/cli.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

bool interrupted = false;

void parse(CLI::App& app, int argc, char** argv, const std::string& otherwise) {
  try {
    argc == 1 && !otherwise.empty() ? app.parse(otherwise) : app.parse(argc, argv);
  } catch (const CLI::Success& e) {  // --help
    app.exit(e);
  }
}

// As a shell reads it.
std::string quoted(const std::string& word) {
  const auto plain = [](unsigned char c) { return std::isalnum(c) != 0 || std::strchr("_-./:=,+@%", c) != nullptr; };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

}  // namespace

CLI::Validator number_in(double low, double high, bool open_low) {
  const auto bounds = fmt::format("{}{} to {}", open_low ? "more than " : "", low, high);
  return CLI::Validator(
      [=](std::string& text) {
        double x = NAN;
        const bool is_number = CLI::detail::lexical_cast(text, x);
        const bool fits = is_number && (open_low ? x > low : x >= low) && x <= high;
        return fits ? std::string() : fmt::format("expected a number from {}, got {}", bounds, text);
      },
      "NUMBER");
}

void flush() {
  if (std::fflush(stdout) != 0) throw Error(std::string("cannot write the output: ") + std::strerror(errno));
}

int run(CLI::App& app, int argc, char** argv, const std::string& otherwise) {
  if (!app.get_subcommands({}).empty()) app.require_subcommand(1);
  try {
    parse(app, argc, argv, otherwise);
    if (std::ferror(stdin) != 0) throw Error("cannot read standard input: give a file or a pipe");
    flush();
    return interrupted ? 130 : 0;
  } catch (const CLI::ParseError& e) {
    return app.exit(e), 2;
  } catch (const std::bad_alloc&) {
    std::cerr << "error: out of memory: choose a smaller model or batch\n";
  } catch (const std::exception& e) {
    std::cerr << "error: " << e.what() << '\n';
  }
  return 1;
}

CLI::App& add_verb(CLI::App& app, const std::string& name, const std::string& help, std::function<bool()> work) {
  CLI::App& verb = *app.add_subcommand(name, help);
  set_work(verb, std::move(work));
  return verb;
}

void set_work(CLI::App& app, std::function<bool()> work) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);  // a repeated flag: the last counts
  app.final_callback([work = std::move(work)] { interrupted = !work(); });
}

std::string command_of(const CLI::App& app) {
  const std::string& program = (app.get_parent() == nullptr ? app : *app.get_parent()).get_name();
  std::string text = program.substr(program.rfind('/') + 1);
  if (app.get_parent() != nullptr) text += " " + app.get_name();
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    text += " " + option->get_name();
    if (option->get_items_expected_max() == 0) continue;  // a switch
    for (const std::string& value : option->results()) text += " " + quoted(value);
  }
  return text;
}

void write_with_folders(const std::string& path, const std::string& text) {
  if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty())
    nn::make_directories(folder.string());
  nn::replace_file(path, text);
}

}  // namespace rw::inline REWIND_ABI::examples
