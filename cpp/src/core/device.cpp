#include "lamina/core/device.hpp"

namespace lamina {

std::string name_of(Device device) {
  return device.type == DeviceType::cpu ? "cpu" : "cuda:" + std::to_string(device.index);
}

}  // namespace lamina
