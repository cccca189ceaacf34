// Beam search: the likeliest sequence that a decoder knows, looked for along the `beam` best beginnings of it.
//
//   score = log p(tokens) / length^a        length: steps, the end among them (Wu et al. 2016, 7)
//
// At each step the `beam` best continuations of all living hypotheses of a sentence go on; those of them that end
// leave. A sentence is done when no living one can still beat the best that ended; or, once `beam` have ended, when
// none is ahead of it. A beam of 1 is greedy decoding, and one as wide as all there is finds the best of all. Ties go
// to the earlier hypothesis, then to the lower index.
#pragma once

#include <vector>

#include "autograd/tensor.hpp"
#include "datasets/text_codec.hpp"

namespace rw::inline REWIND_ABI::models {

// What a search steps through: N rows, each a hypothesis. It begins with a row for each sentence.
class StepDecoder {
 public:
  virtual ~StepDecoder() = default;
  virtual Tensor step(const IndexArray& tokens) = 0;  // reads (N); log p of what comes next, (N, V)
  virtual void select(const IndexArray& rows) = 0;    // (M): goes on with these of its N rows, maybe one several times
};

struct BeamOptions {
  std::size_t beam = 5;
  double length_penalty = 1;                 // a; 0: none, so that short sequences win
  std::size_t longest = 100;                 // steps at most, the end among them
  std::vector<std::size_t> longest_of = {};  // of each sentence, where less than `longest`
  Index begin = datasets::special::begin, end = datasets::special::end;
  std::vector<Index> forbidden = {datasets::special::padding, datasets::special::begin};  // never chosen
};

// The same, with at most 1.5 S + 10 steps for a source of S.
BeamOptions limited_by_source(BeamOptions options, const IndexArray& lengths);

struct Hypothesis {
  std::vector<Index> tokens;  // without begin and end
  double score = 0;
  bool ended = false;  // false: none did within `longest` steps, and this was the best
};

// The best hypothesis of each of B sentences. Throws if an option makes no sense, if log p is NaN or no (N, V), or if a
// sentence cannot go on.
std::vector<Hypothesis> beam_search(StepDecoder& decoder, std::size_t B, const BeamOptions& options = {});

}  // namespace rw::inline REWIND_ABI::models
