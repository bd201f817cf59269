#include "lamina/models/sequential.hpp"

#include <algorithm>

#include "core/options.hpp"
#include "lamina/layers/input.hpp"
#include "models/children.hpp"
#include "models/fusion.hpp"

namespace lamina {

// A layer of the user's may add and pop layers while it runs: each is held, and the list is looked
// at anew.
template <class Visit>
void Sequential::for_each_layer(Visit visit) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::shared_ptr<Layer> layer = layers_[i];
    visit(layer);
  }
}

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
  for_each_layer(
      [&](const auto& layer) { layers.push_back(class_config(layer->type(), layer->config())); });
  Config config = base_config();
  // Each layer says for itself whether it is trainable.
  config.erase("trainable");
  config.set("layers", layers);
  if (built()) config.set("build_input_shape", build_shape());
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
  // Data come in what the first layer computes in, as a functional model's do.
  if (layers_.empty() && !built() && layer->dtype() == Dtype::float64) set_dtype(Dtype::float64);
  if (built()) link(layer);
  layers_.push_back(std::move(layer));
  scope_layers();
  if (input != nullptr) ensure_built(input->batch_shape());
}

void Sequential::pop() {
  if (layers_.empty()) fail(ErrorKind::state, label(), " has no layer to pop");
  numbered_.clear();
  layers_.pop_back();
  if (!links_.empty()) links_.pop_back();
}

void Sequential::scope_layers() {
  for (const auto& layer : layers_) layer->set_scope(nested_ ? scope() + name() + "/" : "");
}

void Sequential::set_scope(const std::string& scope) {
  nested_ = true;
  Model::set_scope(scope);
  scope_layers();
}

void Sequential::set_name(const std::string& name) {
  Model::set_name(name);
  scope_layers();
}

std::vector<Variable> Sequential::weights() const { return weights_of(layers_); }

std::vector<std::pair<std::string, Variable>> Sequential::named_weights() const {
  return named_weights_of(*this);
}

void Sequential::set_trainable(bool trainable) {
  Model::set_trainable(trainable);
  for (const auto& layer : layers_) layer->set_trainable(trainable);
}

std::vector<std::pair<std::string, RandomStream>> Sequential::random_streams() const {
  return random_streams_of(*this);
}

TensorList Sequential::losses() const { return losses_of(layers_); }

// A built layer refuses a shape that it cannot take.
Shape Sequential::output_shape(const Shape& input_shape) const {
  Shape shape = input_shape;
  for_each_layer([&](const auto& layer) {
    if (built()) layer->ensure_built(shape);
    shape = layer->output_shape(shape);
  });
  return shape;
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

void Sequential::build(const Shape& input_shape) {
  links_.clear();
  const auto first = layers_.empty() ? nullptr : std::dynamic_pointer_cast<Input>(layers_.front());
  links_.push_back(first ? connect(std::shared_ptr<Layer>(first), SymbolicTensors{})
                         : input({.shape = input_shape.from(1), .dtype = dtype()}));
  for_each_layer([&](const auto& layer) { link(layer); });
}

Tensor Sequential::call(const Tensor& inputs, bool training) {
  Tensor x = inputs;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::shared_ptr<Layer> layer = layers_[i];
    Followers followers;
    while (i + 1 < layers_.size() && followers.take(*layer, layers_[i + 1])) ++i;
    x = followers.call(*layer, x, training);
  }
  return x;
}

// Its layers check for themselves, and name the one that does not fit.
bool Sequential::accepts(const Shape& /*input_shape*/) const { return true; }

}  // namespace lamina
