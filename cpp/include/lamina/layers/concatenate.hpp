#pragma once

#include "lamina/layers/merge.hpp"

namespace lamina {

struct ConcatenateOptions {
  std::int64_t axis = -1;
  std::string name = {};
};

/// Joins tensors along an axis; all other extents are equal.
class LAMINA_API Concatenate : public Merge {
 public:
  explicit Concatenate(ConcatenateOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  /// An entry counts if any of its values does; all values of a tensor without a mask do.
  Tensors compute_mask(const Tensors& inputs) const override;

 protected:
  Tensor merged(const TensorList& inputs) const override;
  Shape merged_shape(const std::vector<Shape>& shapes) const override;

 private:
  ConcatenateOptions options_;
};

}  // namespace lamina
