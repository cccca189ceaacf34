#include "examples/ner_files.hpp"

#include "autograd/ops.hpp"
#include "datasets/conll.hpp"
#include "datasets/documents.hpp"
#include "examples/tagged_data.hpp"
#include "models/ner_task.hpp"
#include "nn/module.hpp"
#include "nn/train/serialize.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::examples;
using Catch::Matchers::Contains;
using datasets::TaggedSentence;

namespace {

const std::vector<TaggedSentence> sentences{{{"Rose", "saw", "New", "York"}, {"I-PER", "O", "I-LOC", "I-LOC"}},
                                            {{"Paris", "London"}, {"I-LOC", "B-LOC"}}};

NERSetup small_setup() {
  auto vocabulary = datasets::TaggingVocabulary::of(sentences, {.lower_case = true, .fold_digits = false});
  const models::BigruNERConfig config{.words = vocabulary.words.size(),
                                      .characters = vocabulary.characters.size(),
                                      .shapes = datasets::word_shapes,
                                      .tags = vocabulary.tags.size(),
                                      .hidden = 5,
                                      .embed = 4,
                                      .dropout = 0.25};
  return {config, std::move(vocabulary)};
}

}  // namespace

TEST_CASE("a saved tagger comes back") {
  const TemporaryFolder folder;
  const NERSetup setup = small_setup();
  Rng rng(1), other(2);
  models::BigruNER model = make_ner(setup, rng);
  save_ner_setup(folder.path("run"), setup);
  nn::save_safetensors(folder.path("run/model.safetensors"), nn::copy_values(nn::named_parameters(model)));
  const NERSetup loaded = load_ner_setup(folder.path("run"));
  CHECK(loaded == setup);
  const models::BigruNER again = load_ner(folder.path("run"), loaded, other);
  nn::eval(model);
  const datasets::TaggedBatch batch = batch_of(index_sentences(setup.vocabulary, sentences, true), {0, 1});
  CHECK(again.loss(batch).item() == model.loss(batch).item());
}

TEST_CASE("the folder of another model is refused by name") {
  const TemporaryFolder folder;
  folder.write("config.json", R"({"model": "char_rnn", "cell": "lstm"})");
  CHECK(message_of([&] { load_ner_setup(folder.path()); }) ==
        "[load] " + folder.path("config.json") + " describes a 'char_rnn', not a bigru_ner");
  folder.write("config.json", R"({"model": "bigru_ner"})");
  CHECK_THAT(message_of([&] { load_ner_setup(folder.path()); }), Contains("is not a bigru_ner's configuration"));
  folder.write("config.json", "{");
  CHECK_THAT(message_of([&] { load_ner_setup(folder.path()); }), Contains("is not a bigru_ner's configuration"));
  CHECK_THAT(message_of([] { load_ner_setup("/nowhere"); }), Contains("/nowhere/config.json"));
}

TEST_CASE("files are read one after the other, and a split by its documents") {
  const TemporaryFolder folder;
  TaggedDataFlags flags;
  flags.files = {folder.write("a.txt", "-DOCSTART- O\n\na O\n\n-DOCSTART- O\n\nb O\n"),
                 folder.write("b.conllu", "1\tc\tc\tNOUN\t_\t_\t0\troot\t_\t_\n\n")};
  CHECK(flags.read("train").documents == std::vector<std::size_t>{0, 1, 2});
  CHECK(flags.read("train").sentences[2].tags == std::vector<std::string>{"NOUN"});
  flags.split = folder.write("split.json", R"({"test": [2, 0]})");
  const datasets::TaggedCorpus test = flags.read("test");
  CHECK(test.sentences.size() == 2);
  CHECK(test.sentences[0].tokens[0] == "c");
  CHECK_THAT(message_of([&] { flags.read("train"); }), Contains("split.json") && Contains("\"train\""));
  flags.split = folder.write("split.json", R"({"test": [3]})");
  CHECK_THAT(message_of([&] { flags.read("test"); }), Contains("expected a document below 3, got 3"));
}

TEST_CASE("a file without tags is refused") {
  const TemporaryFolder folder;
  TaggedDataFlags flags;
  flags.files = {folder.write("words", "a\nb\n")};
  CHECK_THAT(message_of([&] { flags.read("train"); }), Contains("words: has one column, and so no tags"));
}

// examples/splits/wikigold.json: 4 : 1 : 1 of the documents, by seed 1.
TEST_CASE("wikigold's split is the one that is stated") {
  if (data_folder().empty()) {
    WARN("REWIND_DATA names no folder: wikigold's split was not made anew");
    return;
  }
  const auto corpus = datasets::read_conll(data_folder() + "/wikigold/wikigold.conll.txt");
  Rng rng(1);
  const auto parts = split_documents(corpus, {4, 1, 1}, rng);
  const char* const names[] = {"train", "validation", "test"};
  TaggedDataFlags flags;
  flags.files = {data_folder() + "/wikigold/wikigold.conll.txt"};
  flags.split = std::string(REWIND_SOURCE_DIR) + "/examples/splits/wikigold.json";
  for (std::size_t i = 0; i < 3; ++i) {
    const datasets::TaggedCorpus expected = select_documents(corpus, parts[i]), found = flags.read(names[i]);
    REQUIRE(found.sentences.size() == expected.sentences.size());
    for (std::size_t s = 0; s < found.sentences.size(); ++s)
      CHECK(found.sentences[s].tokens == expected.sentences[s].tokens);
  }
}
