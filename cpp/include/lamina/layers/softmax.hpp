#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct SoftmaxOptions {
  std::int64_t axis = -1;
  std::string name = {};
};

/// e^x / sum(e^x) along an axis.
class LAMINA_API Softmax : public Layer {
 public:
  explicit Softmax(SoftmaxOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  SoftmaxOptions options_;
};

}  // namespace lamina
