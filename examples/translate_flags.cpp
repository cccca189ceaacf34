#include <fmt/format.h>

#include "examples/translate_verbs.hpp"
#include "nn/any_stacked.hpp"
#include "nn/attention.hpp"
#include "nn/positions.hpp"

namespace rw::inline REWIND_ABI::examples::translation {

using datasets::TextCodec;

CLI::Option& add_files(CLI::App& verb, const std::string& name, std::vector<std::string>& files,
                       const std::string& help) {
  return *verb.add_option(name, files, help)->expected(1, 2)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

datasets::ParallelText read_pairs(const std::vector<std::string>& files, const std::string& part) {
  if (files.size() > 2) throw CLI::ValidationError("--data", "expected two files, or one table with tabs");
  if (files.empty()) return embedded_pairs(part);
  return files.size() == 1 ? datasets::read_parallel(files[0]) : datasets::read_parallel(files[0], files[1]);
}

namespace {

CLI::Option* add_size(CLI::App& verb, const char* name, std::size_t& value, const char* help) {
  return verb.add_option(name, value, help)->check(at_least_1())->capture_default_str();
}

CLI::Option* add_choice(CLI::App& verb, const char* name, std::string& value, const char* help,
                        const std::vector<std::string>& names) {
  return verb.add_option(name, value, help)->check(CLI::IsMember(names))->capture_default_str();
}

std::vector<std::string> attention_names() {
  std::vector<std::string> names = nn::attention_names();
  names.insert(names.begin(), "none");
  return names;
}

}  // namespace

void ArchitectureFlags::add_to(CLI::App& verb) {
  add_choice(verb, "--architecture", architecture, "A recurrent encoder and decoder, or a Transformer",
             {"seq2seq", "transformer"});
  verb.add_option("--layers", layers, "Of the encoder, and as many of the decoder (1; transformer: 3)")
      ->check(at_least_1());
  verb.add_option("--dropout", dropout, "Of embeddings, between layers, before the logits (0.3; transformer: 0.2)")
      ->check(number_in(0, 0.99));
  verb.add_option("--label-smoothing", label_smoothing, "The share of probability spread over all tokens, in training")
      ->check(number_in(0, 0.99))
      ->capture_default_str();
  add_size(verb, "--longest", longest, "Pairs with more tokens on a side are left out of the training");
  add_recurrent(verb), add_transformer(verb);
}

void ArchitectureFlags::add_recurrent(CLI::App& verb) {
  const CLI::Option* const options[] = {
      add_choice(verb, "--cell", cell, "seq2seq: recurrent cell", nn::cell_names()),
      add_choice(verb, "--attention", attention, "seq2seq: how the decoder looks back at the source",
                 attention_names()),
      add_size(verb, "--hidden", hidden, "seq2seq: hidden units of a layer, of both directions together"),
      add_size(verb, "--embed", embed, "seq2seq: width of the embeddings"),
      verb.add_flag("--one-way", one_way, "seq2seq: the encoder reads forward only"),
      verb.add_flag("--untied", untied, "seq2seq: the logits have a weight of their own, not the embedding's"),
      verb.add_option("--teacher-forcing", forcing.last,
                      "seq2seq: the probability that the decoder reads the right word and not its own")
          ->check(number_in(0, 1))
          ->capture_default_str(),
      verb.add_option("--teacher-forcing-steps", forcing.steps, "seq2seq: steps in which it falls from 1 to that")
          ->check(number_in(0, 1e9))
          ->capture_default_str()};
  for (const CLI::Option* option : options) of_one_.emplace_back(option, "seq2seq");
}

void ArchitectureFlags::add_transformer(CLI::App& verb) {
  const CLI::Option* const options[] = {
      add_size(verb, "--width", width, "transformer: width of the layers and the embeddings"),
      add_size(verb, "--heads", heads, "transformer: heads of each attention; they divide the width"),
      add_size(verb, "--feed-forward", feed_forward, "transformer: units between two layers of width"),
      add_choice(verb, "--positions", positions, "transformer: how a token says where it stands", nn::position_names()),
      add_choice(verb, "--norm", norm, "transformer: normalise before each part of a layer, or after it",
                 {"pre", "post"})};
  for (const CLI::Option* option : options) of_one_.emplace_back(option, "transformer");
}

NetworkConfig ArchitectureFlags::config(const TextCodec& source, const TextCodec& target) const {
  for (const auto& [option, of_one] : of_one_)
    if (option->count() > 0 && of_one != architecture)
      throw CLI::ValidationError(option->get_name(),
                                 "belongs to " + of_one + ", but --architecture is " + architecture);
  if (architecture == "seq2seq") return recurrent(source, target);
  return transformer(source, target);
}

models::Seq2SeqConfig ArchitectureFlags::recurrent(const TextCodec& source, const TextCodec& target) const {
  return {.cell = cell,
          .source_vocabulary = source.size(),
          .target_vocabulary = target.size(),
          .embed = embed,
          .hidden = hidden,
          .layers = layers.value_or(1),
          .bidirectional = !one_way,
          .attention = attention,
          .dropout = dropout.value_or(0.3),
          .label_smoothing = label_smoothing,
          .tied = !untied,
          .shared = source == target};
}

models::TransformerConfig ArchitectureFlags::transformer(const TextCodec& source, const TextCodec& target) const {
  const double dropped = dropout.value_or(0.2);
  return {.source_vocabulary = source.size(),
          .target_vocabulary = target.size(),
          .layers = {.width = width,
                     .heads = heads,
                     .feed_forward = feed_forward,
                     .layers = layers.value_or(3),
                     .dropout = dropped,
                     .norm_first = norm == "pre"},
          .positions = positions,
          .longest = longest + 1,
          .shared = source == target,
          .dropout = dropped,
          .label_smoothing = label_smoothing};
}

void VocabularyFlags::add_to(CLI::App& verb) {
  verb.add_option("--vocabulary", kind, "Pieces of words, by byte-pair encoding, or words")
      ->check(CLI::IsMember({"bpe", "words"}))
      ->capture_default_str();
  verb.add_option("--vocabulary-size", size, "Of each vocabulary, at most")->check(at_least_1())->capture_default_str();
  verb.add_option("--minimum-count", minimum_count, "A rarer word is unknown; pieces leave none unknown")
      ->check(at_least_1())
      ->capture_default_str();
  auto* together =
      verb.add_flag("--joint", joint, "One vocabulary for both languages (transformer: unless --separate)");
  verb.add_flag("--separate", separate, "A vocabulary for each")->excludes(together);
  verb.add_flag("--lower-case", lower_case, "Read and write small letters only");
}

std::pair<TextCodec, TextCodec> VocabularyFlags::learn(const datasets::ParallelText& pairs, bool transformer) const {
  const datasets::CodecOptions options{
      .kind = kind == "bpe" ? datasets::CodecOptions::bpe : datasets::CodecOptions::words,
      .size = size,
      .lower_case = lower_case,
      .minimum_count = minimum_count};
  if (joint || (transformer && !separate)) {
    const TextCodec both = TextCodec::learn({pairs.source, pairs.target}, options);
    return {both, both};
  }
  return {TextCodec::learn({pairs.source}, options), TextCodec::learn({pairs.target}, options)};
}

void BeamFlags::add_to(CLI::App& verb) {
  verb.add_option("--beam", options.beam, "Beginnings that are kept in view; 1: always the likeliest word")
      ->check(at_least_1())
      ->capture_default_str();
  verb.add_option("--length-penalty", options.length_penalty,
                  "The power of the length that log p is divided by; 0: short sentences win")
      ->check(number_in(0, 10))
      ->capture_default_str();
}

models::BeamOptions BeamFlags::of(const NetworkConfig& config) const {
  models::BeamOptions within = options;
  within.longest = longest_of(config) + 1;  // the end is a step as well
  return within;
}

}  // namespace rw::inline REWIND_ABI::examples::translation
