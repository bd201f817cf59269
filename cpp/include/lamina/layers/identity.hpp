#pragma once

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct IdentityOptions {
  std::string name = {};
};

/// The inputs themselves.
class LAMINA_API Identity : public UnaryLayer {
 public:
  explicit Identity(IdentityOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
};

}  // namespace lamina
