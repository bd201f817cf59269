// What callbacks that watch one value of the logs share: its direction, and what is better.
#pragma once

#include <optional>
#include <string>

#include "lamina/core/config.hpp"
#include "lamina/training/callback.hpp"

namespace lamina {

/// Refuses a mode other than "auto", "min" and "max".
void check_mode(const std::string& owner, const std::string& mode);

/// Whether the value is to rise: by the mode, else by its name, else by the class of the model's
/// metric of that name. A value error where none of them tells.
bool rises(const std::string& owner, const std::string& monitor, const std::string& mode,
           const Model& model);

/// Whether `value` is better than `reference` by more than `min_delta`; so is any first value.
bool improves(bool rises, double value, std::optional<double> reference, double min_delta);

/// Warns that the logs lack `monitor`; `consequence` says what that means: "so it stops nothing".
void warn_of_missing(const std::string& owner, const std::string& monitor,
                     const std::string& consequence, const Logs& logs);

/// The model; a state error where a hook is called without one.
Model& model_of(const Callback& callback, const std::string& owner);

/// A number in a state as its bits: JSON knows no NaN and no infinity.
Config& set_bits(Config& config, const char* key, std::optional<double> value);
std::optional<double> bits(const Config& config, const char* key);

}  // namespace lamina
