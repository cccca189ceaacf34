#include "examples/translate_files.hpp"

#include <nlohmann/json.hpp>

#include "autograd/check.hpp"
#include "examples/model_folder.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

using datasets::TextCodec;
using nlohmann::json;

// f(name, value) for all that config.json says; the vocabularies' sizes are those of their files.
void for_each_field(models::Seq2SeqConfig& c, auto&& f) {
  f("cell", c.cell), f("embed", c.embed), f("hidden", c.hidden), f("layers", c.layers);
  f("bidirectional", c.bidirectional), f("attention", c.attention), f("dropout", c.dropout);
  f("label_smoothing", c.label_smoothing), f("tied", c.tied), f("shared", c.shared);
}

void for_each_field(models::TransformerConfig& c, auto&& f) {
  f("width", c.layers.width), f("heads", c.layers.heads), f("feed_forward", c.layers.feed_forward);
  f("layers", c.layers.layers), f("layer_dropout", c.layers.dropout), f("activation", c.layers.activation);
  f("norm_first", c.layers.norm_first), f("positions", c.positions), f("longest", c.longest), f("shared", c.shared);
  f("dropout", c.dropout), f("label_smoothing", c.label_smoothing);
}

json to_json(const TranslationSetup& setup) {
  json all = {
      {"model", "translation"}, {"architecture", architecture_of(setup.config)}, {"joint_vocabulary", setup.joint()}};
  std::visit([&](auto c) { for_each_field(c, [&](const char* name, const auto& x) { all[name] = x; }); }, setup.config);
  return all;
}

template <class Config>
Config config_of(const json& all, const TextCodec& source, const TextCodec& target) {
  Config config;
  for_each_field(config, [&](const char* name, auto& x) { all.at(name).get_to(x); });
  config.source_vocabulary = source.size(), config.target_vocabulary = target.size();
  return config;
}

TextCodec load_codec(const std::string& path) {
  const std::string bytes = nn::read_file(path);
  try {
    return TextCodec(bytes);
  } catch (const Error& error) {
    fail("load", path + ": " + error.what());
  }
}

TranslationSetup setup_of(const json& all, const std::string& directory) {
  const bool joint = all.at("joint_vocabulary").get<bool>();
  const auto architecture = all.at("architecture").get<std::string>();
  TextCodec source = load_codec(directory + (joint ? "/vocabulary" : "/source.vocabulary"));
  TextCodec target = joint ? source : load_codec(directory + "/target.vocabulary");
  if (architecture == "seq2seq") {
    const auto config = config_of<models::Seq2SeqConfig>(all, source, target);
    return {config, std::move(source), std::move(target)};
  }
  if (architecture != "transformer")
    fail("load", directory + "/config.json: architecture '" + architecture + "': expected seq2seq or transformer");
  const auto config = config_of<models::TransformerConfig>(all, source, target);
  return {config, std::move(source), std::move(target)};
}

}  // namespace

// config.json is the last: a folder that has it is complete.
void save_translation_setup(const std::string& directory, const TranslationSetup& setup) {
  nn::make_directories(directory);
  nn::replace_file(directory + (setup.joint() ? "/vocabulary" : "/source.vocabulary"), setup.source.serialized());
  if (!setup.joint()) nn::replace_file(directory + "/target.vocabulary", setup.target.serialized());
  write_config(directory, to_json(setup));
}

TranslationSetup load_translation_setup(const std::string& directory) {
  return read_config(directory, "translation", "translate", [&](const json& all) { return setup_of(all, directory); });
}

Network load_network(const std::string& directory, const TranslationSetup& setup, Rng& rng) {
  Network network = make_network(setup.config, rng);
  std::visit([&](auto& model) { load_weights(model, directory); }, network);
  return network;
}

}  // namespace rw::inline REWIND_ABI::examples
