// Of what dtype and shape the samples are that a layer is tried on to learn its output's shape.
#pragma once

#include <vector>

#include "lamina/core/dtype.hpp"
#include "lamina/core/shapes.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// While it lives, a layer of this thread that tells its output's shape by a call on zeros takes
/// whole numbers where its inputs are such.
class LAMINA_INTERNAL_API ProbeScope {
 public:
  explicit ProbeScope(std::vector<Dtype> dtypes = {}, Shapes shapes = {}) noexcept;
  ~ProbeScope();
  ProbeScope(const ProbeScope&) = delete;
  ProbeScope& operator=(const ProbeScope&) = delete;

  /// Of an input: its own where that is a whole number's, else `floating`.
  static Dtype dtype_of(std::size_t input, Dtype floating) noexcept;
  /// Of an input: its own, or `otherwise` where none is known.
  static Dtype own_dtype_of(std::size_t input, Dtype otherwise) noexcept;
  /// Of an input: its own with the batch axis, or `otherwise` where none is known.
  static Shape shape_of(std::size_t input, const Shape& otherwise);

 private:
  ProbeScope* previous_;
  std::vector<Dtype> dtypes_;
  Shapes shapes_;
};

}  // namespace lamina
