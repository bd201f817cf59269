// What fit's options must hold, and what they say of an epoch.
#pragma once

#include <string>

#include "lamina/training/run_options.hpp"

namespace lamina {

/// A value error that names `owner` where an option is out of range.
void check(const std::string& owner, const FitOptions& options);

/// Whether the epoch, counted from 0, ends with a validation.
bool validates_after(const FitOptions& options, std::int64_t epoch);

using Callbacks = std::vector<std::shared_ptr<Callback>>;
/// Refuses empty ones and tells the others their model.
void attach(const Callbacks& callbacks, Model& model);

}  // namespace lamina
