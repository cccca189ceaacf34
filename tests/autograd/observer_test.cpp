// What a tape's observers are told, and when.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "autograd/ops.hpp"
#include "autograd/pointwise.hpp"
#include "autograd/profile.hpp"
#include "autograd/tape.hpp"

using namespace rw;
using Catch::Matchers::Contains;

namespace {

struct Diary : TapeObserver {
  std::vector<std::string> lines;
  void recorded(std::size_t entry, TensorSpan outputs) override { write("recorded", entry, outputs.size()); }
  void arriving(std::size_t entry) override { write("arriving", entry); }
  void reached(std::size_t entry, const Tensors& cotangents) override { write("reached", entry, cotangents.size()); }
  void handed(std::size_t entry, std::size_t input, const Tensor&) override { write("handed", entry, input); }
  void left(std::size_t entry) override { write("left", entry); }
  void write(const std::string& what, std::size_t a) { lines.push_back(what + " " + std::to_string(a)); }
  void write(const std::string& what, std::size_t a, std::size_t b) {
    lines.push_back(what + " " + std::to_string(a) + " " + std::to_string(b));
  }
};

}  // namespace

TEST_CASE("an observer is told of recording and rewinding, in order; what nothing comes back to is not reached") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(1)));
  Tape tape;
  Diary diary;
  tape.observe(diary);
  const Tensor y = tanh(x);  // 0: the leaf, 1: tanh
  exp(x);                    // 2: not used
  tape.backward(sum(y));     // 3
  CHECK(diary.lines == std::vector<std::string>{"recorded 1 1", "recorded 2 1", "recorded 3 1", "arriving 3",
                                                "reached 3 1", "handed 3 0", "left 3", "arriving 2", "arriving 1",
                                                "reached 1 1", "handed 1 0", "left 1", "arriving 0", "reached 0 1",
                                                "left 0"});
  diary.lines.clear();
  tape.forget(diary);
  tanh(x);
  CHECK(diary.lines.empty());
}

TEST_CASE("several may watch, a profile among them") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(1)));
  Tape tape;
  Diary first, second;
  tape.observe(first);
  tanh(x);
  tape.observe(second);
  const Profile& profile = tape.profile();
  tape.forget(first);
  tanh(x);
  CHECK(first.lines.size() == 1);
  CHECK(second.lines.size() == 1);
  CHECK(profile.lines().at(0).calls == 1);
  tape.forget(second);
  tanh(x);
  CHECK(profile.lines().at(0).calls == 2);
}

TEST_CASE("quotes in a name do not end a label") {
  const Tensor x = parameter(Array(Shape{2}, Scalar(1)));
  Tape tape;
  pointwise(
      "my \"cell\"", [](auto a) { return a * a + a; }, x);
  CHECK_THAT(tape.to_dot(), Contains(R"~([label="my \"cell\"\n(2)"])~"));
}
