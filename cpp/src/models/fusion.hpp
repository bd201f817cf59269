// Layers that a model runs as one: a layer, perhaps a normalization by fixed statistics, and an
// activation, where the first can do what the others do.
#pragma once

#include <memory>
#include <optional>

#include "lamina/layers/layer.hpp"

namespace lamina {

/// The layers after one that it takes upon itself.
class Followers {
 public:
  /// Takes the layer that alone reads what `first`, and those taken so far, give: false where it
  /// has to run by itself.
  bool take(const Layer& first, const std::shared_ptr<Layer>& layer);
  /// What `first` and all of them give.
  Tensor call(Layer& first, const Tensor& inputs, bool training) const;

 private:
  std::shared_ptr<Layer> scales_;  // outside training; a layer of its own otherwise
  std::optional<Activation> activation_;
};

}  // namespace lamina
