#include "nn/train/metrics.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::nn {

using nlohmann::ordered_json;

StepsFile::StepsFile(std::string path, std::size_t last_step) : path_(std::move(path)) {
  if (!std::filesystem::exists(path_)) return;
  std::istringstream lines(read_file(path_));
  std::string kept, line;
  while (std::getline(lines, line)) {
    // A line that is cut off does not parse; neither it nor what follows is kept.
    const auto entry = ordered_json::parse(line, nullptr, false);
    if (!entry.is_object() || !entry.contains("step") || !entry["step"].is_number_unsigned()) break;
    if (entry["step"].get<std::size_t>() > last_step) break;
    kept += line + "\n";
  }
  replace_file(path_, kept);
}

void StepsFile::append(const Metrics& metrics) const {
  ordered_json line = {{"step", metrics.step}, {"epoch", metrics.epoch}, {"loss", metrics.loss}};
  if (metrics.validation_loss) line["val_loss"] = *metrics.validation_loss;
  line["lr"] = metrics.learning_rate;
  line["grad_norm"] = metrics.gradient_norm;
  line["items_per_second"] = metrics.items_per_second;
  line["seconds"] = metrics.seconds;
  append_line(line.dump());
}

void StepsFile::append(std::size_t step, const std::string& sample) const {
  const ordered_json line = {{"step", step}, {"text", sample}};
  append_line(line.dump(-1, ' ', false, ordered_json::error_handler_t::replace));  // it may be cut within a character
}

void StepsFile::append_line(const std::string& json) const {
  const std::string text = json + "\n";
  std::FILE* file = std::fopen(path_.c_str(), "ab");
  bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int reason = errno;
  if (file != nullptr && std::fclose(file) != 0) {
    if (written) reason = errno;
    written = false;
  }
  if (!written) fail("file", path_ + ": cannot write: " + std::strerror(reason));
}

}  // namespace rw::inline REWIND_ABI::nn
