#include "lamina/layers/identity.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& /*visit*/, IdentityOptions& /*options*/) {}

Identity::Identity(IdentityOptions options) : UnaryLayer("Identity", options.name) {}

std::shared_ptr<Layer> Identity::from_config(const Config& config) {
  return layer_from_config<Identity>(config, IdentityOptions{});
}

Config Identity::config() const { return base_config(); }

Tensor Identity::call(const Tensor& inputs, bool /*training*/) { return inputs; }

}  // namespace lamina
