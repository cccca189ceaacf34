// Files that are whole or absent, and what a full disk does to them.
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "nn/train/checkpoint.hpp"
#include "nn/train/files.hpp"
#include "support.hpp"

using namespace rw::nn;
using Catch::Matchers::Contains;

namespace {

// While it lives no file may grow beyond `bytes`: writing more fails as on a full disk.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    old_signal_ = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old_);
    const rlimit limit{bytes, old_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    signal(SIGXFSZ, old_signal_);
  }

 private:
  rlimit old_;
  sighandler_t old_signal_;
};

std::size_t files_in(const std::string& folder) {
  const std::filesystem::recursive_directory_iterator all(folder);
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

Checkpoint checkpoint_of(std::size_t step, std::size_t size = 100) {
  Checkpoint c;
  c.step = step;
  c.arrays["weights"] = {{"w", array_of({size}, static_cast<double>(step))}};
  c.state = "{\"step\": " + std::to_string(step) + "}";
  return c;
}

}  // namespace

TEST_CASE("a file is replaced whole", "[files]") {
  const TemporaryFolder folder;
  replace_file(folder.path("a"), "one");
  replace_file(folder.path("a"), std::string("t\0wo", 4));
  CHECK(read_file(folder.path("a")) == std::string("t\0wo", 4));
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("two who replace a file at the same moment leave the whole of one", "[files]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("contested");
  const std::string contents[] = {std::string(10000, 'a'), std::string(5000, 'b')};
  std::atomic<int> failures = 0;
  const auto replace = [&](const std::string& bytes) {
    for (int i = 0; i < 50; ++i) try {
        replace_file(path, bytes);
      } catch (const rw::Error&) {
        ++failures;
      }
  };
  std::thread other(replace, contents[0]);
  replace(contents[1]);
  other.join();
  CHECK(failures == 0);
  CHECK((read_file(path) == contents[0] || read_file(path) == contents[1]));
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file is created once", "[files]") {
  const TemporaryFolder folder;
  CHECK(create_file(folder.path("one"), "first"));
  CHECK_FALSE(create_file(folder.path("one"), "second"));
  CHECK(read_file(folder.path("one")) == "first");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file that cannot be put in place leaves no temporary", "[files]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path("taken/by"));
  CHECK_THROWS_WITH(replace_file(folder.path("taken"), "text"), Contains("cannot put in place"));
  CHECK(files_in(folder.path()) == 2);
}

TEST_CASE("what cannot be read or written is named with the reason", "[files]") {
  const TemporaryFolder folder;
  CHECK(message_of([&] { read_file(folder.path("no")); }) ==
        "[file] " + folder.path("no") + ": cannot open: No such file or directory");
  CHECK(message_of([&] { read_file(folder.path()); }) == "[file] " + folder.path() + ": cannot read: Is a directory");
  REQUIRE(mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  CHECK(message_of([&] { read_file(folder.path("pipe")); }) ==
        "[file] " + folder.path("pipe") + ": cannot read: it is not a regular file");
  CHECK(message_of([&] { replace_file(folder.path("no/a"), "x"); }) ==
        "[file] " + folder.path("no/a") + ": cannot write: No such file or directory");
  put(folder.path("file"), "");
  CHECK(message_of([&] { make_directories(folder.path("file/x")); }) ==
        "[file] " + folder.path("file/x") + ": cannot create the directory: Not a directory");
}

TEST_CASE("XXH64 is that of xxhsum", "[files]") {
  CHECK(xxh64("") == "ef46db3751d8e999");
  CHECK(xxh64("abc") == "44bc2cf5ad770999");
}

TEST_CASE("a file that cannot be written whole leaves the old one", "[files]") {
  const TemporaryFolder folder;
  replace_file(folder.path("a"), "old");
  {
    const FileLimit limit(1000);
    CHECK(message_of([&] { replace_file(folder.path("a"), std::string(5000, 'x')); }) ==
          "[file] " + folder.path("a") + ": cannot write: File too large");
  }
  CHECK(read_file(folder.path("a")) == "old");
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a checkpoint that cannot be written leaves the one before", "[files][checkpoint]") {
  const TemporaryFolder folder;
  save_checkpoint(folder.path(), checkpoint_of(1));
  const std::size_t files = files_in(folder.path());
  {
    const FileLimit limit(2000);
    CHECK_THAT(message_of([&] { save_checkpoint(folder.path(), checkpoint_of(2, 5000)); }),
               Contains("weights.safetensors: cannot write: File too large; the previous checkpoint is untouched"));
  }
  CHECK(files_in(folder.path()) == files);
  CHECK(same(load_checkpoint(folder.path()).at("weights"), checkpoint_of(1).at("weights")));
}

TEST_CASE("a path is tried before the work that is to be written there", "[files]") {
  const TemporaryFolder folder;
  write_file(folder.path("file"), "old");
  check_writable(folder.path("file"));
  check_writable(folder.path("new/folders/page"));
  CHECK(read_file(folder.path("file")) == "old");
  CHECK(files_in(folder.path()) == 1);
  CHECK(message_of([&] { check_writable(folder.path()); }) ==
        "[file] " + folder.path() + ": cannot write: Is a directory");
  CHECK(message_of([&] { check_writable(folder.path("file/page")); }) ==
        "[file] " + folder.path("file/page") + ": cannot write: Not a directory");
  const std::string nowhere = "/proc/page";
  CHECK_THAT(message_of([&] { check_writable(nowhere); }), Contains(nowhere + ": cannot write: "));
}

TEST_CASE("a full disk", "[files][checkpoint]") {
  const TemporaryFolder folder;
  const std::string disk = folder.path("disk");
  make_directories(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=64k") != 0) {
    WARN("skipped: mounting a small tmpfs is not permitted here");
    return;
  }
  save_checkpoint(disk, checkpoint_of(1, 10));
  const std::string message = message_of([&] { save_checkpoint(disk, checkpoint_of(2, 50'000)); });
  const std::size_t left = list_checkpoints(disk).size();
  const auto weights = load_checkpoint(disk).at("weights");
  save_checkpoint(disk, checkpoint_of(3, 10));  // there is room again
  const std::size_t after = load_checkpoint(disk).step;
  umount(disk.c_str());
  CHECK_THAT(message, Contains("weights.safetensors: cannot write: No space left on device; the previous checkpoint is "
                               "untouched"));
  CHECK(left == 1);
  CHECK(same(weights, checkpoint_of(1, 10).at("weights")));
  CHECK(after == 3);
}
