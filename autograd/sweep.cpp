#include "autograd/sweep.hpp"

#include <algorithm>
#include <span>

#include "autograd/ops.hpp"
#include "autograd/ops/kernels.hpp"

namespace rw::inline REWIND_ABI {
namespace {

// No other tensor is it, and no tape knows it.
bool held_alone(const Tensor& x) { return x.node()->owners == 1 && x.node()->places == 0; }

bool owned_alone(const Tensor& x) { return held_alone(x) && !x.value().storage().shared() && x.node()->op == nullptr; }

// into += term; in place if nobody else can see it
void accumulate(Tensor& into, Tensor term, bool recorded) {
  if (!into.defined()) {
    into = std::move(term);
  } else if (recorded || !owned_alone(into)) {
    into = into + term;
  } else {
    Scalar* a = into.mutate().data();
    const Scalar* b = term.value().data();
    for (std::size_t i = 0, n = into.size(); i < n; ++i) a[i] += b[i];
  }
}

// Of products that are done as one. More would wait, and fill the memory and the caches: with 8,192 rows
// (two layers of LSTM, H = 128) a step without the bound took 1.1 times as long, and 1.6 times the memory.
constexpr std::size_t most_rows = 512;

// a_1^T b_1 + a_2^T b_2 + ... = (a_1; a_2; ...)^T (b_1; b_2; ...)
Tensor multiply(const Products& products) {
  Tensors a, b;
  for (std::size_t i = products.all.size(); i-- > 0;)  // as recorded: the last time step came first
    a.push_back(products.all[i].a), b.push_back(products.all[i].b);
  return matmul(Tensor(joined("backward", a, {products.rows, a[0].size(1)})),
                Tensor(joined("backward", b, {products.rows, b[0].size(1)})), {.a = true});
}

// A cotangent may be that of several tensors, or the user's: who is given it as a gradient gets a tensor of its own,
// and a change of one is not seen in another.
Tensor handed_out(const Tensor& cotangent) {
  if (held_alone(cotangent)) return cotangent;
  return record("gradient", share(cotangent.value(), cotangent.shape()), wrt(cotangent, [](auto& dy) { return dy; }));
}

// Optimisers change grad() in place: not even its elements are shared.
void accumulate_grad(Node& node, const Tensor& term, bool recorded) {
  Tensor own = recorded ? handed_out(term) : owned_alone(term) ? term : Tensor(Array(term.value()));
  accumulate(node.grad, std::move(own), recorded);
}

}  // namespace

void Tape::Sweep::add(std::uint32_t slot, Tensor cotangent) {
  accumulate(cotangents[slot], std::move(cotangent), create_graph);
}

void Tape::Sweep::add(std::uint32_t slot, Product product) {
  Products& waiting = products[slot];
  waiting.rows += product.a.size(0);
  waiting.all.push_back(std::move(product));
  if (waiting.rows >= most_rows) flush(slot);
}

void Tape::Sweep::flush(std::uint32_t slot) {
  if (products[slot].all.empty()) return;
  accumulate(cotangents[slot], multiply(products[slot]), create_graph);
  products[slot] = Products();
}

Tensor Tape::Sweep::take(std::uint32_t slot) {
  flush(slot);
  return std::move(cotangents[slot]);
}

void Tape::Sweep::deliver(Node* x, const Tensor& cotangent, bool leaf) {
  if (inputs == nullptr) {
    if (leaf || x->retains_grad) accumulate_grad(*x, cotangent, create_graph);
    return;
  }
  for (std::size_t i = 0; i < inputs->size(); ++i)
    if ((*inputs)[i].node() == x) accumulate((*gradients)[i], handed_out(cotangent), create_graph);
}

void Tape::Sweep::find_leads(std::size_t begin) {
  leads.resize(cotangents.size());
  for (const Entry& entry : std::span(tape.entries_).subspan(begin)) {
    bool found = false;
    for (const Operand& x : entry.inputs()) found = found || (x.slot != Operand::no_slot && leads[x.slot]);
    for (const Operand& y : entry.outputs()) {
      bool wanted = found;
      for (const Tensor& input : *inputs) wanted = wanted || input.node() == y.node.get();
      leads[y.slot] = wanted;
    }
  }
}

void Tape::Sweep::grow(std::size_t begin) {
  cotangents.resize(std::max<std::size_t>(cotangents.size(), tape.slots_));
  products.resize(cotangents.size());
  if (inputs != nullptr) find_leads(begin);
}

}  // namespace rw::inline REWIND_ABI
