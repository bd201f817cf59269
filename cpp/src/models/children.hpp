// What a model gathers from its layers. A weight that several of them hold is taken once.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "lamina/models/model.hpp"

namespace lamina {

using Children = std::vector<std::shared_ptr<Layer>>;

inline std::vector<Variable> weights_of(const Children& layers) {
  std::vector<Variable> result;
  // Only models can hold what another layer holds.
  const bool may_share = std::any_of(layers.begin(), layers.end(), [](const auto& layer) {
    return dynamic_cast<const Model*>(layer.get()) != nullptr;
  });
  for (const auto& layer : layers) {
    for (const Variable& weight : layer->weights()) {
      if (may_share && std::find(result.begin(), result.end(), weight) != result.end()) continue;
      result.push_back(weight);
    }
  }
  return result;
}

/// The path of something in a layer as its model has it: the layer's is "dense/kernel".
inline std::string path_in(const Model& model, const Layer& layer, const std::string& path) {
  return concat(model.name(), "/", model.name_of(layer), path.substr(layer.name().size()));
}

inline std::vector<std::pair<std::string, Variable>> named_weights_of(const Model& model) {
  std::vector<std::pair<std::string, Variable>> result;
  for (const auto& layer : model.layers()) {
    for (auto& [path, weight] : layer->named_weights()) {
      result.emplace_back(path_in(model, *layer, path), weight);
    }
  }
  return result;
}

inline std::vector<std::pair<std::string, RandomStream>> random_streams_of(const Model& model) {
  std::vector<std::pair<std::string, RandomStream>> result;
  for (const auto& layer : model.layers()) {
    for (auto& [path, stream] : layer->random_streams()) {
      result.emplace_back(path_in(model, *layer, path), stream);
    }
  }
  return result;
}

inline TensorList losses_of(const Children& layers) {
  TensorList result;
  for (const auto& layer : layers) {
    const TensorList own = layer->losses();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

}  // namespace lamina
