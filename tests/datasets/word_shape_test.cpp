#include "datasets/word_shape.hpp"

#include <catch2/catch.hpp>
#include <utility>

using namespace rw;
using namespace rw::datasets;

TEST_CASE("the shape of a word") {
  using enum WordShape;
  const std::pair<const char*, WordShape> cases[] = {{"film", lower},
                                                     {"don't", lower},
                                                     {"é", lower},
                                                     {"Paris", capitalised},
                                                     {"Jean-luc", capitalised},
                                                     {"Élan", capitalised},
                                                     {"A", one_capital},
                                                     {"B.", one_capital},
                                                     {"NATO", capitals},
                                                     {"U.S.", capitals},
                                                     {"ΑΘΗΝΑ", capitals},
                                                     {"iPhone", mixed},
                                                     {"McDonald", mixed},
                                                     {"Jean-Luc", mixed},
                                                     {"東京", no_case},
                                                     {"1990", number},
                                                     {"١٩٩٠", number},
                                                     {"3.5", numeric},
                                                     {"10-20", numeric},
                                                     {"-7", numeric},
                                                     {"B2B", with_digit},
                                                     {"1st", with_digit},
                                                     {"2014年", with_digit},
                                                     {"...", marks},
                                                     {"#", marks},
                                                     {"😀", marks},
                                                     {"", marks},
                                                     {"ǅep", capitalised}};
  for (const auto& [token, shape] : cases) {
    INFO(token);
    CHECK(word_shape(token) == shape);
    CHECK(static_cast<std::size_t>(shape) < word_shapes);
  }
  CHECK(word_shape("\xff\xfe") == marks);  // no text: U+FFFD
}
