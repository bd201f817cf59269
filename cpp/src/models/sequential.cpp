#include "lamina/models/sequential.hpp"

#include <algorithm>

#include "core/options.hpp"
#include "lamina/layers/input.hpp"
#include "models/fusion.hpp"

namespace lamina {

Sequential::Sequential(std::string name) : Model("Sequential", std::move(name)) {}

std::shared_ptr<Layer> Sequential::from_config(const Config& config) {
  OptionReader read(config);
  for (const char* key : {"name", "trainable", "dtype", "layers", "build_input_shape"}) {
    read.expect(key);
  }
  read.refuse_unknown("Sequential");
  auto model = std::make_shared<Sequential>();
  model->apply_base_config(config);
  for (const Config& layer : config.children("layers")) {
    model->add(make_layer(layer.string("class_name"), layer.child("config")));
  }
  if (!model->built() && !config.is_null("build_input_shape")) {
    model->ensure_built(config.shape("build_input_shape"));
  }
  return model;
}

Config Sequential::config() const {
  std::vector<Config> layers;
  for (const auto& layer : layers_) layers.push_back(class_config(layer->type(), layer->config()));
  Config config = base_config();
  // Each layer says for itself whether it is trainable.
  config.erase("trainable");
  config.set("layers", layers);
  if (built()) config.set("build_input_shape", build_shapes().front());
  return config;
}

void Sequential::add(std::shared_ptr<Layer> layer) {
  if (!layer) fail(ErrorKind::value, label(), " got no layer to add");
  if (std::find(layers_.begin(), layers_.end(), layer) != layers_.end()) {
    fail(ErrorKind::value, label(), " has '", layer->name(), "' already; add another layer");
  }
  if (layer.get() == this) fail(ErrorKind::value, label(), " cannot be added to itself");
  const auto taken = [&](const std::string& name) {
    return std::any_of(layers_.begin(), layers_.end(),
                       [&](const auto& other) { return other->name() == name; });
  };
  if (taken(layer->name())) {
    if (layer->has_given_name()) {
      fail(ErrorKind::value, label(), " already has a layer named '", layer->name(),
           "'; names of layers must be unique");
    }
    const std::string base = layer->name();
    int& number = numbered_[base];
    do ++number;
    while (taken(base + "_" + std::to_string(number)));
    layer->set_name(base + "_" + std::to_string(number));
  }
  layer->set_numbered();
  const auto* input = dynamic_cast<const Input*>(layer.get());
  if (input != nullptr && !layers_.empty()) {
    fail(ErrorKind::value, label(), " takes an Input only as its first layer, got ", layers_.size(),
         " layers before it");
  }
  // Data are converted to the first layer's dtype, as in a functional model.
  if (layers_.empty() && !built() && layer->dtype() == Dtype::float64) set_dtype(Dtype::float64);
  if (layer->device() != device() && !layer->built()) layer->set_device(device());
  if (built()) link(layer);
  adopt_layer(*layer);
  append_step(layer);
  layers_.push_back(std::move(layer));
  if (input != nullptr) ensure_built(input->batch_shape());
}

void Sequential::pop() {
  if (layers_.empty()) fail(ErrorKind::state, label(), " has no layer to pop");
  numbered_.clear();
  layers_.pop_back();
  if (!links_.empty()) links_.pop_back();
  schedule();
}

void Sequential::set_scope(const std::string& scope) {
  nested_ = true;
  Model::set_scope(scope);
}

// A built layer refuses a shape that does not fit it.
Shapes Sequential::output_shapes(const Shapes& input_shapes) const {
  Shapes shapes = input_shapes;
  for (const auto& layer : layers_) {
    if (built()) layer->ensure_built(shapes);
    shapes = layer->output_shapes(shapes);
  }
  return shapes;
}

std::vector<Dtype> Sequential::output_dtypes() const {
  return links_.empty() ? std::vector<Dtype>{} : std::vector<Dtype>{links_.back().dtype()};
}

SymbolicTensors Sequential::symbolic_inputs() const {
  if (links_.empty()) {
    fail(ErrorKind::state, label(),
         " has no symbolic inputs and outputs yet: begin it with Input, ", "or build it");
  }
  return {links_.front()};
}

SymbolicTensors Sequential::symbolic_outputs() const {
  symbolic_inputs();
  return {links_.back()};
}

void Sequential::link(const std::shared_ptr<Layer>& layer) {
  const bool begins = links_.size() == 1 && links_.front().layer() == layer;
  links_.push_back(begins ? links_.front() : connect(layer, {links_.back()}));
}

void Sequential::build(const Shapes& input_shapes) {
  if (input_shapes.size() != 1) {
    fail(ErrorKind::value, label(), " takes one tensor, got a list of ", input_shapes.size(),
         "; make a Functional model for several inputs");
  }
  links_.clear();
  const auto first = layers_.empty() ? nullptr : std::dynamic_pointer_cast<Input>(layers_.front());
  links_.push_back(first ? connect(std::shared_ptr<Layer>(first), SymbolicTensors{})
                         : input({.shape = input_shapes.front().from(1), .dtype = dtype()}));
  // A layer of the user's may add layers while it is built.
  for (std::size_t i = 0; i < layers_.size(); ++i) link(std::shared_ptr<Layer>(layers_[i]));
  schedule();
}

void Sequential::schedule() {
  steps_ = std::make_shared<std::vector<FusedLayers>>();
  for (const auto& layer : layers_) append_step(layer);
}

void Sequential::append_step(const std::shared_ptr<Layer>& layer) {
  // A call that is still running keeps the steps that it began with.
  if (!steps_) steps_ = std::make_shared<std::vector<FusedLayers>>();
  if (steps_.use_count() > 1) steps_ = std::make_shared<std::vector<FusedLayers>>(*steps_);
  if (steps_->empty() || !steps_->back().take(layer)) steps_->emplace_back(layer);
}

Tensors Sequential::call(const Tensors& inputs, const CallContext& context) {
  const auto steps = steps_;  // a layer of the user's may add and pop layers while it runs
  Tensors x = inputs;
  for (const FusedLayers& step : *steps) x = step(x, {context.said_training(), nullptr});
  return x;
}

// None of its own: the outputs already carry the last layer's mask.
Tensors Sequential::compute_mask(const Tensors& /*inputs*/) const { return {}; }

}  // namespace lamina
