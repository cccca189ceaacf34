#include "examples/tagged_data.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "datasets/conll.hpp"
#include "datasets/conllu.hpp"
#include "datasets/documents.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

std::vector<std::size_t> documents_of(const std::string& path, const std::string& part) {
  const std::string text = nn::read_file(path);
  try {
    return nlohmann::json::parse(text).at(part).get<std::vector<std::size_t>>();
  } catch (const nlohmann::json::exception& e) {
    fail("split", fmt::format("{}: expected an object with a list of documents \"{}\" ({})", path, part, e.what()));
  }
}

void append(datasets::TaggedCorpus& corpus, datasets::TaggedCorpus more) {
  for (const std::size_t begin : more.documents) corpus.documents.push_back(corpus.sentences.size() + begin);
  std::move(more.sentences.begin(), more.sentences.end(), std::back_inserter(corpus.sentences));
}

}  // namespace

void TaggedDataFlags::add_to(CLI::App& verb) {
  auto* data = verb.add_option(
      "--data", files,
      "A token a line in columns, as CoNLL has them, or CoNLL-U (.conllu); without: embedded sentences");
  data->take_all();
  verb.add_option("--split", split, "JSON file with the documents of \"train\", \"validation\" and \"test\"")
      ->needs(data);
  verb.add_option("--token-column", token_column, "From 1, or from the last with -1; of CoNLL-U it is 2 always")
      ->capture_default_str();
  verb.add_option("--tag-column", tag_column,
                  "From 1, or from the last with -1; 0: the last one, of CoNLL-U 4, the part of speech")
      ->capture_default_str();
}

datasets::TaggedCorpus TaggedDataFlags::read_file(const std::string& path) const {
  datasets::TaggedCorpus corpus;
  if (path.ends_with(".conllu")) {
    if (tag_column < 0) fail("data", fmt::format("--tag-column {}: of CoNLL-U expected 1 to 10", tag_column));
    corpus = datasets::read_conllu(path, tag_column == 0 ? 4 : static_cast<std::size_t>(tag_column));
  } else {
    corpus = datasets::read_conll(path, {token_column, tag_column == 0 ? -1 : tag_column});
  }
  if (corpus.sentences[0].tags.empty())
    fail("data", path + ": has one column, and so no tags; give a file with tags to learn from or to compare with");
  return corpus;
}

datasets::TaggedCorpus TaggedDataFlags::read(const std::string& part) const {
  datasets::TaggedCorpus corpus;
  for (const std::string& file : files) append(corpus, read_file(file));
  return split.empty() ? corpus : select_documents(corpus, documents_of(split, part));
}

}  // namespace rw::inline REWIND_ABI::examples
