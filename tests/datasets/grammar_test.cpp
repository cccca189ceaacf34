#include "datasets/grammar.hpp"

#include <map>

#include "tests/support.hpp"

using namespace rw;
using datasets::Grammar;

TEST_CASE("a symbol becomes one of its alternatives, within them as well, all equally probable") {
  const Grammar grammar("greeting = Hello, {who}!\nwho = world\n  | {size} world |you\nsize = big\n");
  Rng rng(1);
  CHECK(grammar.draw("nothing to draw", rng) == "nothing to draw");
  CHECK(grammar.draw("", rng).empty());
  std::map<std::string, int> drawn;
  for (int i = 0; i < 3000; ++i) ++drawn[grammar.draw("<{greeting}{size}>", rng)];
  CHECK(drawn.size() == 3);
  for (const char* text : {"<Hello, world!big>", "<Hello, big world!big>", "<Hello, you!big>"})
    CHECK((drawn[text] > 900 && drawn[text] < 1100));
  Rng a(2), b(2);
  for (int i = 0; i < 20; ++i) CHECK(grammar.draw("{who}", a) == grammar.draw("{who}", b));
}

TEST_CASE("what is no grammar is refused") {
  Rng rng(1);
  CHECK_THROWS_WITH(Grammar("\nno rule\n"), "[grammar] \"no rule\": expected \"symbol = alternative | ...\"");
  CHECK_THROWS_WITH(Grammar("  | a"), "[grammar] \"  | a\": expected \"symbol = alternative | ...\"");
  CHECK_THROWS_WITH(Grammar("a = {b}").draw("{a}", rng), "[grammar] {b}: there is no such rule");
  CHECK_THROWS_WITH(Grammar("a =").draw("{a}", rng), "[grammar] {a}: there is no such rule");
  CHECK_THROWS_WITH(Grammar("a = x").draw("{a", rng), "[grammar] {a}: there is no such rule");
}
