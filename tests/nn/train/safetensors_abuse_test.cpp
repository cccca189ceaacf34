// safetensors files that are not what they say: each is a clear error.
#include <random>

#include "nn/train/serialize.hpp"
#include "safetensors.hpp"

using namespace rw;
using namespace rw::nn;
using Catch::Matchers::Contains;

namespace {

std::string message(const std::string& bytes) {
  return message_of([&] { from_safetensors(bytes, "f"); });
}

const NamedArrays sample = {{"embedding.weight", array_of({5, 3})},
                            {"empty", Array(Shape{0, 4})},
                            {"scalar", array_of({}, -2)},
                            {"weight_ih_l0", array_of({2, 1, 3}, 1e-30)}};

}  // namespace

TEST_CASE("files that are no safetensors files", "[serialize][abuse]") {
  CHECK(message("") ==
        "[safetensors] f: has 0 bytes, not even the 8 of a header's length: it is no safetensors file, or "
        "truncated");
  CHECK_THAT(message("PK\x03\x04 a zip"), Contains("are allowed: it is no safetensors file"));
  CHECK(message(bytes_of<std::uint64_t>({100'000'001}) + "{}") ==
        "[safetensors] f: its header would have 100000001 bytes, 100000000 are allowed: it is no safetensors file");
  CHECK_THAT(message(bytes_of<std::uint64_t>({~std::uint64_t{0}})), Contains("18446744073709551615 bytes"));
  CHECK(message(bytes_of<std::uint64_t>({100}) + "{}") ==
        "[safetensors] f: its header has 100 bytes, the file only 10: it is no safetensors file, or truncated");
  CHECK(message(file_of("", "")) == "[safetensors] f: its header does not start with '{': it is no safetensors file");
  CHECK_THAT(message(file_of("[]", "")), Contains("does not start with '{'"));
  CHECK_THAT(message(file_of(" {}", "")), Contains("does not start with '{'"));
}

TEST_CASE("headers that are not the format's", "[serialize][abuse]") {
  auto header = [](const std::string& text) { return message(file_of(text, bytes_of<float>({1}))); };
  const std::string good = entry("a", "1", "0,4");
  CHECK(header("{" + good + "}") == "nothing was thrown");
  CHECK(header("{" + good) ==
        "[safetensors] f: the header is not valid JSON at byte " + std::to_string(good.size() + 2));
  CHECK_THAT(header("{" + good + "}x"), Contains("is not valid JSON"));
  CHECK_THAT(header("{" + good + "}" + std::string("\0{}", 3)), Contains("it has a NUL character"));
  CHECK_THAT(header("{\"\xff\":{}}"), Contains("is not valid JSON"));
  CHECK(header("{" + good + "," + good + "}") == "[safetensors] f: the header has the key \"a\" twice");
  CHECK(header("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}," + good + "}") ==
        "[safetensors] f: the header has the key \"k\" twice");
  CHECK_THAT(header("{\"__metadata__\":{}," + good + ",\"__metadata__\":{}}"), Contains("\"__metadata__\" twice"));
  CHECK_THAT(header("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F64\"}}"), Contains("the key \"dtype\" twice"));
  CHECK_THAT(header("{\"a\":5}"), Contains("something other than an object under \"a\""));
  CHECK_THAT(header("{\"a\":null}"), Contains("something other than an object under \"a\""));
  CHECK_THAT(header("{\"a\":\"x\"}"), Contains("holds a string where none belongs"));
  CHECK_THAT(header("{\"a\":[]}"), Contains("something other than an object under \"a\""));
  CHECK_THAT(header("{\"a\":{\"dtype\":{}}}"), Contains("holds an object where none belongs"));
  CHECK_THAT(header("{\"a\":{\"shape\":[[1]]}}"), Contains("unexpected in the field \"shape\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"shape\":[1.5]}}"), Contains("unexpected in the field \"shape\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"shape\":[-1]}}"), Contains("unexpected in the field \"shape\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"shape\":[99999999999999999999]}}"), Contains("unexpected in the field \"shape\""));
  CHECK_THAT(header("{\"a\":{\"shape\":[true]}}"), Contains("unexpected in the field \"shape\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"shape\":[\"1\"]}}"), Contains("holds a string where none belongs"));
  CHECK_THAT(header("{\"a\":{\"shape\":4}}"), Contains("unexpected in the field \"shape\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"size\":[1]}}"), Contains("unexpected in the field \"size\" of \"a\""));
  CHECK_THAT(header("{\"a\":{\"size\":\"1\"}}"), Contains("unexpected in the field \"size\" of \"a\""));
  CHECK_THAT(header("{\"__metadata__\":{\"k\":1}}"), Contains("unexpected in the field \"k\" of \"__metadata__\""));
  CHECK_THAT(header("{\"a\":{}}"), Contains("gives no dtype for \"a\""));
  CHECK_THAT(header("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}"), Contains("gives no shape for \"a\""));
  CHECK_THAT(header("{" + entry("a", "1", "0") + "}"), Contains("data_offsets has 1 numbers"));
  CHECK_THAT(header("{" + entry("a", "1", "0,4,8") + "}"), Contains("data_offsets has more than two numbers"));
  CHECK(header("{" + entry("a\\n\\u001b[2J", "1", "0,4", "I64") + "}") ==
        "[safetensors] f: tensor \"a\\n\\u001b[2J\": its type is \"I64\"; F32, F64, F16 and BF16 can be read");
}

TEST_CASE("caps on names, axes, entries and nesting", "[serialize][abuse]") {
  auto header = [](const std::string& text) { return message(file_of(text, "")); };
  CHECK_THAT(header("{\"" + std::string(1025, 'n') + "\":{}}"), Contains("has a name of 1025 bytes; 1024 are allowed"));
  std::string axes = "1";
  for (int i = 0; i < 8; ++i) axes += ",1";
  CHECK_THAT(header("{" + entry("a", axes, "0,4") + "}"), Contains("has more than 8 axes"));
  std::string many = "{";
  for (int i = 0; i < 65'537; ++i) many += (i == 0 ? "" : ",") + entry("t" + std::to_string(i), "0", "0,0");
  CHECK_THAT(header(many + "}"), Contains("has more than 65536 entries"));
  CHECK_THAT(header("{\"a\":" + std::string(1'000'000, '[')), Contains("something other than an object under \"a\""));
  CHECK_THAT(header("{\"a\":{\"b\":" + std::string(1'000'000, '{')), Contains("holds an object where none belongs"));
}

TEST_CASE("offsets and shapes that do not fit the file", "[serialize][abuse]") {
  auto file = [](const std::string& entries, std::size_t data) {
    return message(file_of("{" + entries + "}", std::string(data, '\0')));
  };
  CHECK(file(entry("a", "2", "0,8"), 4) ==
        "[safetensors] f: tensor \"a\": its bytes 0 to 8 are not inside the 4 bytes of elements: the file is truncated "
        "or broken");
  CHECK_THAT(file(entry("a", "1", "8,4"), 8), Contains("its bytes 8 to 4 are not inside"));
  CHECK_THAT(file(entry("a", "1", "18446744073709551612,18446744073709551615"), 8), Contains("are not inside"));
  CHECK(file(entry("a", "3", "0,8"), 8) ==
        "[safetensors] f: tensor \"a\": its shape (3) in F32 wants 12 bytes, its offsets give 8");
  CHECK_THAT(file(entry("a", "2", "0,8", "F64"), 8), Contains("in F64 wants 16 bytes, its offsets give 8"));
  CHECK_THAT(file(entry("a", "4294967296,4294967296", "0,0"), 0), Contains("overflows"));
  CHECK_THAT(file(entry("a", "0,4294967296,4294967296", "0,0"), 0), Contains("overflows"));
  CHECK_THAT(file(entry("a", "9223372036854775807", "0,0"), 0), Contains("overflows"));
  CHECK(file(entry("a", "2", "0,8") + "," + entry("b", "2", "4,12"), 12) ==
        "[safetensors] f: tensor \"b\" starts at byte 4, expected 8: tensors overlap");
  CHECK_THAT(file(entry("a", "2", "0,8") + "," + entry("b", "2", "0,8"), 8), Contains("tensors overlap"));
  CHECK(file(entry("a", "1", "0,4") + "," + entry("b", "1", "8,12"), 12) ==
        "[safetensors] f: tensor \"b\" starts at byte 8, expected 4: there is a hole before it");
  CHECK_THAT(file(entry("a", "1", "4,8"), 8), Contains("there is a hole before it"));
  CHECK(file(entry("a", "1", "0,4"), 10) == "[safetensors] f: the tensors end at byte 4 of 10: 6 bytes belong to none");
  CHECK(file(entry("a", "0", "0,0") + "," + entry("b", "1", "0,4") + "," + entry("c", "0,3", "4,4"), 4) ==
        "nothing was thrown");
}

TEST_CASE("a flipped bit is an error or changes nothing, every truncation is an error", "[serialize][abuse]") {
  const std::string good = to_safetensors(sample, {{"cell", "lstm"}});
  std::size_t caught = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    INFO("byte " << i);
    REQUIRE_THAT(message(good.substr(0, i)), Contains("[safetensors] f: "));
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      try {
        const NamedArrays arrays = from_safetensors(bad, "f").arrays;
        // Only a name can be another one; load_into() finds that.
        REQUIRE(arrays.size() == sample.size());
        for (std::size_t k = 0; k < arrays.size(); ++k) REQUIRE(same_bits(arrays[k].second, sample[k].second));
      } catch (const Error&) {
        ++caught;
      }
    }
  }
  CHECK(caught > good.size() * 4);
  std::string bad = good;
  bad.back() = static_cast<char>(bad.back() ^ 1);
  CHECK(
      message(bad) ==
      "[safetensors] f: the elements do not have the checksum in the header: the file was damaged (a bit has flipped) "
      "or changed by hand; use another copy");
}

TEST_CASE("random bytes never crash the reader", "[serialize][abuse]") {
  std::mt19937 random(7);
  const std::string good = to_safetensors(sample), alphabet = "{}[]\",:0123456789-.eF_ \\u";
  for (int round = 0; round < 20'000; ++round) {
    std::string bad = good;
    for (int k = 0; k < 4; ++k) bad[8 + random() % (bad.size() - 8)] = alphabet[random() % alphabet.size()];
    if (round % 3 == 0) bad.erase(8 + random() % 200, random() % 20);
    try {
      from_safetensors(bad, "f");
    } catch (const Error&) {
    }
  }
  SUCCEED();
}
