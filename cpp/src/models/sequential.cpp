#include "lamina/models/sequential.hpp"

#include <algorithm>

#include "core/options.hpp"
#include "lamina/layers/input.hpp"

namespace lamina {

// A layer of the user's may add and pop layers while it runs: each is held, and the list is looked
// at anew.
template <class Visit>
void Sequential::for_each_layer(Visit visit) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::shared_ptr<Layer> layer = layers_[i];
    visit(*layer);
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
      [&](const Layer& layer) { layers.push_back(class_config(layer.type(), layer.config())); });
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
  const auto* input = dynamic_cast<const Input*>(layer.get());
  if (input != nullptr && !layers_.empty()) {
    fail(ErrorKind::value, label(), " takes an Input only as its first layer, got ", layers_.size(),
         " layers before it");
  }
  if (built()) {
    layer->ensure_built(output_shape(build_shape()));
  }
  layers_.push_back(std::move(layer));
  scope_layers();
  if (input != nullptr) ensure_built(input->batch_shape());
}

void Sequential::pop() {
  if (layers_.empty()) fail(ErrorKind::state, label(), " has no layer to pop");
  numbered_.clear();
  layers_.pop_back();
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

std::vector<Variable> Sequential::weights() const {
  std::vector<Variable> result;
  for (const auto& layer : layers_) {
    const std::vector<Variable> own = layer->weights();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

void Sequential::set_trainable(bool trainable) {
  Model::set_trainable(trainable);
  for (const auto& layer : layers_) layer->set_trainable(trainable);
}

std::vector<std::pair<std::string, RandomStream>> Sequential::random_streams() const {
  std::vector<std::pair<std::string, RandomStream>> result;
  for (const auto& layer : layers_) {
    auto own = layer->random_streams();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

TensorList Sequential::losses() const {
  TensorList result;
  for_each_layer([&](const Layer& layer) {
    const TensorList own = layer.losses();
    result.insert(result.end(), own.begin(), own.end());
  });
  return result;
}

Shape Sequential::output_shape(const Shape& input_shape) const {
  Shape shape = input_shape;
  for_each_layer([&](const Layer& layer) { shape = layer.output_shape(shape); });
  return shape;
}

void Sequential::build(const Shape& input_shape) {
  Shape shape = input_shape;
  for_each_layer([&](Layer& layer) {
    layer.ensure_built(shape);
    shape = layer.output_shape(shape);
  });
}

Tensor Sequential::call(const Tensor& inputs, bool training) {
  Tensor x = inputs;
  for_each_layer([&](Layer& layer) { x = layer(x, training); });
  return x;
}

// Its layers check for themselves, and name the one that does not fit.
bool Sequential::accepts(const Shape& /*input_shape*/) const { return true; }

}  // namespace lamina
