#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct InputOptions {
  Shape shape;  ///< of one sample, without the batch axis
  std::string name = {};
  std::optional<std::int64_t> batch_size = {};  ///< stated in symbolic shapes; not enforced
  std::optional<Dtype> dtype = {};              ///< of any kind; by default floatx()
};

/// States the shape of one sample, so that the model is built before it sees data. With an integer
/// dtype, data are converted to it, except for wider integers.
class LAMINA_API Input : public UnaryLayer {
 public:
  explicit Input(InputOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }
  /// (batch_size or None, shape...)
  Shape batch_shape() const;

 protected:
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;
  bool computes_in(Dtype) const override { return true; }
  Dtype input_dtype(Dtype given) const override;

 private:
  Shape adjusted(const Shape& given) const;
  InputOptions options_;
};

}  // namespace lamina
