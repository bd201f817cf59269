#pragma once

#include "lamina/layers/merge.hpp"

namespace lamina {

struct DotOptions {
  std::vector<std::int64_t> axes;  ///< one for both, or one for each of the two
  bool normalize = false;          ///< to unit length along the axes first: cosine similarity
  std::string name = {};
};

/// Sums of products of two tensors, sample by sample, along an axis of each. The result has the
/// first's other axes, then the second's; (batch, 1) where none is left.
class LAMINA_API Dot : public Merge {
 public:
  explicit Dot(DotOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Tensors compute_mask(const Tensors& /*inputs*/) const override { return {}; }

 protected:
  Tensor merged(const TensorList& inputs) const override;
  Shape merged_shape(const std::vector<Shape>& shapes) const override;

 private:
  int summed_axis(const Shape& shape, std::size_t input) const;
  DotOptions options_;
};

}  // namespace lamina
