#include "lamina/layers/composite.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace lamina {
namespace {

// Held while they are asked: what a layer of the user's does may change the list.
using Parts = std::vector<std::shared_ptr<Layer>>;

// The path of something in a layer as the composite has it: the layer's is "dense/kernel".
std::string path_in(const Composite& composite, const Layer& layer, const std::string& path) {
  return concat(composite.name(), "/", composite.name_of(layer), path.substr(layer.name().size()));
}

}  // namespace

std::vector<Variable> Composite::weights() const {
  std::vector<Variable> result = Layer::weights();
  const Parts parts = layers();
  // Only composites can hold what another layer holds.
  const bool may_share =
      !result.empty() || std::any_of(parts.begin(), parts.end(), [](const auto& layer) {
        return dynamic_cast<const Composite*>(layer.get()) != nullptr;
      });
  for (const auto& layer : parts) {
    for (const Variable& weight : layer->weights()) {
      if (may_share && std::find(result.begin(), result.end(), weight) != result.end()) continue;
      result.push_back(weight);
    }
  }
  return result;
}

std::vector<std::pair<std::string, Variable>> Composite::named_weights() const {
  auto result = Layer::named_weights();
  const Parts parts = layers();
  for (const auto& layer : parts) {
    for (auto& [path, weight] : layer->named_weights()) {
      result.emplace_back(path_in(*this, *layer, path), weight);
    }
  }
  return result;
}

std::vector<std::pair<std::string, RandomStream>> Composite::random_streams() const {
  auto result = Layer::random_streams();
  const Parts parts = layers();
  for (const auto& layer : parts) {
    for (auto& [path, stream] : layer->random_streams()) {
      result.emplace_back(path_in(*this, *layer, path), stream);
    }
  }
  return result;
}

TensorList Composite::losses() const {
  TensorList result = Layer::losses();
  const Parts parts = layers();
  for (const auto& layer : parts) {
    const TensorList own = layer->losses();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

void Composite::set_trainable(bool trainable) {
  Layer::set_trainable(trainable);
  const Parts parts = layers();
  for (const auto& layer : parts) layer->set_trainable(trainable);
}

void Composite::set_device(Device device) {
  Layer::set_device(device);
  const Parts parts = layers();
  for (const auto& layer : parts) layer->set_device(device);
}

void Composite::set_name(const std::string& name) {
  Layer::set_name(name);
  adopt_layers();
}

void Composite::set_scope(const std::string& scope) {
  Layer::set_scope(scope);
  adopt_layers();
}

void Composite::adopt_layer(Layer& layer) const {
  if (scopes(layer)) layer.set_scope(inner_scope());
  if (!trainable()) layer.set_trainable(false);
  if (layer.device() != device() && !layer.built()) layer.set_device(device());
}

void Composite::adopt_layers() {
  const Parts parts = layers();
  for (const auto& layer : parts) adopt_layer(*layer);
}

}  // namespace lamina
