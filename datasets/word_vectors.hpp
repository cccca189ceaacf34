// Pretrained word vectors in the text form of GloVe (Pennington et al. 2014) and word2vec (Mikolov et al. 2013).
#pragma once

#include <string>
#include <vector>

#include "autograd/rng.hpp"
#include "datasets/word_vocabulary.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct WordVectors {
  Array vectors;            // (V, D), an embedding's weight; padding's row is 0
  std::vector<bool> found;  // (V)
};

// The vectors of a vocabulary's words: lines of a word and D numbers, the first line maybe "count D". Rows that the
// file does not have are normal with the mean square of those that it has, as Kim 2014 draws them. The file is
// read line by line; numbers are read only where they are wanted. Of a word that comes twice the first counts.
// Throws Error as TextLines does; with file and line for another width, and for a number that is none or not finite;
// for fewer lines than the first promises, and if no word is found.
WordVectors load_word_vectors(const std::string& path, const WordVocabulary& vocabulary, Rng& rng);

}  // namespace rw::inline REWIND_ABI::datasets
