// nlohmann/json, private to the core: no public header includes it.
#pragma once

#include <nlohmann/json.hpp>

namespace lamina {

/// Keys keep their order, so that a file reads as it was written.
using Json = nlohmann::ordered_json;

}  // namespace lamina
