// The device "guarded", for tests alone: the CPU, computing in memory that the host may touch only
// during a call of the backend. Code that looks behind the backend's back crashes at once.
#pragma once

#include <cstddef>

#include "backend/backend.hpp"

namespace lamina {

Backend& guarded_backend();

/// How often data went from the host to the device, and how often the host waited for the device.
struct GuardedTraffic {
  std::size_t uploads, waits;
};
GuardedTraffic guarded_traffic();

}  // namespace lamina
