// Parallel text: sentences and their translations, one pair a line.
#pragma once

#include <string>
#include <vector>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::datasets {

struct ParallelText {
  std::vector<std::string> source, target;  // as many
  std::size_t blank = 0;                    // lines left out: nothing but spaces on both sides
  std::vector<std::size_t> lines = {};      // where each pair stands in its file, from 1; of no file: empty

  std::size_t size() const { return source.size(); }
};

// Two files that match line by line. Each may be a .gz.
// Throws Error as TextLines does; if one has more lines than the other; with file and line, for a line that is blank on
// one side only; and if there is no pair.
ParallelText read_parallel(const std::string& source, const std::string& target);

// One file whose lines are source, tab, target; a .gz as well. Throws Error with file and line for any other number of
// columns and for a blank one; and as above.
ParallelText read_parallel(const std::string& tsv);

}  // namespace rw::inline REWIND_ABI::datasets
