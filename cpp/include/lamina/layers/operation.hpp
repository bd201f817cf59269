#pragma once

#include <functional>

#include "lamina/layers/layer.hpp"

namespace lamina {

struct OperationOptions {
  std::string operation;  ///< its name in Python's lamina.ops, "concatenate"
  Config arguments = {};  ///< by parameter name; {"tensor": i} stands for input i
  std::string name = {};
};

/// An operation applied to symbolic tensors: `a + b`, `x[:, 0]`, `ops.mean(x, axis=1)` in Python.
class LAMINA_API Operation : public Layer {
 public:
  explicit Operation(OperationOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool takes_list() const override { return true; }
  Shapes output_shapes(const Shapes& input_shapes) const override;
  std::vector<Dtype> output_dtypes() const override { return output_dtypes_; }

 protected:
  void build(const Shapes& input_shapes) override;
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Dtype input_dtype(Dtype given) const override { return given; }

 private:
  Tensors on_zeros(const Shapes& input_shapes, std::int64_t batch, std::int64_t unknown) const;

  OperationOptions options_;
  std::function<Tensors(const TensorList&)> run_;
  std::vector<Dtype> input_dtypes_, output_dtypes_;
};

}  // namespace lamina
