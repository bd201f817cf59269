#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct UnitNormalizationOptions {
  std::vector<std::int64_t> axis = {-1};  ///< one or several; negative ones count from the end
  std::string name = {};
};

/// Each sample of length 1 along some axes.
class LAMINA_API UnitNormalization : public UnaryLayer {
 public:
  explicit UnitNormalization(UnitNormalizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  UnitNormalizationOptions options_;
};

}  // namespace lamina
