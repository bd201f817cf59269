// What the seam says of functions of each element.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backend/operations/activation.hpp"
#include "lamina/core/dtype.hpp"

namespace lamina {

enum class UnaryOp : std::uint8_t {
#define UNARY(name, saves, cost) name,
#include "backend/operations/unary.def"
#undef UNARY
};
inline constexpr int unary_op_count = 0
#define UNARY(name, saves, cost) +1
#include "backend/operations/unary.def"
#undef UNARY
    ;

enum class BinaryOp : std::uint8_t {
#define BINARY(name) name,
#include "backend/operations/binary.def"
#undef BINARY
};
inline constexpr int binary_op_count = 0
#define BINARY(name) +1
#include "backend/operations/binary.def"
#undef BINARY
    ;

/// What an operation's gradient is computed from.
enum class Saves : std::uint8_t { nothing, input, output };
Saves saved_by(UnaryOp op) noexcept;

/// Whether reading and writing memory takes longer than computing.
enum class Cost : std::uint8_t { memory, compute };
Cost cost_of(UnaryOp op) noexcept;

/// The numbers a function depends on beside its argument: a slope, a threshold.
struct UnaryNumbers {
  double a = 0, b = 0, c = 0;
};

/// a greater than b is b less than a.
enum class CompareOp : std::uint8_t { equal, not_equal, less, less_equal };

/// y[i] = op(x[i]). float32, float64; those that stay whole also int32, int64.
struct UnaryParams {
  Dtype dtype;
  UnaryOp op;
  std::int64_t n;
  const void* x;
  void* y;  // may be x
  UnaryNumbers numbers = {};
};

/// dx[i] = dy[i] * op'(saved[i]), where saved is the input or the output, as saved_by(op) says.
struct UnaryBackwardParams {
  Dtype dtype;
  UnaryOp op;
  std::int64_t n;
  const void* dy;
  const void* saved;
  void* dx;  // may be dy
  UnaryNumbers numbers = {};
};

/// out = op(a, b) over `rank` axes; a stride of 0 (in elements) repeats an operand along its axis.
/// `out` is contiguous. float32, float64, int32, int64 (divide: floats only; power of integers: no
/// exponent below 0).
template <class Op>
struct BroadcastParams {
  Dtype dtype;
  Op op;
  int rank;
  std::int64_t extents[8];
  std::int64_t strides_a[8];
  std::int64_t strides_b[8];
  const void* a;
  const void* b;
  void* out;  // may be a or b when that operand is not repeated and of its dtype
};
using BinaryParams = BroadcastParams<BinaryOp>;
/// The same, giving booleans.
using CompareParams = BroadcastParams<CompareOp>;

/// out[i] = condition[i] ? a[i] : b[i] for elements of 1, 4 or 8 bytes; a or b may be one element.
struct SelectParams {
  std::size_t element_size;
  std::int64_t n;
  const void* condition;  // booleans
  const void* a;
  bool a_repeated;
  const void* b;
  bool b_repeated;
  void* out;
};

/// A fused activation as a function of its own.
constexpr UnaryOp unary_of(FusedActivation activation) noexcept {
  switch (activation) {
    case FusedActivation::relu: return UnaryOp::relu;
    case FusedActivation::tanh: return UnaryOp::tanh;
    case FusedActivation::sigmoid: return UnaryOp::sigmoid;
    case FusedActivation::none: break;
  }
  return UnaryOp::identity;
}

/// y[i] = x[i] / (1 - rate), rate in [0, 1], where philox(key, draw, i) keeps element i, else 0.
/// The gradient is the same call on dy.
struct DropoutParams {
  Dtype dtype;
  std::int64_t n;
  double rate;
  std::uint64_t key, draw;
  const void* x;
  void* y;
};

/// y[i] = x[i], converted. Any pair of dtypes; to boolean: x != 0.
struct CastParams {
  Dtype from, to;
  std::int64_t n;
  const void* x;
  void* y;
};

}  // namespace lamina
