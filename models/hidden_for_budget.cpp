#include "models/hidden_for_budget.hpp"

#include <fmt/format.h>

#include "autograd/check.hpp"

namespace rw::inline REWIND_ABI::models {

std::size_t hidden_for_budget(std::size_t budget, const std::function<std::size_t(std::size_t hidden)>& parameters_of) {
  if (const std::size_t least = parameters_of(1); least > budget)
    fail("budget", fmt::format("{} parameters are too few: one hidden unit takes {}", budget, least));
  std::size_t fits = 1, too_many = 2;
  for (; parameters_of(too_many) <= budget; too_many *= 2) fits = too_many;
  while (too_many - fits > 1) {
    const std::size_t middle = fits + (too_many - fits) / 2;
    (parameters_of(middle) <= budget ? fits : too_many) = middle;
  }
  return fits;
}

}  // namespace rw::inline REWIND_ABI::models
