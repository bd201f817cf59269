// The device "guarded", for tests alone: the CPU, computing in memory that the host may touch only
// during a call of the backend. Code that looks behind the backend's back crashes at once.
#pragma once

#include "backend/backend.hpp"

namespace lamina {

Backend& guarded_backend();

}  // namespace lamina
