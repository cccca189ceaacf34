// What a tape shows of itself.
#include <fmt/format.h>

#include <map>
#include <ostream>
#include <string_view>

#include "autograd/check.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

static bool is_step(const char* name, std::ptrdiff_t index) { return index >= 0 && std::string_view(name) == "t"; }

std::string Tape::scope_name(std::uint32_t scope, bool steps) const {
  std::string name;
  for (; scope != 0; scope = scopes_[scope - 1].parent) {
    const ScopeName& s = scopes_[scope - 1];
    if (!steps && is_step(s.name, s.index)) continue;
    const std::string part = s.index < 0 ? s.name : fmt::format("{}={}", s.name, s.index);
    name = name.empty() ? part : part + "/" + name;
  }
  return name;
}

std::ptrdiff_t Tape::step(std::uint32_t scope) const {
  std::ptrdiff_t t = -1;
  for (; scope != 0; scope = scopes_[scope - 1].parent)
    if (const ScopeName& s = scopes_[scope - 1]; is_step(s.name, s.index)) t = s.index;
  return t;
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

static std::string escaped(std::string_view label) {
  std::string text;
  for (const char c : label) (c == '"' || c == '\\' ? text += '\\' : text) += c;
  return text;
}

// A box for each entry; those of one time step stand together, leaves stand outside.
std::string Tape::to_dot() const {
  std::map<std::ptrdiff_t, std::string> boxes;  // by step
  std::string arrows;
  for (const Entry& entry : entries_) {
    const std::uint32_t id = entry.outputs().front().slot;
    std::string& box = boxes[entry.rule == nullptr ? -1 : step(entry.scope)];
    box += fmt::format("  n{} [label=\"{}\\n{}\"];\n", id, escaped(entry.op), to_string(entry.outputs()[0].shape()));
    for (std::size_t k = 1; k < entry.outputs().size(); ++k) {
      const std::uint32_t other = entry.outputs()[k].slot;
      box += fmt::format("  n{} [label=\"output {}\"];\n", other, k);
      arrows += fmt::format("  n{} -> n{};\n", id, other);
    }
    for (const Operand& x : entry.inputs())
      if (x.slot != Operand::no_slot) arrows += fmt::format("  n{} -> n{};\n", x.slot, id);
  }
  std::string dot = "digraph tape {\n  node [shape=box, fontname=\"monospace\"];\n";
  for (const auto& [t, box] : boxes)
    dot += t < 0 ? box : fmt::format("  subgraph cluster_{} {{\n  label=\"t={}\";\n{}  }}\n", t, t, box);
  return dot + arrows + "}\n";
}

}  // namespace rw::inline REWIND_ABI
