#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct PermuteOptions {
  std::vector<std::int64_t> dims = {};
  std::string name = {};
};

/// The axes of samples in another order, counted from 1: dims (2, 1) transposes.
class LAMINA_API Permute : public UnaryLayer {
 public:
  explicit Permute(PermuteOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  PermuteOptions options_;
};

}  // namespace lamina
