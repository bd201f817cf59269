#include "lamina/layers/softmax.hpp"

#include "lamina/ops/comparison.hpp"
#include "lamina/ops/softmax.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, SoftmaxOptions& options) {
  visit("axis", options.axis);
}

Softmax::Softmax(SoftmaxOptions options)
    : UnaryLayer("Softmax", options.name), options_(std::move(options)) {}

std::shared_ptr<Layer> Softmax::from_config(const Config& config) {
  return layer_from_config<Softmax>(config, SoftmaxOptions{});
}

Config Softmax::config() const { return with_options(base_config(), options_); }

Tensor Softmax::call(const Tensor& inputs, bool /*training*/) {
  std::vector<int> axes;
  for (const std::int64_t axis : options_.axis) axes.push_back(axis_of(inputs.shape(), axis));
  const Tensor mask = inputs.mask();
  if (!mask.defined() || mask.rank() != inputs.rank()) return ops::softmax(inputs, axes);
  // Entries that do not count get no share, even where none counts; Keras's large negative number.
  const Tensor least = Tensor::scalar(-1e9, inputs.dtype());
  const Tensor none = Tensor::scalar(0, inputs.dtype());
  return ops::where(mask, ops::softmax(ops::where(mask, inputs, least), axes), none);
}

}  // namespace lamina
