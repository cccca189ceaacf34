#include "datasets/synthetic_reviews.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "autograd/check.hpp"
#include "datasets/grammar.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

// {right} is a word of the verdict's polarity, {wrong} one of the other's. What has both, or comes in pairs that differ
// only in where their words stand, tells a bag of words nothing.
constexpr const char* verdicts = R"(
plain = The {craft} {is} {right}.
  | The {story} {is} {right}, and the {craft} {is} {right}.
  | {Friend} found the {story} {right}, and so did I.
  | I would call the {craft} {right}, and so would {friend}.
negation = The {craft} {is} not {wrong}, and the {story} {is} {neutral}.
  | The {craft} {is} {right}, and the {story} {is} not {neutral}.
  | The {story} {is} {neutral}, and the {craft} {is} not {wrong} at all.
  | The {story} {is} not {neutral} at all, and the {craft} {is} {right}.
  | I would not call the {story} {wrong}, and I would call it {neutral}.
  | I would call the {story} {right}, and I would not call it {neutral}.
  | The {craft} {is} never {wrong} and always {neutral}.
  | The {craft} {is} always {right} and never {neutral}.
contrast = The {craft} {is} {wrong}, but the {story} {is} {right}.
  | The {story} {is} {wrong}, but the {craft} {is} {right}.
  | For the first {time} the {story} {is} {wrong}, but after that it {is} {right}.
  | {Friend} had told me that the {craft} was {wrong}, but I found it {right}.
concession = The {story} {is} {right}, even though the {craft} {is} {wrong}.
  | Even though the {craft} {is} {wrong}, the {story} {is} {right}.
  | I found the {craft} {right}, although {friend} called it {wrong}.
  | Although {friend} called the {story} {wrong}, I found it {right}.
correction = The {story} {is} not {wrong} but {right}.
  | The {craft} {is} {right}, not {wrong}.
  | I would call the {craft} {right} rather than {wrong}.
  | Far from being {wrong}, the {story} {is} {right}.
distance = Nobody who {clause} would call the {story} {wrong}; everybody in our row {deed}.
  | Everybody who {clause} would call the {story} {right}; nobody in our row {deed}.
  | I doubt that anyone who {clause} will find it {wrong}; I expect that {event}.
  | I expect that anyone who {clause} will find it {right}; I doubt that {event}.
  | The last film of this director, which {fact} and {fact}, {is} {wrong}; this one, {aside}, {is} {right}.
  | This film, which {fact} and {fact}, {is} {right}; the last one of this director, {aside}, {is} {wrong}.
)";

constexpr const char* words = R"(
good = superb | brilliant | delightful | charming | gripping | moving | clever | elegant | witty | fresh | vivid
  | tender | inspired | graceful | thrilling | touching | splendid | wonderful | excellent | impressive | enchanting
  | convincing | fascinating | magnificent
bad = dull | awful | tedious | clumsy | shallow | boring | predictable | lifeless | messy | weak | stale | lazy
  | dreadful | bland | muddled | pointless | wooden | annoying | ugly | tiresome | hollow | forgettable | feeble
  | sloppy
neutral = long | short | loud | quiet | modern | traditional | serious | dark | bright | simple | unusual | complicated
is = is | was | seemed
craft = acting | editing | lighting | music | camera work | sound | make-up | set design | singing | dancing
  | narration | casting
story = plot | script | dialogue | ending | opening | humour | pacing | romance | mystery | final act | subplot
friend = my {relative} | the friend next to me | a colleague of mine | our neighbour
Friend = My {relative} | The friend next to me | A colleague of mine | Our neighbour
relative = sister | brother | mother | father | cousin | uncle | aunt | wife | husband | daughter | son
day = Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
month = January | February | March | April | May | June | July | August | September | October | November | December
part = morning | afternoon | evening | night
few = two | three | four
number = two | three | four | five | six | seven | eight | nine | ten | twelve | fifteen | twenty | thirty | forty
place = an old harbour | a mountain village | a big city | a space station | a desert town | a boarding school
  | a small hotel | a railway station | a lighthouse | a court room | a hospital | a castle by the sea
room = cinema | theatre | film club | hall | festival tent | library
food = popcorn | sandwiches | coffee | tea | ice cream | crisps | peanuts | lemonade
book = novel | play | comic book | short story | radio series | memoir
source = a {book} by a {job} | a {book} from {number} years ago | letters of a {job} | the diary of a {job}
job = teacher | sailor | nurse | journalist | judge | soldier | farmer | pilot | detective | baker
time = half hour | {number} minutes | {number} scenes | hour
clause = sat through all {number} parts of it on a {day} {part} | read the {book} {number} years ago
  | knows the {book} and remembers how the {job} leaves {place} | came to the {room} on a {day} with {food}
  | has been to {place} and has talked to a {job} there
deed = had brought {food} | came by bus | wore a hat | had read the {book} | left at {few} | works as a {job}
event = there will be a sequel in {month} | the {book} will be printed again | the {room} will show it on {day}
fact = was shot in {place} | came out in {month} | runs for {few} hours | is about a {job}
aside = made {number} years later | seen on a {day} {part} | set in {place}
neutral_sentence = I saw it with {friend} on a {day} {part}.
  | {Friend} and I sat in row {number} of the {room} with {food}.
  | It is set in {place}, where a {job} meets a {job}.
  | The film is based on {source}.
  | We had to stand in line for {number} minutes, but it did not rain.
  | I did not know the {book}, but {friend} did.
  | It came out in {month} and runs for {few} hours.
  | The {job} is played by {friend}, but not under that name.
  | There were {number} people in the {room} and nobody talked.
  | It was a {day} in {month}, and everybody had {food}.
)";

constexpr std::array kinds{"{plain}", "{negation}", "{contrast}", "{concession}", "{correction}", "{distance}"};
constexpr std::size_t plain = 0, most_words = 40;

std::size_t count_words(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1;
}

// The verdict with a neutral sentence before it, after it, or both, as far as it stays within most_words.
std::string surround(std::string text, const Grammar& grammar, Rng& rng) {
  const std::size_t form = rng.below(3);
  const std::string before = grammar.draw("{neutral_sentence} ", rng), after = grammar.draw(" {neutral_sentence}", rng);
  if (form != 0 && count_words(before + text) <= most_words) text = before + text;
  if (form != 1 && count_words(text + after) <= most_words) text += after;
  return text;
}

}  // namespace

SyntheticReviews synthetic_reviews(std::size_t size, Rng& rng, double noise) {
  if (size == 0) fail("synthetic_reviews", "size: 0 reviews, expected at least 1");
  if (!(noise >= 0 && noise <= 0.5)) fail("synthetic_reviews", fmt::format("noise {}: expected 0 to 0.5", noise));
  const std::string rules = std::string(verdicts) + words;
  const std::array grammars{Grammar(rules + "right = {bad}\nwrong = {good}"),
                            Grammar(rules + "right = {good}\nwrong = {bad}")};
  const auto total = static_cast<double>(size), flips = std::round(noise * total);
  SyntheticReviews reviews{{{"negative", "positive"}, {}}, 1 - flips / total, 0};
  auto to_flip = static_cast<std::size_t>(flips);
  std::size_t plain_ones = 0;
  for (std::size_t left = size; left > 0; --left) {
    const std::size_t kind = rng.below(kinds.size()), verdict = rng.below(2);
    const Grammar& grammar = grammars[verdict];
    const bool flip = rng.below(left) < to_flip;
    const std::string text = surround(grammar.draw(kinds[kind], rng), grammar, rng);
    reviews.corpus.examples.push_back({text, static_cast<Index>(flip ? 1 - verdict : verdict)});
    if (flip) --to_flip;
    if (kind == plain) ++plain_ones;
  }
  const double reach = static_cast<double>(plain_ones) / total;
  reviews.best_bag_accuracy = reach * reviews.best_accuracy + (1 - reach) / 2;
  return reviews;
}

}  // namespace rw::inline REWIND_ABI::datasets
