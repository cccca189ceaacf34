#include "examples/environment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "autograd/precision.hpp"
#include "autograd/workers.hpp"

namespace rw::inline REWIND_ABI::examples {
namespace {

// Of /proc/cpuinfo: "model name : AMD EPYC".
std::string processor() {
  std::ifstream lines("/proc/cpuinfo");
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("g++ {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

}  // namespace

nlohmann::json environment() {
  return {{"processor", processor()},
          {"cores", std::to_string(std::thread::hardware_concurrency())},
          {"threads", std::to_string(threads())},
          {"precision", name_of(matmul_precision())},
          {"scalar", sizeof(Scalar) == 8 ? "double" : "float"},
          {"compiler", compiler()},
          {"version", "Rewind " REWIND_VERSION},
          {"date", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::time(nullptr)))}};
}

}  // namespace rw::inline REWIND_ABI::examples
