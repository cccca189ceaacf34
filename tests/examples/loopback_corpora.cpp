// The corpora of fetch_server.py, in place of the public ones. Nobody listens at the addresses of this table.
#include "examples/corpora.hpp"

namespace rw::inline REWIND_ABI::examples {

const std::vector<Corpus>& corpora() {
  const std::string nobody = "http://127.0.0.1:1/";
  static const std::vector<Corpus> all = {
      {"one",
       "One file",
       "none",
       {{nobody + "one.bin", 300000, "4daf6f9226b62e3577b29f84f99c75d69cd461b9969080ea7ee8f94c140763d6"}}},
      {"three",
       "Three files, of which one is empty",
       "none",
       {{nobody + "a.bin", 1000, "daf769652538165ebe871d44775e55c84f960294931e93685ec67153823e4066"},
        {nobody + "b.bin", 2000, "22884d1f459af9ea124fc2a23cb9fb774a2554667c72fe2984defb0f99b06d6a"},
        {nobody + "empty.bin", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}},
      {"any", "A file that cannot be checked", "none", {{nobody + "any.bin", 300000, ""}}},
  };
  return all;
}

}  // namespace rw::inline REWIND_ABI::examples
