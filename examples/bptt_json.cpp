#include "examples/bptt_json.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace rw::inline REWIND_ABI::examples {

nlohmann::json short_number(double x) {
  if (!std::isfinite(x)) return nullptr;
  return std::stod(fmt::format("{:.4g}", x));
}

nlohmann::json short_numbers(const std::vector<double>& x) {
  nlohmann::json all = nlohmann::json::array();
  for (const double each : x) all.push_back(short_number(each));
  return all;
}

namespace {

std::string base64(const std::vector<unsigned char>& bytes) {
  std::vector<unsigned char> text((bytes.size() + 2) / 3 * 4 + 1);  // and the 0 at the end
  EVP_EncodeBlock(text.data(), bytes.data(), static_cast<int>(bytes.size()));
  return {text.begin(), text.end() - 1};
}

// Sign and logarithm: examples/page/packed.js has the formula.
int packed(double x) {
  if (x == 0 || std::isnan(x)) return 0;
  const int n = static_cast<int>(std::lround(std::clamp(512 * (std::log2(std::abs(x)) + 40), 0., 32766.))) + 1;
  return x < 0 ? -n : n;
}

}  // namespace

nlohmann::json triangle(const Array& table) {
  std::vector<unsigned char> bytes;
  for (std::size_t t = 0; t < table.shape()[0]; ++t)
    for (std::size_t k = 0; k <= t; ++k) {
      const auto n = static_cast<std::uint16_t>(packed(static_cast<double>(table(t, k))));
      bytes.push_back(static_cast<unsigned char>(n & 0xff)), bytes.push_back(static_cast<unsigned char>(n >> 8));
    }
  return {{"triangle", base64(bytes)}};
}

Strip strip(const std::vector<Array>& rows) {
  double scale = 0;
  for (const Array& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) scale = std::max(scale, std::abs(static_cast<double>(row.data()[i])));
  std::vector<unsigned char> bytes;
  for (const Array& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) {
      const double x = scale > 0 && std::isfinite(static_cast<double>(row.data()[i]))
                           ? static_cast<double>(row.data()[i]) / scale
                           : 0;
      bytes.push_back(static_cast<unsigned char>(static_cast<signed char>(std::lround(127 * x))));
    }
  return {scale, base64(bytes)};
}

nlohmann::json summary_json(const nn::Summary& s) { return short_numbers({s.rms, s.min, s.max}); }

}  // namespace rw::inline REWIND_ABI::examples
