#pragma once

#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct SoftmaxOptions {
  std::vector<std::int64_t> axis = {-1};  ///< one or several; negative ones count from the end
  std::string name = {};
};

/// e^x / sum(e^x), the sum over one or several axes, and over the entries that count where a mask
/// of the inputs' own rank says so.
class LAMINA_API Softmax : public UnaryLayer {
 public:
  explicit Softmax(SoftmaxOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  SoftmaxOptions options_;
};

}  // namespace lamina
