// Public corpora: what they are, and how to get them.
//
//   datasets list                        names, sizes, licences, addresses
//   datasets fetch NAME... --to DIR      DIR/NAME/FILE, whole and checked, or not at all
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "examples/cli.hpp"
#include "examples/corpora.hpp"
#include "examples/sha256.hpp"
#include "nn/train/interrupt.hpp"

namespace {

using namespace rw;
using examples::Corpus;
using examples::Fetched;
using examples::RemoteFile;

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Corpus& corpus : examples::corpora()) all.push_back(corpus.name);
  return all;
}

const Corpus& named(const std::string& name) {
  const auto& all = examples::corpora();
  return *std::find_if(all.begin(), all.end(), [&](const Corpus& corpus) { return corpus.name == name; });
}

std::string file_name(const RemoteFile& file) { return file.url.substr(file.url.rfind('/') + 1); }

std::string megabytes(std::uint64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

bool list() {
  for (const Corpus& corpus : examples::corpora()) {
    fmt::print("{}\n  {}\n  licence: {}\n", corpus.name, corpus.what, corpus.licence);
    for (const RemoteFile& file : corpus.files) fmt::print("  {:>8}  {}\n", megabytes(file.size), file.url);
  }
  return true;
}

struct Fetch {
  std::vector<std::string> wanted;
  std::string to = "data", from;
  examples::FetchOptions options;

  bool operator()() const {
    check_from();
    const nn::Interrupt interrupt;
    for (const std::string& name : wanted)
      for (const RemoteFile& file : named(name).files)
        if (!fetch(name, file)) return false;
    return true;
  }

 private:
  bool from_folder() const { return from.ends_with('/'); }

  void check_from() const {
    if (from.empty() || from_folder() || (wanted.size() == 1 && named(wanted[0]).files.size() == 1)) return;
    throw CLI::ValidationError("--from", "several files need a folder's address, which ends in /");
  }

  std::string address(const std::string& name, const RemoteFile& file) const {
    if (from.empty()) return file.url;
    return from_folder() ? from + name + '/' + file_name(file) : from;
  }

  // False if it was interrupted.
  bool fetch(const std::string& name, const RemoteFile& file) const {
    const std::string target = (std::filesystem::path(to) / name / file_name(file)).string();
    const Fetched fetched = examples::fetch({address(name, file), file.size, file.sha256}, target, options);
    if (fetched == Fetched::interrupted) return false;
    const std::string check =
        file.sha256.empty() ? "SHA-256 not checked, since none is published: " : "SHA-256 checked: ";
    fmt::print("{}{}; {}{}\n", target, fetched == Fetched::before ? " is already there" : "", check,
               examples::sha256_of_file(target));
    examples::flush();
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Public corpora: what they are, and how to get them");
  examples::add_verb(app, "list", "Names, sizes, licences and addresses", list);

  Fetch fetch;
  CLI::App& verb = examples::add_verb(app, "fetch", "Fetch corpora, or go on where that stopped", std::ref(fetch));
  verb.add_option("NAME", fetch.wanted, "Corpora")->required()->take_all()->check(CLI::IsMember(names()));
  verb.add_option("--to", fetch.to, "Folder; files become TO/NAME/FILE")->capture_default_str();
  verb.add_option("--from", fetch.from,
                  "Address of a mirror's folder that holds NAME/FILE, ending in /, or of the one file");
  verb.add_flag("--force", fetch.options.force, "Fetch even what is there");
  verb.add_flag("--quiet", fetch.options.quiet, "No progress");
  verb.add_option("--retries", fetch.options.retries, "Failures in a row, without a byte more, until it gives up")
      ->check(examples::number_in(0, 1000))
      ->capture_default_str();
  verb.add_option("--retry-pause", fetch.options.pause, "Seconds before the first retry; doubled each time")
      ->check(examples::number_in(0, 3600))
      ->capture_default_str();
  verb.add_option("--stall", fetch.options.stall, "Seconds without a byte until a connection is given up")
      ->check(examples::number_in(1, 3600))
      ->capture_default_str();
  return examples::run(app, argc, argv);
}
