// The Large Movie Review Dataset: Maas et al. 2011, "Learning Word Vectors for Sentiment Analysis".
#pragma once

#include <string>

#include "autograd/check.hpp"
#include "datasets/examples.hpp"

namespace rw::inline REWIND_ABI::datasets {

// The reviews of `part` ("train" or "test") in the distribution's own layout,
// [aclImdb/]PART/{neg,pos}/NUMBER_STARS.txt, from the unpacked folder or from aclImdb_v1.tar.gz itself; every other
// file is skipped. Classes neg and pos; sorted by class and name, so that folder and archive give the same. A line
// break, "<br />", becomes a space. Throws Error as for_each_file does; if a class has no review; with the review's
// name if it is not UTF-8.
LabelledTexts read_imdb(const std::string& path, const std::string& part);

}  // namespace rw::inline REWIND_ABI::datasets
