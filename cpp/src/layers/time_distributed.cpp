#include "lamina/layers/time_distributed.hpp"

#include "core/options.hpp"

namespace lamina {
namespace {

// The leading axis instead of `axes` of them.
Shape with_leading(const Shape& shape, std::int64_t axes, const Shape& leading) {
  Shape result = leading;
  for (int axis = static_cast<int>(axes); axis < shape.rank(); ++axis)
    result.push_back(shape[axis]);
  return result;
}

}  // namespace

TimeDistributed::TimeDistributed(std::shared_ptr<Layer> layer, std::string name)
    : Composite("TimeDistributed", std::move(name)), parts_{std::move(layer)} {
  if (parts_.front() == nullptr) fail(ErrorKind::type, label(), " got no layer to apply");
  adopt_layers();
}

std::shared_ptr<Layer> TimeDistributed::from_config(const Config& config) {
  const Config inner = config.child("layer");
  return with_layer(make_layer(inner.string("class_name"), inner.child("config")), config);
}

std::shared_ptr<TimeDistributed> TimeDistributed::with_layer(std::shared_ptr<Layer> layer,
                                                             const Config& config) {
  OptionReader read(config);
  for (const char* key : {"name", "trainable", "dtype", "layer"}) read.expect(key);
  read.refuse_unknown("TimeDistributed");
  auto made = std::make_shared<TimeDistributed>(
      std::move(layer), config.is_null("name") ? std::string() : config.string("name"));
  made->apply_base_config(config);
  return made;
}

Config TimeDistributed::config() const {
  Config config = base_config();
  config.set("layer", class_config(layer()->type(), layer()->config()));
  return config;
}

Shapes TimeDistributed::steps_of(const Shapes& input_shapes) const {
  Shapes steps;
  for (const Shape& shape : input_shapes) {
    if (shape.rank() < 2) {
      fail(ErrorKind::value, label(), " takes sequences (batch, steps, ...), got ", shape);
    }
    steps.push_back(shape.without(1));
  }
  return steps;
}

void TimeDistributed::build(const Shapes& input_shapes) {
  if (layer()->dtype() != dtype() && !layer()->built()) layer()->set_dtype(dtype());
  layer()->ensure_built(steps_of(input_shapes));
}

Shapes TimeDistributed::output_shapes(const Shapes& input_shapes) const {
  Shapes result;
  for (const Shape& shape : layer()->output_shapes(steps_of(input_shapes))) {
    result.push_back(with_leading(shape, 1, {input_shapes.front()[0], input_shapes.front()[1]}));
  }
  return result;
}

// The layer takes samples apart, so that steps are as many more of them.
Tensors TimeDistributed::call(const Tensors& inputs, const CallContext& context) {
  const Shape& first = inputs.front().shape();
  const Shape leading{first[0], first[1]};
  Tensors all;
  for (const Tensor& x : inputs) {
    if (x.shape()[0] != first[0] || x.shape()[1] != first[1]) {
      fail(ErrorKind::value, label(), " got inputs ", first, " and ", x.shape(),
           ", which differ in batch or steps");
    }
    Tensor steps = x.reshape(with_leading(x.shape(), 2, {first[0] * first[1]}));
    // A mask of more axes than batch and steps goes on to the layer.
    const Tensor mask = x.mask();
    if (mask.defined() && mask.shape().rank() > 2) {
      steps = steps.with_mask(mask.reshape(with_leading(mask.shape(), 2, {first[0] * first[1]})));
    }
    all.push_back(steps);
  }
  return (*layer())(all, {context.said_training(), nullptr}).each([&](const Tensor& output) {
    return output.reshape(with_leading(output.shape(), 1, leading));
  });
}

}  // namespace lamina
