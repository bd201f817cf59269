#include "lamina/core/device.hpp"

#include <atomic>
#include <charconv>

#include "backend/backend.hpp"
#include "core/check.hpp"
#include "core/faults.hpp"

namespace lamina {
namespace {

// Fits a machine word, so the atomic is lock-free.
std::atomic<Device> process_device{Device()};

struct ThreadDevice {
  Device device;
  bool is_set = false;
};
thread_local constinit ThreadDevice thread_device{{}, false};

}  // namespace

Device::Device(std::string_view name) {
  const std::size_t colon = name.find(':');
  const std::string_view kind = name.substr(0, colon);
  const bool is_cuda = kind == "cuda";
  type = is_cuda ? DeviceType::cuda : kind == "guarded" ? DeviceType::guarded : DeviceType::cpu;
  bool is_known = is_cuda || name == "cpu" || name == "guarded";
  if (is_cuda && colon != std::string_view::npos) {
    const char* const end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + colon + 1, end, index);
    is_known = error == std::errc() && rest == end && index >= 0;
  }
  if (!is_known) {
    fail(ErrorKind::value, "unknown device '", name, "'; expected 'cpu', 'cuda' or 'cuda:N'");
  }
}

std::string name_of(Device device) {
  switch (device.type) {
    case DeviceType::cpu: return "cpu";
    case DeviceType::cuda: return "cuda:" + std::to_string(device.index);
    case DeviceType::guarded: return "guarded";
  }
  return "";
}

Device default_device() noexcept {
  return thread_device.is_set ? thread_device.device
                              : process_device.load(std::memory_order_relaxed);
}

void set_default_device(Device device) {
  backend_for(device);  // refuses
  process_device.store(device, std::memory_order_relaxed);
}

DeviceScope::DeviceScope(Device device)
    : outer_(thread_device.device), has_outer_(thread_device.is_set) {
  backend_for(device);  // refuses
  thread_device = {device, true};
}

DeviceScope::~DeviceScope() { thread_device = {outer_, has_outer_}; }

void synchronize(Device device) {
  backend_for(device).synchronize();
  raise_pending_faults();
}

}  // namespace lamina
