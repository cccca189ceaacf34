#include "datasets/synthetic_translations.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <iterator>
#include <sstream>
#include <string>

#include "autograd/check.hpp"
#include "datasets/grammar.hpp"

namespace rw::inline REWIND_ABI::datasets {
namespace {

// What a sentence says: clauses, "+" before all but the first, of parts between "/": subject, tense, verb, object,
// place.
constexpr const char* rules = R"(
sentence = plain: {clause} | today: {clause} | here: {clause} | often: {clause} | now: {clause}
  | because: {clause} + {clause} | when: {clause} + {clause} | and: {clause} + {clause}
clause = {being} / {tense} / {verb} / {thing} / {place} | {being} / {tense} / {verb} / {thing} /
  | {being} / {tense} / sleep / / {place}
tense = present | perfect | future
being = {one} {animate} | {many} {animate}s | {one} {adjective} {animate} | {many} {adjective} {animate}s
thing = {one} {object} | {many} {object}s | {one} {adjective} {object} | {many} {adjective} {object}s
place = {preposition} {one} {spot} | {preposition} {one} {adjective} {spot} | {preposition} {many} {spot}s
one = the | a
many = the | two
animate = man | woman | child | dog | cat | horse | teacher | girl | bird
object = ball | book | flower | apple | letter | bicycle | lamp | picture | {animate}
spot = garden | street | house | tree | table | wall | church | field
preposition = in front of | behind | under | beside
adjective = old | small | red | big | young | new | white | beautiful | black | quiet
verb = see | find | carry | paint | buy | hear | love | hide | look at | pick up | take along
)";

struct Noun {
  const char *english, *english_plural, *german, *german_plural;
  int gender;  // masculine, feminine, neuter
};
constexpr Noun nouns[] = {
    {"man", "men", "Mann", "Männer", 0},
    {"woman", "women", "Frau", "Frauen", 1},
    {"child", "children", "Kind", "Kinder", 2},
    {"dog", "dogs", "Hund", "Hunde", 0},
    {"cat", "cats", "Katze", "Katzen", 1},
    {"horse", "horses", "Pferd", "Pferde", 2},
    {"teacher", "teachers", "Lehrer", "Lehrer", 0},
    {"girl", "girls", "Mädchen", "Mädchen", 2},
    {"bird", "birds", "Vogel", "Vögel", 0},
    {"ball", "balls", "Ball", "Bälle", 0},
    {"book", "books", "Buch", "Bücher", 2},
    {"flower", "flowers", "Blume", "Blumen", 1},
    {"apple", "apples", "Apfel", "Äpfel", 0},
    {"letter", "letters", "Brief", "Briefe", 0},
    {"bicycle", "bicycles", "Fahrrad", "Fahrräder", 2},
    {"lamp", "lamps", "Lampe", "Lampen", 1},
    {"picture", "pictures", "Bild", "Bilder", 2},
    {"garden", "gardens", "Garten", "Gärten", 0},
    {"street", "streets", "Straße", "Straßen", 1},
    {"house", "houses", "Haus", "Häuser", 2},
    {"tree", "trees", "Baum", "Bäume", 0},
    {"table", "tables", "Tisch", "Tische", 0},
    {"wall", "walls", "Mauer", "Mauern", 1},
    {"church", "churches", "Kirche", "Kirchen", 1},
    {"field", "fields", "Feld", "Felder", 2},
};

struct Verb {
  const char *english, *third_person, *past_participle;        // the last part of "look at" stays as it is
  const char *singular, *plural, *participle, *particle = "";  // the particle of a separable verb
};
constexpr Verb verbs[] = {
    {"see", "sees", "seen", "sieht", "sehen", "gesehen"},
    {"find", "finds", "found", "findet", "finden", "gefunden"},
    {"carry", "carries", "carried", "trägt", "tragen", "getragen"},
    {"paint", "paints", "painted", "malt", "malen", "gemalt"},
    {"buy", "buys", "bought", "kauft", "kaufen", "gekauft"},
    {"hear", "hears", "heard", "hört", "hören", "gehört"},
    {"love", "loves", "loved", "liebt", "lieben", "geliebt"},
    {"hide", "hides", "hidden", "versteckt", "verstecken", "versteckt"},
    {"look at", "looks at", "looked at", "sieht", "sehen", "gesehen", "an"},
    {"pick up", "picks up", "picked up", "hebt", "heben", "gehoben", "auf"},
    {"take along", "takes along", "taken along", "nimmt", "nehmen", "genommen", "mit"},
    {"sleep", "sleeps", "slept", "schläft", "schlafen", "geschlafen"},
};

constexpr struct {
  const char *english, *german;
} words[] = {{"old", "alt"},       {"small", "klein"},  {"red", "rot"},         {"big", "groß"},
             {"young", "jung"},    {"new", "neu"},      {"white", "weiß"},      {"beautiful", "schön"},
             {"black", "schwarz"}, {"quiet", "still"},  {"in front of", "vor"}, {"behind", "hinter"},
             {"under", "unter"},   {"beside", "neben"}, {"today", "heute"},     {"here", "hier"},
             {"often", "oft"},     {"now", "jetzt"}};

enum Case { nominative, accusative, dative };

// Endings for masculine, feminine, neuter and plural, in each case.
constexpr const char* definite[3][4] = {
    {"der", "die", "das", "die"}, {"den", "die", "das", "die"}, {"dem", "der", "dem", "den"}};
constexpr const char* indefinite[3][4] = {
    {"ein", "eine", "ein", "zwei"}, {"einen", "eine", "ein", "zwei"}, {"einem", "einer", "einem", "zwei"}};
constexpr const char* after_definite[3][4] = {{"e", "e", "e", "en"}, {"en", "e", "e", "en"}, {"en", "en", "en", "en"}};
constexpr const char* after_indefinite[3][4] = {
    {"er", "e", "es", "e"}, {"en", "e", "es", "e"}, {"en", "en", "en", "en"}};

template <class Entries>
const auto& look_up(const Entries& entries, const std::string& english) {
  const auto found =
      std::find_if(std::begin(entries), std::end(entries), [&](const auto& e) { return e.english == english; });
  if (found == std::end(entries)) fail("synthetic_translations", "'" + english + "' is not in the dictionary");
  return *found;
}

std::string german_word(const std::string& english) { return look_up(words, english).german; }

// "a", " b", "" -> "a b"
std::string joined(std::initializer_list<std::string> parts) {
  std::string all;
  for (const std::string& part : parts)
    if (!part.empty()) all += (all.empty() ? "" : " ") + part;
  return all;
}

struct Phrase {
  std::string english, german;
  bool plural = false;
};

// "a red ball", "two old dogs": the last word is an English noun, with an s if there are several.
Phrase noun_phrase(const std::string& text, Case c) {
  std::istringstream in(text);
  const std::vector<std::string> w{std::istream_iterator<std::string>(in), {}};
  if (w.empty()) return {};
  std::string name = w.back();
  const auto is = [&](const Noun& n) { return name == n.english; };
  const bool plural = std::none_of(std::begin(nouns), std::end(nouns), is);
  if (plural) name.pop_back();
  const Noun& noun = look_up(nouns, name);
  const int form = plural ? 3 : noun.gender;
  const bool known = w[0] == "the";
  std::string german = plural ? noun.german_plural : noun.german;
  if (plural && c == dative && !german.ends_with('n')) german += 'n';
  Phrase phrase{"", "", plural};
  const std::string adjective = w.size() > 2 ? w[1] : "";
  const bool vowel = std::strchr("aeiou", (adjective.empty() ? name : adjective)[0]) != nullptr;
  phrase.english = joined({w[0] == "a" && vowel ? "an" : w[0], adjective, plural ? noun.english_plural : noun.english});
  phrase.german = joined(
      {(known ? definite : indefinite)[c][form],
       adjective.empty() ? "" : german_word(adjective) + (known ? after_definite : after_indefinite)[c][form], german});
  return phrase;
}

Phrase place_phrase(const std::string& text) {
  for (const char* preposition : {"in front of", "behind", "under", "beside"})
    if (text.starts_with(preposition)) {
      const Phrase noun = noun_phrase(text.substr(std::string(preposition).size()), dative);
      return {joined({preposition, noun.english}), joined({german_word(preposition), noun.german})};
    }
  return {};
}

struct Clause {
  Phrase subject, object, place;
  std::string tense;
  const Verb& verb;
};

// The parts between `mark`, without the spaces around them.
std::vector<std::string> split(const std::string& text, char mark) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, mark);) {
    const auto first = part.find_first_not_of(' ');
    parts.push_back(first == part.npos ? "" : part.substr(first, part.find_last_not_of(' ') - first + 1));
  }
  return parts;
}

Clause clause_of(const std::string& plan) {
  std::vector<std::string> parts = split(plan, '/');
  parts.resize(5);
  return {noun_phrase(parts[0], nominative), noun_phrase(parts[3], accusative), place_phrase(parts[4]), parts[1],
          look_up(verbs, parts[2])};
}

std::string english(const Clause& c) {
  const bool many = c.subject.plural;
  const std::string verb = c.tense == "present"   ? (many ? c.verb.english : c.verb.third_person)
                           : c.tense == "perfect" ? joined({many ? "have" : "has", c.verb.past_participle})
                                                  : joined({"will", c.verb.english});
  return joined({c.subject.english, verb, c.object.english, c.place.english});
}

// The finite verb stands second, first (something else is before it), or at the end.
enum class Order { second, first, last };

std::string german(const Clause& c, Order order) {
  const bool many = c.subject.plural;
  const std::string particle = c.verb.particle;
  std::string finite = many ? c.verb.plural : c.verb.singular, rest = particle;
  if (c.tense == "perfect") finite = many ? "haben" : "hat", rest += c.verb.participle;
  if (c.tense == "future") finite = many ? "werden" : "wird", rest += c.verb.plural;  // the infinitive's form
  const Phrase &s = c.subject, &o = c.object, &p = c.place;
  if (order == Order::last) {
    const std::string end = c.tense == "present" ? rest + finite : joined({rest, finite});
    return joined({s.german, o.german, p.german, end});
  }
  const bool second = order == Order::second;
  return joined({second ? s.german : finite, second ? finite : s.german, o.german, p.german, rest});
}

std::string as_sentence(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + '.';
}

}  // namespace

ParallelText synthetic_translations(std::size_t size, Rng& rng) {
  if (size == 0) fail("synthetic_translations", "size: 0 sentences, expected at least 1");
  const Grammar grammar(rules);
  ParallelText text;
  for (std::size_t i = 0; i < size; ++i) {
    const std::string plan = grammar.draw("{sentence}", rng);
    const auto colon = plan.find(':');
    const std::string kind = plan.substr(0, colon);
    const std::vector<std::string> plans = split(plan.substr(colon + 1), '+');
    const Clause a = clause_of(plans.at(0)), b = clause_of(plans.back());
    std::string source = english(a), target = german(a, Order::second);
    if (kind == "because")
      source += " because " + english(b), target += ", weil " + german(b, Order::last);
    else if (kind == "and")
      source += " and " + english(b), target += " und " + german(b, Order::second);
    else if (kind == "when")
      source = "when " + source + ", " + english(b),
      target = "wenn " + german(a, Order::last) + ", " + german(b, Order::first);
    else if (kind != "plain")
      source = kind + " " + source, target = german_word(kind) + " " + german(a, Order::first);
    text.source.push_back(as_sentence(source)), text.target.push_back(as_sentence(target));
  }
  return text;
}

}  // namespace rw::inline REWIND_ABI::datasets
