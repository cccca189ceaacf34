// safetensors: round trips, conversions, strict loading.
#include "nn/train/serialize.hpp"

#include <cmath>
#include <limits>

#include "safetensors.hpp"

using namespace rw;
using namespace rw::nn;

namespace {

const NamedArrays sample = {{"embedding.weight", array_of({5, 3})},
                            {"empty", Array(Shape{0, 4})},
                            {"scalar", array_of({}, -2)},
                            {"weight_ih_l0", array_of({2, 1, 3}, 1e-30)}};

}  // namespace

TEST_CASE("arrays come back from safetensors bit by bit", "[serialize]") {
  const TemporaryFolder folder;
  save_safetensors(folder.path("m.safetensors"), sample, {{"cell", "lstm \"é\"\n"}});
  const SafeTensors loaded = load_safetensors(folder.path("m.safetensors"));
  CHECK(same(loaded.arrays, sample));
  CHECK(loaded.metadata.at("cell") == "lstm \"é\"\n");
  CHECK(loaded.metadata.at("xxh64").size() == 16);
  CHECK(from_safetensors(to_safetensors({}), "f").arrays.empty());
  CHECK(message_of([] {
          to_safetensors({{"a", array_of({1})}, {"a", array_of({1})}});
        }) == "[safetensors] two arrays have the name 'a'");
}

TEST_CASE("NaN, infinities and signed zeros survive", "[serialize]") {
  using limits = std::numeric_limits<Scalar>;
  Array a(Shape{5});
  const Scalar values[] = {limits::quiet_NaN(), limits::infinity(), -limits::infinity(), Scalar(-0.0),
                           limits::denorm_min()};
  std::copy_n(values, 5, a.data());
  CHECK(same(from_safetensors(to_safetensors({{"a", a}}), "f").arrays, {{"a", a}}));
}

TEST_CASE("elements start at a multiple of eight bytes", "[serialize]") {
  for (std::size_t n = 1; n < 10; ++n) {
    std::uint64_t length = 0;
    std::memcpy(&length, to_safetensors({{std::string(n, 'x'), array_of({2})}}).data(), 8);
    CHECK(length % 8 == 0);
  }
}

TEST_CASE("files of other writers: any order, spaces, no checksum", "[serialize]") {
  const std::string file = file_of(
      "{" + entry("b", "2", "4,12") + ", " + entry("a", "", "0,4") + ", \"__metadata__\":{\"format\":\"pt\"}}   ",
      bytes_of<float>({1.5f, 2, 3}));
  const SafeTensors loaded = from_safetensors(file, "f");
  REQUIRE(loaded.arrays.size() == 2);
  CHECK(loaded.arrays[0].first == "a");
  CHECK(loaded.arrays[0].second.shape() == Shape{});
  CHECK(loaded.arrays[0].second.data()[0] == Scalar(1.5));
  CHECK(loaded.arrays[1].second.shape() == Shape{2});
  CHECK(loaded.arrays[1].second.data()[1] == 3);
  CHECK(loaded.metadata == Metadata{{"format", "pt"}});
}

TEST_CASE("F64 and F32 are converted", "[serialize]") {
  const auto wide = from_safetensors(file_of("{" + entry("a", "2", "0,16", "F64") + "}", bytes_of({0.1, -3.0})), "f");
  CHECK(wide.arrays[0].second.data()[0] == static_cast<Scalar>(0.1));
  CHECK(wide.arrays[0].second.data()[1] == -3);
  const auto narrow = from_safetensors(file_of("{" + entry("a", "1", "0,4") + "}", bytes_of({0.1f})), "f");
  CHECK(narrow.arrays[0].second.data()[0] == static_cast<Scalar>(0.1f));
}

TEST_CASE("every F16 and BF16 pattern is converted exactly", "[serialize]") {
  std::string all;
  for (std::uint32_t i = 0; i < 65536; ++i) all += bytes_of({static_cast<std::uint16_t>(i)});
  const auto half = from_safetensors(file_of("{" + entry("a", "65536", "0,131072", "F16") + "}", all), "f");
  const auto brain = from_safetensors(file_of("{" + entry("a", "65536", "0,131072", "BF16") + "}", all), "f");
  auto same_number = [](double a, double b) {
    return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
  };
  // sign, `fraction` bits of fraction, the rest exponent: the definition, with ldexp
  auto reference = [](std::uint32_t bits, int fraction) {
    const int exponent = static_cast<int>(bits >> fraction & ((1u << (15 - fraction)) - 1));
    const int bias = (1 << (14 - fraction)) - 1;
    const double f = std::ldexp(bits & ((1u << fraction) - 1), -fraction);
    const double sign = bits >> 15 != 0 ? -1 : 1;
    if (exponent == 2 * bias + 1) return f == 0 ? sign * HUGE_VAL : std::nan("");
    return sign * (exponent == 0 ? std::ldexp(f, 1 - bias) : std::ldexp(1 + f, exponent - bias));
  };
  std::size_t wrong = 0;
  for (std::uint32_t i = 0; i < 65536; ++i) {
    wrong += !same_number(reference(i, 10), static_cast<double>(half.arrays[0].second.data()[i]));
    wrong += !same_number(reference(i, 7), static_cast<double>(brain.arrays[0].second.data()[i]));
  }
  CHECK(wrong == 0);
  CHECK(reference(0x3c00, 10) == 1);        // the reference itself
  CHECK(reference(0x0001, 10) == 0x1p-24);  // least subnormal
  CHECK(reference(0x7bff, 10) == 65504);    // largest
  CHECK(reference(0x3f80, 7) == 1);
}

TEST_CASE("loading into parameters is strict by name", "[serialize]") {
  const NamedParameters model = {{"weight", parameter(array_of({2, 3}))}, {"bias", parameter(array_of({2}))}};
  const NamedArrays before = copy_values(model);
  auto load = [&](const NamedArrays& arrays) { return message_of([&] { load_into(model, arrays); }); };

  CHECK(load({{"weight", array_of({2, 3}, 5)}}) == "[load] missing, the model needs it: 'bias' (2)");
  CHECK(load({{"weight", array_of({2, 3}, 5)}, {"bias", array_of({2}, 5)}, {"x", array_of({1})}}) ==
        "[load] unexpected, the model has no such parameter: 'x' (1)");
  CHECK(load({{"weight", array_of({3, 2}, 5)}, {"bias", array_of({2}, 5)}}) ==
        "[load] wrong shape of 'weight': expected (2, 3), got (3, 2)");
  CHECK(same(copy_values(model), before));

  const NamedArrays good = {{"bias", array_of({2}, 8)}, {"weight", array_of({2, 3}, 9)}};
  CHECK(load(good) == "nothing was thrown");
  CHECK(same(copy_values(model), {good[1], good[0]}));
}

TEST_CASE("many missing names are counted", "[serialize]") {
  NamedParameters model;
  for (const char* name : {"a", "b", "c", "d", "e"}) model.emplace_back(name, parameter(array_of({1})));
  CHECK(message_of([&] { load_into(model, {}); }) ==
        "[load] missing, the model needs it: 'a' (1), 'b' (1), 'c' (1) and 2 more");
}
