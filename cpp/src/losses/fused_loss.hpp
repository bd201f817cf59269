// The built-in losses by name.
#pragma once

#include <memory>
#include <string>

#include "lamina/losses/loss.hpp"

namespace lamina {

/// The type of the built-in loss that has this class name, function name or alias; null for others.
const char* builtin_loss_type(const std::string& name);
/// By its type; null for one that is not built in.
std::shared_ptr<FusedLoss> make_builtin_loss(const std::string& type, const Config& config);
/// "mean_squared_error, ...".
std::string builtin_loss_names();

}  // namespace lamina
