#include "lamina/layers/operation.hpp"

#include "lamina/autograd/autograd.hpp"
#include "layers/options.hpp"
#include "layers/probing.hpp"
#include "ops/operations.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, OperationOptions& options) {
  visit("operation", options.operation);
  visit("arguments", options.arguments);
}

Operation::Operation(OperationOptions options)
    : Layer("Operation", options.name),
      options_(std::move(options)),
      run_(ops::operation(options_.operation, options_.arguments)) {
  if (!has_given_name()) set_name(options_.operation);
}

std::shared_ptr<Layer> Operation::from_config(const Config& config) {
  return layer_from_config<Operation>(config, OperationOptions{});
}

Config Operation::config() const { return with_options(base_config(), options_); }

void Operation::build(const Shapes& input_shapes) {
  input_dtypes_.clear();
  Shapes shapes;
  for (std::size_t i = 0; i < input_shapes.size(); ++i) {
    input_dtypes_.push_back(ProbeScope::own_dtype_of(i, dtype()));
    shapes.push_back(ProbeScope::shape_of(i, input_shapes[i]));
  }
  output_dtypes_.clear();
  for (const Tensor& output : on_zeros(shapes, 2, 16)) {
    output_dtypes_.push_back(output.dtype());
  }
}

Tensors Operation::call(const Tensors& inputs, const CallContext& /*context*/) {
  return run_(inputs.list());
}

Tensors Operation::on_zeros(const Shapes& input_shapes, std::int64_t batch,
                            std::int64_t unknown) const {
  TensorList zeros;
  for (std::size_t i = 0; i < input_shapes.size(); ++i) {
    Shape shape = input_shapes[i];
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] == Shape::none) shape = shape.with(axis, axis == 0 ? batch : unknown);
    }
    zeros.push_back(Tensor::zeros(shape, input_dtypes_.at(i)));
  }
  const NoGrad no_grad;
  return run_(zeros);
}

// An extent that follows an unknown one of the inputs differs between two calls.
Shapes Operation::output_shapes(const Shapes& input_shapes) const {
  const Shapes first = shapes_of(on_zeros(input_shapes, 2, 16));
  const Shapes second = shapes_of(on_zeros(input_shapes, 3, 17));
  Shapes shapes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    Shape shape = first[i];
    for (int axis = 0; axis < shape.rank(); ++axis) {
      if (shape[axis] != second[i][axis]) shape = shape.with(axis, Shape::none);
    }
    shapes.push_back(shape);
  }
  return shapes;
}

}  // namespace lamina
