#include "lamina/layers/dense.hpp"

#include "lamina/ops/dense.hpp"
#include "layers/options.hpp"
#include "ops/fused.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, DenseOptions& options) {
  visit("units", options.units);
  visit("activation", options.activation);
  visit("use_bias", options.use_bias);
  visit("kernel_initializer", options.kernel_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("bias_constraint", options.bias_constraint);
}

Dense::Dense(DenseOptions options)
    : FusingLayer("Dense", options.name), options_(std::move(options)) {
  require(options_.units > 0, label(), "units", options_.units, "above 0");
}

std::shared_ptr<Layer> Dense::from_config(const Config& config) {
  return layer_from_config<Dense>(config, DenseOptions{.units = 0});
}

Config Dense::config() const { return with_options(base_config(), options_); }

Shape Dense::output_shape(const Shape& input_shape) const {
  return input_shape.with(-1, options_.units);
}

void Dense::build(const Shape& input_shape) {
  if (input_shape.rank() < 2) {
    fail(ErrorKind::value, label(), " needs inputs (batch, ..., n), got ", input_shape);
  }
  kernel_ = add_weight("kernel", {input_shape.last(), options_.units}, options_.kernel_initializer,
                       {options_.kernel_regularizer, options_.kernel_constraint});
  if (!options_.use_bias) return;
  bias_ = add_weight("bias", {options_.units}, options_.bias_initializer,
                     {options_.bias_regularizer, options_.bias_constraint});
}

Tensor Dense::call(const Tensor& inputs, bool training) {
  Tensor outputs = call_fused(inputs, training, {options_.activation});
  regularize_activity(options_.activity_regularizer, outputs);
  return outputs;
}

bool Dense::take_option(std::string_view key, const Layer& from) {
  const auto& other = static_cast<const Dense&>(from).options_;
  if (key == "activation") {
    options_.activation = other.activation;
  } else if (key == "activity_regularizer") {
    options_.activity_regularizer = other.activity_regularizer;
  } else {
    return false;
  }
  return true;
}

bool Dense::fuses(const Activation& activation) const {
  return options_.activation.name() == "linear" && !options_.activity_regularizer &&
         ops::is_fused(activation);
}

Tensor Dense::call_fused(const Tensor& inputs, bool /*training*/, const Epilogue& epilogue) {
  return ops::dense(inputs, kernel_, options_.use_bias ? bias_.value() : Tensor(),
                    epilogue.activation);
}

bool Dense::accepts(const Shape& input_shape) const {
  return input_shape.rank() >= 2 && input_shape.last() == kernel_.shape()[0];
}

}  // namespace lamina
