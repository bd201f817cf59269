// What surrounds the body of every call of a layer.
#pragma once

#include <optional>

#include "lamina/layers/layer.hpp"
#include "layers/call_scope.hpp"

namespace lamina {

template <class Body>
Tensors Layer::run_call(const Tensors& inputs, const CallContext& context, const Body& body) {
  const CallScope scope(*this, context);
  // What it makes, of noise and of numbers, goes with its inputs.
  const Device device = moves_inputs() || !inputs.defined() ? device_ : inputs.front().device();
  std::optional<DeviceScope> on_device;
  if (device != default_device()) on_device.emplace(device);
  const Tensors given = begin_call(inputs, scope.context());
  return end_call(inputs, body(given, scope.context()));
}

}  // namespace lamina
