// Synthetic reviews of films, whose verdict depends on the order of words.
#pragma once

#include "autograd/rng.hpp"
#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

// Classes "negative" and "positive", 10 to 40 words a review. One sentence in it is the verdict, of one of six kinds,
// equally frequent; only the first is within a bag of words' reach:
//
//   plain        The acting was superb.
//   negation     The acting was not dull, and the plot is long.  <->  The acting was dull, and the plot is not long.
//   contrast     The acting was dull, but the plot is superb.         what follows counts
//   concession   The plot is superb, even though the acting was dull. the main clause counts
//   correction   The plot is not dull but superb.
//   distance     Nobody who read the book twice would call the plot dull; everybody in our row had brought popcorn.
//
// In the other five, for every bag of words both labels are equally probable.
struct SyntheticReviews {
  LabelledTexts corpus;
  double best_accuracy;      // of who knows how they are made: all but the flipped labels
  double best_bag_accuracy;  // what to expect of the best bag of words
};

// `noise`: the share of labels that are flipped, rounded to whole reviews. Equal seeds give equal reviews; rngs of
// different seeds give the parts for training, validation and test.
// Throws Error for no reviews, or noise outside 0 ... 0.5.
SyntheticReviews synthetic_reviews(std::size_t size, Rng& rng, double noise = 0.02);

}  // namespace rw::inline REWIND_ABI::datasets
