// What the command lines of all examples share: verbs, exit codes, checks of values.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "autograd/array.hpp"

namespace rw::inline REWIND_ABI::examples {

// Runs the verb that was asked for. Exit codes: 0; 2 for a wrong command line; 1 for any other error, output that
// cannot be written as well, which is one sentence on stderr; 130 if a verb returned false: it was interrupted. A
// command line without any word means the verb `otherwise`; without that, too, it is wrong.
int run(CLI::App& app, int argc, char** argv, const std::string& otherwise = "");

// A verb with its work, which returns false if it was interrupted.
CLI::App& add_verb(CLI::App& app, const std::string& name, const std::string& help, std::function<bool()> work);
// The same for a program that has no verbs. Before its flags are added.
void set_work(CLI::App& app, std::function<bool()> work);

// What was asked of a verb, or of a program without verbs, quoted for a shell.
std::string command_of(const CLI::App& app);

// Writes what was printed. Throws if that cannot be done.
void flush();

// nn::replace_file, making the folders that are not there.
void write_with_folders(const std::string& path, const std::string& text);

// Checks of a flag's value; unlike CLI11's own they refuse NaN.
CLI::Validator number_in(double low, double high, bool open_low = false);
inline CLI::Validator at_least_1() { return number_in(1, 1e9); }

// A flag with several values: --cells rnn,gru, or one after another.
template <class T>
CLI::Option& add_list(CLI::App& verb, const std::string& name, std::vector<T>& values, const std::string& help) {
  return *verb.add_option(name, values, help)
              ->delimiter(',')
              ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
              ->capture_default_str();
}

}  // namespace rw::inline REWIND_ABI::examples
