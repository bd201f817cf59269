// How the arguments of an operation are read from a configuration: one `read` for each type that a
// parameter may have.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "ops/calls.hpp"
#include "ops/subscript.hpp"

namespace lamina::ops {

/// A tensor among the arguments: one of the call's inputs, a constant, or numbers without a dtype
/// of their own.
struct Operand {
  std::size_t input = 0;
  Tensor constant = {};              // instead of an input, if defined;
  bool is_weak = false;              // its numbers then are float64, int64 or bool,
  std::int64_t least = 0, most = 0;  // and whole ones in this range
  bool is_absent = false;            // None for a tensor that may be left out

  /// As the only operand: a whole number int32 or int64, other numbers and lists float32.
  Tensor alone(const TensorList& inputs) const;
  /// As indices.
  Tensor whole(const TensorList& inputs) const;
  /// In the dtype that it takes beside an operand of dtype `peer`.
  Tensor beside(Dtype peer, const TensorList& inputs) const;

 private:
  /// The constant, where the inputs lie.
  Tensor placed(const TensorList& inputs) const;
};

struct HeldKey {
  SubscriptKey key;
  Operand places;
};

/// An argument and the name of its parameter.
struct Argument {
  const Config& options;
  std::string name;
  bool may_be_absent;
};

void read(const Argument& a, Operand& value);
void read(const Argument& a, std::vector<Operand>& value);
void read(const Argument& a, std::vector<HeldKey>& value);
void read(const Argument& a, bool& value);
void read(const Argument& a, int& value);
void read(const Argument& a, std::int64_t& value);
void read(const Argument& a, double& value);
void read(const Argument& a, Scalar& value);
void read(const Argument& a, std::string& value);
void read(const Argument& a, std::vector<int>& axes);
void read(const Argument& a, ReducedAxes& value);
void read(const Argument& a, Shape& value);
void read(const Argument& a, Dtype& value);
void read(const Argument& a, Activation& value);
void read(const Argument& a, WholeNumbers& value);
void read(const Argument& a, NormOrder& value);
void read(const Argument& a, Borders& value);

template <class T>
void read(const Argument& a, std::optional<T>& value) {
  if (!a.options.is_null(a.name)) read(a, value.emplace());
}

}  // namespace lamina::ops
