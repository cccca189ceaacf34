// Tape::Sweep: what one walk over the entries knows. For the tape alone.
#pragma once

#include "autograd/record.hpp"
#include "autograd/tape.hpp"

namespace rw::inline REWIND_ABI {

// What waits to be multiplied.
struct Products {
  pool::Vector<Product> all = {};
  std::size_t rows = 0;
};

struct Tape::Sweep {
  Tape& tape;
  bool create_graph;
  Tensors cotangents;               // by slot
  pool::Vector<Products> products;  // by slot
  // For Tape::grad: which slots lead to the wanted inputs, and what came back for them.
  pool::Vector<bool> leads = {};
  const Tensors* inputs = nullptr;
  Tensors* gradients = nullptr;

  Sweep(Tape& t, bool create) : tape(t), create_graph(create), cotangents(t.slots_), products(t.slots_) {}

  bool wants(std::uint32_t slot) const { return slot != Operand::no_slot && (inputs == nullptr || leads[slot]); }
  void add(std::uint32_t slot, Tensor cotangent);
  void add(std::uint32_t slot, Product cotangent);
  Tensor take(std::uint32_t slot);  // its cotangent, complete: everything that used the tensor came later on the tape
  void deliver(Node* x, const Tensor& cotangent, bool leaf);
  void find_leads(std::size_t begin = 0);
  void grow(std::size_t begin);  // entries were added, from there on

 private:
  void flush(std::uint32_t slot);
};

}  // namespace rw::inline REWIND_ABI
