#include "nn/train/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <sstream>

#include "autograd/check.hpp"
#include "nn/train/files.hpp"

namespace rw::inline REWIND_ABI::nn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kept = 2;  // the newest, and the one before
const std::string prefix = "step-", extension = ".safetensors", hashes = "xxh64.txt";

fs::path folder(const std::string& run) { return fs::path(run) / "checkpoints"; }

bool is_checkpoint(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  const bool named = name.starts_with(prefix) && name.size() > prefix.size() && name.size() < 20 &&
                     std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                                 [](unsigned char c) { return std::isdigit(c) != 0; });
  return named && entry.is_directory();
}

void write_files(const fs::path& directory, const Checkpoint& checkpoint) {
  std::string lines;
  auto write = [&](const std::string& name, const std::string& bytes) {
    write_file((directory / name).string(), bytes);
    lines += xxh64(bytes) + "  " + name + "\n";
  };
  // state.json comes last: a list that was cut off lacks it.
  for (const auto& [name, arrays] : checkpoint.arrays) write(name + extension, to_safetensors(arrays));
  write("state.json", checkpoint.state);
  write_file((directory / hashes).string(), lines);
}

// Removing never fails a run: what stays is removed the next time.
void discard(const fs::path& path) {
  std::error_code ignored;
  fs::remove_all(path, ignored);
}

Checkpoint read_files(const fs::path& directory) {
  Checkpoint checkpoint;
  checkpoint.path = directory.string();
  checkpoint.step = std::stoull(directory.filename().string().substr(prefix.size()));
  std::istringstream lines(read_file((directory / hashes).string()));
  std::string hash, name;
  while (lines >> hash >> name) {
    const std::string path = (directory / fs::path(name).filename()).string();
    const std::string bytes = read_file(path);
    if (xxh64(bytes) != hash)
      fail("file", fmt::format("{}: is damaged: its xxh64 is {}, {} says {}", path, xxh64(bytes), hashes, hash));
    if (name.ends_with(extension))
      checkpoint.arrays[name.substr(0, name.size() - extension.size())] = from_safetensors(bytes, path).arrays;
    else
      checkpoint.state = bytes;
  }
  if (checkpoint.state.empty())
    fail("file", fmt::format("{}: does not list state.json: it is damaged", (directory / hashes).string()));
  return checkpoint;
}

// "[file] text" -> "text"
std::string without_op(const std::string& message) {
  const auto end = message.find("] ");
  return message.starts_with("[") && end != std::string::npos ? message.substr(end + 2) : message;
}

}  // namespace

const NamedArrays& Checkpoint::at(const std::string& name) const {
  const auto found = arrays.find(name);
  if (found == arrays.end())
    fail("checkpoint", fmt::format("{} has no {}{}: it is from another kind of run", path, name, extension));
  return found->second;
}

void save_checkpoint(const std::string& run, const Checkpoint& checkpoint) {
  const std::string name = fmt::format("{}{:09}", prefix, checkpoint.step);
  const fs::path final = folder(run) / name, temporary = folder(run) / (name + ".tmp");
  try {
    discard(temporary);  // a killed run's
    make_directories(temporary.string());
    write_files(temporary, checkpoint);
    rename_synced(temporary.string(), final.string());
  } catch (const Error& error) {
    discard(temporary);
    fail("checkpoint", without_op(error.what()) + "; the previous checkpoint is untouched");
  }
  const auto all = list_checkpoints(run);
  for (std::size_t i = 0; i + kept < all.size(); ++i) discard(all[i]);
}

Checkpoint load_checkpoint(const std::string& run) {
  const auto all = list_checkpoints(run);
  if (all.empty()) fail("checkpoint", folder(run).string() + " holds no checkpoint: there is nothing to resume");
  try {
    return read_files(all.back());
  } catch (const Error& error) {
    const std::string advice =
        all.size() == 1 ? "there is no earlier one: start again"
                        : fmt::format("remove the directory {} to resume from {}", all.back(), all[all.size() - 2]);
    fail("checkpoint", without_op(error.what()) + "; " + advice);
  }
}

std::vector<std::string> list_checkpoints(const std::string& run) {
  std::vector<std::string> paths;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder(run), none))
    if (is_checkpoint(entry)) paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end(),
            [](const std::string& a, const std::string& b) { return std::pair(a.size(), a) < std::pair(b.size(), b); });
  return paths;
}

void remove_leftovers(const std::string& run) {
  std::vector<fs::path> stale;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder(run), none)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".tmp")) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) discard(path);
  for (const char* name : {"model.safetensors", "metrics.jsonl"}) remove_temporaries((fs::path(run) / name).string());
}

}  // namespace rw::inline REWIND_ABI::nn
