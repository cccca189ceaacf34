// Synthetic sentences of news, in which the type of a name depends on where it stands.
#pragma once

#include "autograd/rng.hpp"
#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Tags are IOB2 of PER, LOC, ORG and MISC (events). Names are ambiguous (Jordan, Washington) or made up, so that most
// of the latter in one corpus are unknown to another. What tells their type:
//
//   context       Jordan said that ...; flew to Jordan; shares of Jordan fell; the Jordan Open. Also from afar:
//                 Jordan, three days after the Delta Cup, smiled.    Jordan, three days after the Delta Cup, hired ...
//                 And some first names are none: Rose said ...; Rose bushes grow in Jordan.
//   spelling      People talked about Kelodraville.  Made-up names only: places end in -ville, firms in -tech, ...
//   nothing       People talked about Jordan.  A person in 7 of 10 cases, else a place or a firm.
struct SyntheticNames {
  TaggedCorpus corpus;  // one document
  double best_span_f1;  // of who knows how they are made: all but what `nothing` tells apart, taken for persons
};

// Equal seeds give equal sentences; rngs of different seeds give the parts for training, validation and test.
// Throws Error for no sentences.
SyntheticNames synthetic_names(std::size_t sentences, Rng& rng);

}  // namespace rw::inline REWIND_ABI::datasets
