// Where a tensor's memory lies.
#pragma once

#include <cstdint>
#include <string>

#include "lamina/export.hpp"

namespace lamina {

enum class DeviceType : std::uint8_t { cpu, cuda };

struct Device {
  DeviceType type = DeviceType::cpu;
  std::int8_t index = 0;
  bool operator==(const Device&) const = default;
};

/// "cpu" or "cuda:0".
LAMINA_API std::string name_of(Device device);

}  // namespace lamina
