// Options that end in a name, of losses and metrics, from a configuration.
#pragma once

#include <string>

#include "core/options.hpp"

namespace lamina {

/// Given a `describe` of all options but the name.
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
