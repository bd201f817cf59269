#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct IdentityOptions {
  std::string name = {};
};

/// The inputs themselves.
class LAMINA_API Identity : public Layer {
 public:
  explicit Identity(IdentityOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
};

}  // namespace lamina
