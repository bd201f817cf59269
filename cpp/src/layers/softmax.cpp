#include "lamina/layers/softmax.hpp"

#include "lamina/ops/softmax.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, SoftmaxOptions& options) {
  visit("axis", options.axis);
}

Softmax::Softmax(SoftmaxOptions options)
    : Layer("Softmax", options.name), options_(std::move(options)) {
  require(std::abs(options_.axis) <= Shape::max_rank, label(), "axis", options_.axis,
          "one of the inputs'");
}

std::shared_ptr<Layer> Softmax::from_config(const Config& config) {
  return layer_from_config<Softmax>(config, SoftmaxOptions{});
}

Config Softmax::config() const { return with_options(base_config(), options_); }

Tensor Softmax::call(const Tensor& inputs, bool /*training*/) {
  return ops::softmax(inputs, axis_of(inputs.shape(), options_.axis));
}

}  // namespace lamina
