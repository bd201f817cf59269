// Reads the options of losses and metrics, whose last field is a name, from a configuration.
#pragma once

#include <string>

#include "core/options.hpp"

namespace lamina {

/// Needs a `describe` of all options except the name.
template <class Options>
Options named_options_from(const Config& config, const std::string& owner) {
  Options options;
  OptionReader read(config);
  describe(read, options);
  read.expect("name");
  if (!config.is_null("name")) options.name = config.string("name");
  read.refuse_unknown(owner);
  return options;
}

}  // namespace lamina
