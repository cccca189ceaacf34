// Errors are part of the interface: one class (error.hpp), and one place that words what is wrong with a shape:
// "[matmul] a (3, 4) and b (5, 2): inner sizes 4 and 5 differ".
#pragma once

#include <string>

#include "autograd/array.hpp"
#include "autograd/error.hpp"

namespace rw::inline REWIND_ABI {

std::string to_string(const Shape& shape);  // "(3, 4)"; a scalar is "()"

// Throws Error "[op] message".
[[noreturn]] void fail(const char* op, const std::string& message);

// Throws unless `got` is `expected`: "[lstm] state h: expected (4, 32), got (4, 31)".
void check_shape(const char* op, const char* role, const Shape& expected, const Shape& got);
void check_rank(const char* op, const char* role, std::size_t expected, const Shape& got);

// Axis counted from the end when negative. Throws if there is no such axis.
std::size_t check_axis(const char* op, std::ptrdiff_t axis, std::size_t rank);

// The shape that all of `shapes` broadcast to (NumPy's rule: aligned at the last axis, 1 stretches).
Shape broadcast_shape(const char* op, const Shape& a, const Shape& b);

// An uninitialised array for the result of `op`. If there is no memory the error names the operation, the
// shape, the bytes wanted and what the tape holds.
Array allocate(const char* op, const Shape& shape);
Array zeros(const char* op, const Shape& shape);

}  // namespace rw::inline REWIND_ABI
