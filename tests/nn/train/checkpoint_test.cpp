// Checkpoints: round trip, what is kept, and what damage is said to be.
#include "nn/train/checkpoint.hpp"

#include <nlohmann/json.hpp>

#include "nn/train/files.hpp"
#include "support.hpp"

using namespace rw::nn;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
namespace fs = std::filesystem;

namespace {

Checkpoint checkpoint_of(std::size_t step) {
  Checkpoint c;
  c.step = step;
  c.arrays["weights"] = {{"w", array_of({3, 4}, static_cast<double>(step))}, {"b", array_of({4})}};
  c.arrays["optimizer"] = {{"w.exp_avg", array_of({3, 4}, 7)}};
  c.arrays["carried"] = {};
  c.state = nlohmann::json{{"step", step}, {"rng", "12 34"}}.dump();
  return c;
}

std::string path_of(const TemporaryFolder& folder, std::size_t step) {
  const std::string digits = std::to_string(step);
  return folder.path("checkpoints/step-" + std::string(9 - digits.size(), '0') + digits);
}

}  // namespace

TEST_CASE("a checkpoint comes back as it was", "[checkpoint]") {
  const TemporaryFolder folder;
  const Checkpoint saved = checkpoint_of(1200);
  save_checkpoint(folder.path(), saved);
  const Checkpoint loaded = load_checkpoint(folder.path());
  CHECK(loaded.step == 1200);
  CHECK(loaded.path == path_of(folder, 1200));
  CHECK(loaded.state == saved.state);
  CHECK(loaded.arrays.size() == 3);
  for (const auto& [name, arrays] : saved.arrays) CHECK(same(loaded.at(name), arrays));
  CHECK(message_of([&] { loaded.at("average"); }) ==
        "[checkpoint] " + loaded.path + " has no average.safetensors: it is from another kind of run");
}

TEST_CASE("the newest checkpoint and the one before are kept", "[checkpoint]") {
  const TemporaryFolder folder;
  for (const std::size_t step : {5, 80, 900, 1000}) save_checkpoint(folder.path(), checkpoint_of(step));
  CHECK(list_checkpoints(folder.path()) == std::vector{path_of(folder, 900), path_of(folder, 1000)});
  CHECK(load_checkpoint(folder.path()).step == 1000);
}

TEST_CASE("what a killed program left half written is ignored and removed", "[checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), checkpoint_of(1));
  fs::create_directories(folder.path("checkpoints/step-000000002.tmp"));
  put(folder.path("checkpoints/step-000000002.tmp/weights.safetensors"), "half");
  put(folder.path("model.safetensors.123-0.tmp"), "half");
  put(folder.path("notes.tmp"), "a user's own");
  put(folder.path("model.safetensors.backup.tmp"), "a user's own");
  put(folder.path("checkpoints/readme"), "a user's own");
  CHECK(load_checkpoint(folder.path()).step == 1);
  remove_leftovers(folder.path());
  CHECK_FALSE(fs::exists(folder.path("checkpoints/step-000000002.tmp")));
  CHECK_FALSE(fs::exists(folder.path("model.safetensors.123-0.tmp")));
  CHECK(fs::exists(folder.path("notes.tmp")));
  CHECK(fs::exists(folder.path("model.safetensors.backup.tmp")));
  CHECK(fs::exists(folder.path("checkpoints/readme")));
}

TEST_CASE("an interrupted save at the same step can be repeated", "[checkpoint]") {
  const TemporaryFolder folder;
  fs::create_directories(folder.path("checkpoints/step-000000002.tmp"));
  put(folder.path("checkpoints/step-000000002.tmp/extra.safetensors"), "half");
  save_checkpoint(folder.path(), checkpoint_of(2));
  CHECK(load_checkpoint(folder.path()).arrays.size() == 3);
  CHECK_FALSE(fs::exists(path_of(folder, 2) + "/extra.safetensors"));
}

TEST_CASE("no checkpoint", "[checkpoint]") {
  const TemporaryFolder folder;
  CHECK(message_of([&] { load_checkpoint(folder.path()); }) ==
        "[checkpoint] " + folder.path("checkpoints") + " holds no checkpoint: there is nothing to resume");
}

TEST_CASE("every flipped bit and every truncation of every file is noticed", "[checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), checkpoint_of(1));
  save_checkpoint(folder.path(), checkpoint_of(2));
  const std::string advice = "; remove the directory " + path_of(folder, 2) + " to resume from " + path_of(folder, 1);
  for (const std::string name :
       {"weights.safetensors", "optimizer.safetensors", "carried.safetensors", "state.json", "xxh64.txt"}) {
    const std::string path = path_of(folder, 2) + "/" + name, good = content(path);
    for (std::size_t i = 0; i + 1 < good.size(); ++i) {  // a lost newline at the end of xxh64.txt is no loss
      INFO(name << ", byte " << i);
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << (i % 8)));
      put(path, bad);
      const std::string flipped = message_of([&] { load_checkpoint(folder.path()); });
      put(path, good.substr(0, i));
      const std::string truncated = message_of([&] { load_checkpoint(folder.path()); });
      if (name != "xxh64.txt") {
        REQUIRE_THAT(flipped, Contains(path + ": is damaged: its xxh64 is ") && EndsWith(advice));
        REQUIRE_THAT(truncated, Contains(path + ": is damaged: its xxh64 is ") && EndsWith(advice));
      } else if (flipped != "nothing was thrown") {  // a blank for a blank is the same list
        REQUIRE_THAT(flipped, EndsWith(advice));
        REQUIRE_THAT(truncated, EndsWith(advice));
      }
    }
    put(path, good);
  }
  CHECK(load_checkpoint(folder.path()).step == 2);
  fs::remove_all(path_of(folder, 2));  // the advice
  CHECK(load_checkpoint(folder.path()).step == 1);
}

TEST_CASE("missing files of a checkpoint are named", "[checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), checkpoint_of(1));
  fs::remove(path_of(folder, 1) + "/weights.safetensors");
  CHECK(message_of([&] { load_checkpoint(folder.path()); }) ==
        "[checkpoint] " + path_of(folder, 1) +
            "/weights.safetensors: cannot open: No such file or directory; there is no earlier one: start again");
}
