#include "datasets/synthetic_names.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <utility>

#include "autograd/check.hpp"
#include "datasets/grammar.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

// Names stand as [TYPE name] in the texts; tokens are separated by spaces.
constexpr const char* rules = R"(
context = {person} {said} on {day} that {firm} had {hired} {number} workers in {place} .
  | {person} {said} that {person} would not come to {place} .
  | {person} flew from {place} to {place} on {day} .
  | The {job} {person} has lived in {place} since {month} .
  | {person} of {firm} met {person} of {firm} for {number} hours .
  | {firm} {hired} {number} workers in {place} .
  | Shares of {firm} {moved} by {number} percent on {day} .
  | {firm} beat {firm} {few} to one in the final of the {event} .
  | After {few} years the {job} {person} left for a post at {firm} .
  | {person} , {pause} , {smiled} .
  | {firm} , {pause} , {hired} {number} workers .
  | {place} , {pause} , lay under {number} inches of snow .
  | Snow fell in {place} on {day} , and the road from {place} to {place} was closed .
  | The {event} will be held in {place} in {month} .
  | Last {month} {person} won the {event} .
  | {given} {said} that {given} had left for {place} .
  | Rose bushes grow in {place} .
  | Will {firm} be there for the {event} ?
  | May was cold in {place} , but {person} {smiled} .
  | Grace and calm came back to {place} .
  | Mark my words , {person} {said} to {person} .
spelling = {open_before} {telling} .
  | {telling} {open_after} .
nothing = {open_before} {unclear} .
  | {unclear} {open_after} .
open_before = People talked about | Nobody had heard of | The paper had {number} lines about
  | Once more it was all about
open_after = was in the news again | was on the front page on {day} | is not what it was {number} years ago

person = [PER {name}] | [PER {name}] | [PER {first} {name}] | [PER {word} {name}] | [PER {first} {initial} . {name}]
place = [LOC {name}] | [LOC {name}] | [LOC {name}] | [LOC New {name}] | [LOC {name} Valley]
firm = [ORG {name}] | [ORG {name}] | [ORG {name}] | [ORG Bank of {name}] | [ORG University of {name}]
  | [ORG {name} Motors]
event = [MISC {name} Open] | [MISC {name} Cup] | [MISC {name} Film Festival]
given = [PER {word}]
telling = [PER {stem}{son}] | [LOC {stem}{ville}] | [ORG {stem}{tech}]
unclear = [{type} {ambiguous}]
type = PER | PER | PER | PER | PER | PER | PER | LOC | LOC | ORG

name = {ambiguous} | {stem}{end}
ambiguous = Jordan | Washington | Lincoln | Austin | Madison | Sydney | Florence | Chelsea | Georgia | Houston
  | Hamilton | Victoria | Paris | Brooklyn | Phoenix | Orlando | Santiago | Kingston | Lancaster | Bristol | Delta
  | Israel | Chester | Carolina
first = Maria | John | Anna | Peter | Laura | David | Helen | Thomas | Julia | Robert | Irene | Simon
word = Rose | Will | May | Grace | Mark
initial = A | B | C | D | E | F | G | H | J | K | L | M
stem = {head}{vowel}{middle}{vowel}
head = B | Br | D | Dr | F | Fl | G | Gr | H | J | K | Kl | L | N | P | Qu | R | S | Sk | T | V | W | Y | Z
vowel = a | e | i | o | u
middle = b | d | g | k | l | ld | m | n | nd | p | r | rd | s | t | v | z
end = ba | dra | fi | ga | lio | ma | nar | pas | ro | ta | vin | x | zu
son = sson | ovic | ez | elli | inski
ville = ville | burg | ford | stan | port
tech = tech | soft | corp | gas | air

said = said | argued | wrote | claimed
smiled = smiled | laughed | apologised | said no
hired = hired | dismissed | employed
moved = rose | fell | dropped
pause = {few} days after the {event} | as so often in {month} | to nobody 's surprise | {number} miles from {place}
job = singer | doctor | coach | painter | lawyer | pilot
day = Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
month = January | February | March | April | June | July | August | September | October | November | December
few = two | three | four | five
number = {few} | six | seven | eight | nine | ten | twelve | twenty | thirty | forty | fifty
)";

TaggedSentence parse(const std::string& text) {
  TaggedSentence sentence;
  std::istringstream words(text);
  std::string inside;  // the type of the name that is being read
  bool first = true;
  for (std::string word; words >> word;) {
    if (word[0] == '[') {
      inside = word.substr(1), first = true;
      continue;
    }
    const bool last = word.back() == ']';
    if (last) word.pop_back();
    sentence.tokens.push_back(word);
    sentence.tags.push_back(inside.empty() ? "O" : (first ? "B-" : "I-") + inside);
    first = false;
    if (last) inside.clear();
  }
  return sentence;
}

bool begins_name(const std::string& tag) { return tag[0] == 'B'; }

}  // namespace

SyntheticNames synthetic_names(std::size_t sentences, Rng& rng) {
  if (sentences == 0) fail("synthetic_names", "sentences: 0, expected at least 1");
  const Grammar grammar(rules);
  SyntheticNames names{{{}, {0}}, 0};
  std::size_t spans = 0, missed = 0;
  for (std::size_t i = 0; i < sentences; ++i) {
    const std::size_t draw = rng.below(20);
    const bool unclear = draw == 0;
    const char* kind = unclear ? "{nothing}" : draw < 5 ? "{spelling}" : "{context}";
    TaggedSentence sentence = parse(grammar.draw(kind, rng));
    const auto& tags = sentence.tags;
    spans += static_cast<std::size_t>(std::count_if(tags.begin(), tags.end(), begins_name));
    if (unclear && std::find(tags.begin(), tags.end(), "B-PER") == tags.end()) ++missed;
    names.corpus.sentences.push_back(std::move(sentence));
  }
  names.best_span_f1 = 1 - static_cast<double>(missed) / static_cast<double>(spans);
  return names;
}

}  // namespace rw::inline REWIND_ABI::datasets
