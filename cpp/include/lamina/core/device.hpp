// Where a tensor's memory lies, and where tensors are made unless a program says otherwise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lamina/export.hpp"

namespace lamina {

/// `guarded` exists only in builds with tests: the CPU, with memory that the host may not touch.
enum class DeviceType : std::uint8_t { cpu, cuda, guarded };

struct LAMINA_API Device {
  DeviceType type = DeviceType::cpu;
  std::int8_t index = 0;

  constexpr Device() = default;
  constexpr Device(DeviceType device_type, std::int8_t device_index = 0)
      : type(device_type), index(device_index) {}
  /// "cpu", "cuda:0"; "cuda" is the first of them.
  Device(std::string_view name);
  Device(const char* name) : Device(std::string_view(name)) {}
  bool operator==(const Device&) const = default;
};

/// "cpu" or "cuda:0".
LAMINA_API std::string name_of(Device device);

/// Where tensors are made: that of this thread's innermost DeviceScope, else the process's.
LAMINA_API Device default_device() noexcept;
/// Sets the process's; a state error when this build has no backend for it. At first the CPU.
LAMINA_API void set_default_device(Device device);

/// This thread makes its tensors on `device` while it lives.
class LAMINA_API DeviceScope {
 public:
  explicit DeviceScope(Device device);
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;

 private:
  Device outer_;
  bool has_outer_;
};

/// Returns when the device has done all that was asked of it so far.
LAMINA_API void synchronize(Device device = default_device());

}  // namespace lamina
