#include "examples/ner_files.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "autograd/check.hpp"
#include "examples/model_folder.hpp"
#include "models/ner_task.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using datasets::TagScheme;

constexpr std::pair<const char*, TagScheme> schemes[] = {
    {"IOB1", TagScheme::iob1}, {"IOB2", TagScheme::iob2}, {"BIOES", TagScheme::bioes}};

std::string name_of(const std::optional<TagScheme>& scheme) {
  for (const auto& [name, known] : schemes)
    if (scheme == known) return name;
  return "none";
}

std::optional<TagScheme> scheme_named(const std::string& name, const std::string& path) {
  for (const auto& [known, scheme] : schemes)
    if (name == known) return scheme;
  if (name != "none") fail("load", path + ": tag scheme '" + name + "': expected IOB1, IOB2, BIOES or none");
  return std::nullopt;
}

NERSetup setup_of(const nlohmann::json& json, const std::string& path) {
  const auto size = [&](const char* name) { return json.at(name).get<std::size_t>(); };
  const auto text = [&](const char* name) { return json.at(name).get<std::string>(); };
  const auto number = [&](const char* name) { return json.at(name).get<double>(); };
  const auto flag = [&](const char* name) { return json.at(name).get<bool>(); };
  const auto names = [&](const char* name) { return json.at(name).get<std::vector<std::string>>(); };
  datasets::TaggingVocabulary vocabulary{{.lower_case = flag("lower_case"), .fold_digits = flag("fold_digits")},
                                         datasets::WordVocabulary(names("words")),
                                         datasets::WordVocabulary(names("characters")),
                                         datasets::TagSet(names("tags"), scheme_named(text("scheme"), path))};
  models::BigruNERConfig config{.cell = text("cell"),
                                .words = vocabulary.words.size(),
                                .characters = vocabulary.characters.size(),
                                .shapes = flag("shapes") ? datasets::word_shapes : 0,
                                .tags = vocabulary.tags.size(),
                                .hidden = size("hidden"),
                                .layers = size("layers"),
                                .embed = size("embed"),
                                .char_embed = size("char_embed"),
                                .shape_embed = size("shape_embed"),
                                .char_features = text("char_features"),
                                .char_hidden = size("char_hidden"),
                                .dropout = number("dropout"),
                                .word_dropout = number("word_dropout"),
                                .crf = flag("crf")};
  return {std::move(config), std::move(vocabulary)};
}

}  // namespace

void save_ner_setup(const std::string& directory, const NERSetup& setup) {
  const auto& [c, vocabulary] = setup;
  const nlohmann::json json = {{"model", "bigru_ner"},
                               {"cell", c.cell},
                               {"shapes", c.shapes > 0},
                               {"hidden", c.hidden},
                               {"layers", c.layers},
                               {"embed", c.embed},
                               {"char_embed", c.char_embed},
                               {"shape_embed", c.shape_embed},
                               {"char_features", c.char_features},
                               {"char_hidden", c.char_hidden},
                               {"dropout", c.dropout},
                               {"word_dropout", c.word_dropout},
                               {"crf", c.crf},
                               {"lower_case", vocabulary.options.lower_case},
                               {"fold_digits", vocabulary.options.fold_digits},
                               {"scheme", name_of(vocabulary.tags.scheme())},
                               {"tags", vocabulary.tags.names()},
                               {"characters", vocabulary.characters.words()},
                               {"words", vocabulary.words.words()}};
  write_config(directory, json);
}

NERSetup load_ner_setup(const std::string& directory) {
  return read_config(directory, "bigru_ner", "ner",
                     [&](const nlohmann::json& json) { return setup_of(json, directory + "/config.json"); });
}

models::BigruNER make_ner(const NERSetup& setup, Rng& rng) {
  return models::BigruNER(setup.config, models::allowed_tags(setup.vocabulary.tags), rng);
}

models::BigruNER load_ner(const std::string& directory, const NERSetup& setup, Rng& rng) {
  models::BigruNER model = make_ner(setup, rng);
  load_weights(model, directory);
  return model;
}

}  // namespace rw::inline REWIND_ABI::examples
