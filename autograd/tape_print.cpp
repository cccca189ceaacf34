// What a tape shows of itself.
#include <fmt/format.h>

#include <ostream>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

std::string Tape::scope_name(std::uint32_t scope) const {
  std::string name;
  for (; scope != 0; scope = scopes_[scope - 1].parent) {
    const ScopeName& s = scopes_[scope - 1];
    const std::string part = s.index < 0 ? s.name : fmt::format("{}={}", s.name, s.index);
    name = name.empty() ? part : part + "/" + name;
  }
  return name;
}

// "%5, %6"; of many only the ends: "%5 ... %68"
static std::string slots(std::span<const Operand> operands) {
  const auto name = [](const Operand& x) { return x.slot == Operand::no_slot ? "const" : fmt::format("%{}", x.slot); };
  if (operands.size() > 6) return name(operands.front()) + " ... " + name(operands.back());
  std::string text;
  for (const Operand& x : operands) text += (text.empty() ? "" : ", ") + name(x);
  return text;
}

// "%5, %6 = lstm(%3, %4)        (32, 256) x 2      t=3"
std::string Tape::line(const Entry& entry) const {
  const Shape& shape = entry.outputs().front().shape();
  const std::size_t n = entry.outputs().size();
  const std::string text = fmt::format("{:<6} = {}({})", slots(entry.outputs()), entry.op, slots(entry.inputs()));
  const std::string shapes = n == 1 ? to_string(shape) : fmt::format("{} x {}", to_string(shape), n);
  const std::string scope = scope_name(entry.scope);
  return scope.empty() ? fmt::format("{:<40} {}", text, shapes) : fmt::format("{:<40} {:<20} {}", text, shapes, scope);
}

void Tape::print(std::ostream& out) const {
  for (const Entry& entry : entries_) out << line(entry) << '\n';
}

void Tape::print_dot(std::ostream& out) const {
  out << "digraph tape {\n  node [shape=box, fontname=\"monospace\"];\n";
  for (const Entry& entry : entries_) {
    const std::uint32_t id = entry.outputs().front().slot;
    out << fmt::format("  n{} [label=\"{}\\n{}\"];\n", id, entry.op, to_string(entry.outputs()[0].shape()));
    for (std::size_t k = 1; k < entry.outputs().size(); ++k)
      out << fmt::format("  n{} [label=\"output {}\"];\n  n{} -> n{};\n", entry.outputs()[k].slot, k, id,
                         entry.outputs()[k].slot);
    for (const Operand& x : entry.inputs())
      if (x.slot != Operand::no_slot) out << fmt::format("  n{} -> n{};\n", x.slot, id);
  }
  out << "}\n";
}

}  // namespace rw::inline REWIND_ABI
