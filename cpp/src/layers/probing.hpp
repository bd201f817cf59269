// Of what dtype the samples are that a layer is tried on to learn its output's shape.
#pragma once

#include <vector>

#include "lamina/core/dtype.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// While it lives, a layer of this thread that tells its output's shape by a call on zeros takes
/// whole numbers where its inputs are such.
class LAMINA_INTERNAL_API ProbeScope {
 public:
  explicit ProbeScope(std::vector<Dtype> dtypes = {}) noexcept;
  ~ProbeScope();
  ProbeScope(const ProbeScope&) = delete;
  ProbeScope& operator=(const ProbeScope&) = delete;

  /// Of an input: its own where that is a whole number's, else `floating`.
  static Dtype dtype_of(std::size_t input, Dtype floating) noexcept;

 private:
  ProbeScope* previous_;
  std::vector<Dtype> dtypes_;
};

}  // namespace lamina
