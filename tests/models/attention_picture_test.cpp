// The picture of attention, and its section of a report.
#include "examples/attention_picture.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "examples/report.hpp"
#include "tests/support.hpp"

using namespace rw;
using namespace rw::examples;
using nlohmann::json;

namespace {

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++n;
  return n;
}

AttentionPicture example() {
  Array weights(Shape{2, 3}, Scalar(0.25));
  weights(1, 2) = Scalar(0.5);
  return {"A sentence", {"ein", "Hund", "läuft"}, {"a", "dog"}, {{"head 1", weights}, {"head 2", weights}}};
}

}  // namespace

TEST_CASE("a picture of attention has a cell for each pair of words, in a panel for each head", "[report]") {
  const std::string svg = svg_of(example());
  CHECK(count(svg, "class=\"cell\"") == 2 * 2 * 3);
  CHECK(count(svg, ">läuft</text>") == 2);
  CHECK(count(svg, ">dog</text>") == 2);
  CHECK(count(svg, "fill-opacity=\"0.500\"><title>dog ← läuft: 0.500</title>") == 2);
  CHECK(count(svg, ">head 2</text>") == 1);
  CHECK(svg == svg_of(example()));
}

TEST_CASE("whatever words contain, the picture stays an SVG file with just its own elements", "[report]") {
  const std::vector<std::string> hostile = {"</text><script>x</script>", "\"&<>'",          "\xFF\xC3",
                                            std::string("\0\n\x1B", 3),  "\xEF\xBF\xBF]]>", "",
                                            std::string(500, 'x')};
  const Array weights(Shape{7, 7}, Scalar(0.1));
  const std::string svg = svg_of({hostile[0], hostile, hostile, {{hostile[1], weights}}});
  CHECK(count(svg, "<script") == 0);
  CHECK(count(svg, "<text") == 2 * 7 + 2);
  CHECK(count(svg, "class=\"cell\"") == 7 * 7);
  CHECK(count(svg, ">&quot;&amp;&lt;&gt;'</text>") == 3);
  CHECK(count(svg, ">\xEF\xBF\xBD\xEF\xBF\xBD</text>") == 2);
  CHECK(count(svg, ">   </text>") == 2);
  CHECK(count(svg, ">xxxxxxxxxxxxxxxxxxxxxxxx…</text>") == 2);
}

TEST_CASE("weights that are no numbers have no cell, and others stay within their bounds", "[report]") {
  Array weights(Shape{1, 3}, Scalar(0));
  weights(0, 0) = std::numeric_limits<Scalar>::quiet_NaN(), weights(0, 1) = Scalar(1.5), weights(0, 2) = Scalar(-1);
  const AttentionPicture picture{"t", {"a", "b", "c"}, {"d"}, {{"", weights}}};
  const std::string svg = svg_of(picture);
  CHECK(count(svg, "class=\"cell\"") == 2);
  CHECK(count(svg, "fill-opacity=\"1.000\"") == 1);
  CHECK(count(svg, "fill-opacity=\"0.000\"") == 1);
  json report;
  add_attention(report, "these", picture);
  CHECK(report["attention"]["items"][0]["heads"][0]["weights"] == json::parse("[[null, 1.5, -1.0]]"));
}

TEST_CASE("a picture without words or heads is one", "[report]") {
  CHECK(count(svg_of({"nothing", {"ein"}, {}, {{"", Array(Shape{0, 1})}}}), "class=\"cell\"") == 0);
  CHECK(count(svg_of({}), "</svg>") == 1);
}

TEST_CASE("sentences are added to a report", "[report]") {
  json report;
  add_attention(report, "the test part", example(), "a dog runs");
  add_attention(report, "the test part", {"", {"ein"}, {}, {{"", Array(Shape{0, 1})}}});
  const json& attention = report["attention"];
  CHECK(attention["of"] == "the test part");
  REQUIRE(attention["items"].size() == 2);
  CHECK(attention["items"][0]["reference"] == "a dog runs");
  CHECK(attention["items"][0]["source"] == json({"ein", "Hund", "läuft"}));
  CHECK(attention["items"][0]["heads"][1]["name"] == "head 2");
  CHECK(attention["items"][0]["heads"][1]["weights"] == json::parse("[[0.25, 0.25, 0.25], [0.25, 0.25, 0.5]]"));
  CHECK(attention["items"][1]["heads"][0]["weights"] == json::array());
}

TEST_CASE("weights that are not of the words are refused", "[report]") {
  AttentionPicture picture = example();
  picture.target.push_back("runs");
  json report;
  const std::string message = "[attention_picture] weights: expected (3, 3), got (2, 3)";
  CHECK_THROWS_WITH(svg_of(picture), message);
  CHECK_THROWS_WITH(add_attention(report, "these", picture), message);
  CHECK(report.is_null());
}
