#include "lamina/layers/masking.hpp"

#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, MaskingOptions& options) {
  visit("mask_value", options.mask_value);
}

Masking::Masking(MaskingOptions options)
    : UnaryLayer("Masking", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> Masking::from_config(const Config& config) {
  return layer_from_config<Masking>(config, MaskingOptions{});
}

Config Masking::config() const { return with_options(base_config(), options_); }

void Masking::build(const Shape& input_shape) {
  if (input_shape.rank() < 2) {
    fail(ErrorKind::value, label(), " takes inputs with features, got ", input_shape);
  }
}

Tensor Masking::seen(const Tensor& inputs) const {
  const NoGrad unrecorded;
  const Tensor value = Tensor::scalar(options_.mask_value, inputs.dtype(), inputs.device());
  return ops::max(ops::not_equal(inputs, value).cast(Dtype::int32), {-1}).cast(Dtype::boolean);
}

Tensors Masking::compute_mask(const Tensors& inputs) const { return seen(inputs.front()); }

Tensor Masking::call(const Tensor& inputs, bool /*training*/) {
  const Tensor mask = seen(inputs);
  return ops::where(ops::expand_dims(mask, -1), inputs,
                    Tensor::scalar(0, inputs.dtype(), inputs.device()))
      .with_mask(mask);
}

}  // namespace lamina
