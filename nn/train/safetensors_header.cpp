#include "nn/train/safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

using nlohmann::json;

constexpr std::size_t max_header = 100'000'000;  // bytes, the format's own cap
constexpr std::size_t max_entries = 65'536;
constexpr std::size_t max_rank = Shape::capacity;
constexpr std::size_t max_name = 1'024;  // bytes

// A name out of a file, safe to print.
std::string printable(const std::string& name) {
  const std::string text = json(name).dump(-1, ' ', true, json::error_handler_t::replace);
  return text.size() <= 80 ? text : text.substr(0, 76) + "...\"";
}

// Accepts exactly {name: {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, "__metadata__": {k: v}}.
// Throws at the first thing that is not so, thus keeps nothing that a hostile file nests or repeats.
class HeaderReader : public nlohmann::json_sax<json> {
 public:
  HeaderReader(SafeTensorsHeader& header, const std::string& source) : header_(header), source_(source) {}

  bool start_object(std::size_t) override {
    if (depth_ > 1) reject("holds an object where none belongs");
    ++depth_;
    fields_.clear();
    if (depth_ == 2 && !in_metadata_) begin_entry();
    return true;
  }
  bool end_object() override {
    if (depth_ == 2 && !in_metadata_) finish_entry();
    --depth_;
    return true;
  }
  bool key(std::string& name) override {
    if (name.size() > max_name) reject(fmt::format("has a name of {} bytes; {} are allowed", name.size(), max_name));
    auto& seen = depth_ == 1 ? names_ : fields_;
    if (!seen.insert(name).second) reject(fmt::format("has the key {} twice", printable(name)));
    if (seen.size() > max_entries) reject(fmt::format("has more than {} entries", max_entries));
    if (depth_ == 1) in_metadata_ = name == "__metadata__";
    (depth_ == 1 ? name_ : field_) = name;
    return true;
  }
  bool string(std::string& text) override {
    if (depth_ != 2) reject("holds a string where none belongs");
    if (in_metadata_)
      header_.metadata[field_] = text;
    else if (field_ == "dtype")
      header_.entries.back().dtype = text;
    else
      reject_field();
    return true;
  }
  bool start_array(std::size_t) override {
    if (depth_ != 2 || in_metadata_ || (field_ != "shape" && field_ != "data_offsets")) reject_field();
    ++depth_;
    return true;
  }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool number_unsigned(std::uint64_t number) override {
    if (depth_ != 3) reject_field();
    Shape& shape = header_.entries.back().shape;
    if (field_ == "data_offsets") {
      if (offsets_ == 2) reject(fmt::format("tensor {}: data_offsets has more than two numbers", printable(name_)));
      (offsets_++ == 0 ? header_.entries.back().begin : header_.entries.back().end) = number;
    } else if (shape.size() == max_rank) {
      reject(fmt::format("tensor {}: has more than {} axes", printable(name_), max_rank));
    } else {
      shape.push_back(number);
    }
    return true;
  }
  bool number_integer(std::int64_t) override { reject_field(); }
  bool number_float(double, const std::string&) override { reject_field(); }
  bool null() override { reject_field(); }
  bool boolean(bool) override { reject_field(); }
  bool binary(json::binary_t&) override { reject_field(); }
  bool parse_error(std::size_t position, const std::string&, const json::exception&) override {
    reject(fmt::format("is not valid JSON at byte {}", position));
  }

 private:
  [[noreturn]] void reject(const std::string& what) {
    fail("safetensors", fmt::format("{}: the header {}", source_, what));
  }
  [[noreturn]] void reject_field() {
    if (depth_ < 2) reject(fmt::format("has something other than an object under {}", printable(name_)));
    reject(fmt::format("has something unexpected in the field {} of {}", printable(field_), printable(name_)));
  }
  void begin_entry() {
    header_.entries.push_back({name_, "", {}, 0, 0});
    offsets_ = 0;
  }
  void finish_entry() {
    for (const char* field : {"dtype", "shape", "data_offsets"})
      if (!fields_.contains(field)) reject(fmt::format("gives no {} for {}", field, printable(name_)));
    if (offsets_ != 2) reject(fmt::format("tensor {}: data_offsets has {} numbers", printable(name_), offsets_));
  }

  SafeTensorsHeader& header_;
  const std::string& source_;
  std::set<std::string> names_, fields_;
  std::string name_, field_;
  int depth_ = 0, offsets_ = 0;
  bool in_metadata_ = false;
};

// Throws if the number of bytes cannot be counted. Empty axes count as 1 here: strides are products as well.
std::size_t checked_bytes(const TensorEntry& entry, std::size_t element, const std::string& source) {
  std::size_t bytes = element;
  bool empty = false;
  for (const std::size_t d : entry.shape) {
    empty |= d == 0;
    if (__builtin_mul_overflow(bytes, std::max<std::size_t>(d, 1), &bytes) ||
        bytes > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()))
      fail("safetensors", fmt::format("{}: tensor {}: the size of its shape {} overflows", source,
                                      printable(entry.name), to_string(entry.shape)));
  }
  return empty ? 0 : bytes;
}

void check_entry(const TensorEntry& entry, std::size_t data_size, const std::string& source) {
  auto reject = [&](const std::string& what) {
    fail("safetensors", fmt::format("{}: tensor {}: {}", source, printable(entry.name), what));
  };
  const std::size_t element = entry.dtype == "F64"                            ? 8
                              : entry.dtype == "F32"                          ? 4
                              : entry.dtype == "F16" || entry.dtype == "BF16" ? 2
                                                                              : 0;
  if (element == 0) reject(fmt::format("its type is {}; F32, F64, F16 and BF16 can be read", printable(entry.dtype)));
  if (entry.begin > entry.end || entry.end > data_size)
    reject(fmt::format("its bytes {} to {} are not inside the {} bytes of elements: the file is truncated or broken",
                       entry.begin, entry.end, data_size));
  const std::size_t expected = checked_bytes(entry, element, source);
  if (expected != entry.end - entry.begin)
    reject(fmt::format("its shape {} in {} wants {} bytes, its offsets give {}", to_string(entry.shape), entry.dtype,
                       expected, entry.end - entry.begin));
}

// Together the tensors must fill the elements' part: a hole could hide things, an overlap could multiply
// them.
void check_layout(const std::vector<TensorEntry>& entries, std::size_t data_size, const std::string& source) {
  std::size_t at = 0;
  for (const TensorEntry& entry : entries) {
    if (entry.begin != at)
      fail("safetensors",
           fmt::format("{}: tensor {} starts at byte {}, expected {}: {}", source, printable(entry.name), entry.begin,
                       at, entry.begin < at ? "tensors overlap" : "there is a hole before it"));
    at = entry.end;
  }
  if (at != data_size)
    fail("safetensors", fmt::format("{}: the tensors end at byte {} of {}: {} bytes belong to none", source, at,
                                    data_size, data_size - at));
}

}  // namespace

SafeTensorsHeader parse_safetensors_header(std::string_view bytes, const std::string& source) {
  auto reject = [&](const std::string& what) { fail("safetensors", source + ": " + what); };
  std::uint64_t length = 0;
  if (bytes.size() < 8)
    reject(fmt::format("has {} bytes, not even the 8 of a header's length: it is no safetensors file, or truncated",
                       bytes.size()));
  std::memcpy(&length, bytes.data(), 8);
  if (length > max_header)
    reject(
        fmt::format("its header would have {} bytes, {} are allowed: it is no safetensors file", length, max_header));
  if (length > bytes.size() - 8)
    reject(fmt::format("its header has {} bytes, the file only {}: it is no safetensors file, or truncated", length,
                       bytes.size()));
  const std::string_view text = bytes.substr(8, length);
  if (text.empty() || text.front() != '{') reject("its header does not start with '{': it is no safetensors file");

  // The JSON reader would take it for the end, and what follows could be anything.
  if (const auto nul = text.find('\0'); nul != text.npos)
    reject(fmt::format("the header is not valid JSON at byte {}: it has a NUL character", nul + 1));

  SafeTensorsHeader header;
  header.data = 8 + length;
  HeaderReader reader(header, source);
  json::sax_parse(text.begin(), text.end(), &reader);
  const std::size_t data_size = bytes.size() - header.data;
  for (const TensorEntry& entry : header.entries) check_entry(entry, data_size, source);
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  check_layout(header.entries, data_size, source);
  return header;
}

}  // namespace rw::inline REWIND_ABI::nn
