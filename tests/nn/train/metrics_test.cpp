// metrics.jsonl and the progress line.
#include "nn/train/metrics.hpp"

#include <nlohmann/json.hpp>

#include "nn/train/progress.hpp"
#include "support.hpp"

using namespace rw::nn;

namespace {

Metrics at(std::size_t step) {
  Metrics m;
  m.step = step, m.epoch = 0.5, m.loss = 1.75, m.learning_rate = 0.004;
  m.gradient_norm = 0.5, m.items_per_second = 20000, m.seconds = 2.5;
  return m;
}

std::vector<std::size_t> steps(const std::string& path) {
  std::istringstream lines(content(path));
  std::vector<std::size_t> all;
  for (std::string line; std::getline(lines, line);) all.push_back(nlohmann::json::parse(line)["step"]);
  return all;
}

}  // namespace

TEST_CASE("a line of metrics", "[metrics]") {
  const TemporaryFolder folder;
  const StepsFile file(folder.path("m.jsonl"), 0);
  file.append(at(10));
  Metrics validated = at(20);
  validated.validation_loss = 1.5;
  file.append(validated);
  CHECK(content(folder.path("m.jsonl")) ==
        "{\"step\":10,\"epoch\":0.5,\"loss\":1.75,\"lr\":0.004,\"grad_norm\":0.5,\"items_per_second\":20000.0,"
        "\"seconds\":2.5}\n"
        "{\"step\":20,\"epoch\":0.5,\"loss\":1.75,\"val_loss\":1.5,\"lr\":0.004,\"grad_norm\":0.5,"
        "\"items_per_second\":20000.0,\"seconds\":2.5}\n");
}

TEST_CASE("lines after the checkpoint are cut, and a half line", "[metrics]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("m.jsonl");
  {
    const StepsFile file(path, 0);
    for (const std::size_t step : {10, 20, 30, 40}) file.append(at(step));
  }
  put(path, content(path) + "{\"step\": 5");
  const StepsFile resumed(path, 25);
  CHECK(steps(path) == std::vector<std::size_t>{10, 20});
  resumed.append(at(30));
  CHECK(steps(path) == std::vector<std::size_t>{10, 20, 30});
  const StepsFile fresh(path, 0);
  CHECK(content(path).empty());
}

TEST_CASE("metrics that cannot be written", "[metrics]") {
  const TemporaryFolder folder;
  const StepsFile file(folder.path("no/m.jsonl"), 0);
  CHECK(message_of([&] { file.append(at(1)); }) ==
        "[file] " + folder.path("no/m.jsonl") + ": cannot write: No such file or directory");
}

TEST_CASE("samples are kept as metrics are", "[metrics]") {
  const TemporaryFolder folder;
  const std::string path = folder.path("s.jsonl");
  const StepsFile file(path, 0);
  file.append(10, "a \"quoted\"\nline");
  file.append(20, "half a character: \xc3");
  CHECK(content(path) ==
        "{\"step\":10,\"text\":\"a \\\"quoted\\\"\\nline\"}\n{\"step\":20,\"text\":\"half a character: \ufffd\"}\n");
  const StepsFile resumed(path, 10);
  CHECK(steps(path) == std::vector<std::size_t>{10});
}

TEST_CASE("the progress line", "[progress]") {
  CHECK(progress_line({0.36, 20114, 112, 1.734}, "characters", 200) ==
        "[=======>            ]  36 %  20114 characters/s  1:52 left  loss 1.734");
  CHECK(progress_line({0, 0, -1, 0}, "items", 200) == "[>                   ]   0 %  loss 0");
  CHECK(progress_line({0.5, 1200, 3}, "kB", 200) == "[==========>         ]  50 %  1200 kB/s  0:03 left");
  CHECK(progress_line({1, 0, 0, 2}, "items", 200) == "[====================] 100 %  0:00 left  loss 2");
  CHECK(progress_line({0.36, 20114, 112, 1.734}, "characters", 40).size() == 40);
  CHECK(progress_line({3, 0, -1, 2}, "items", 29) == "[====================] 100 % ");
  CHECK(format_duration(7.4) == "0:07");
  CHECK(format_duration(750) == "12:30");
  CHECK(format_duration(3723) == "1:02:03");
}
