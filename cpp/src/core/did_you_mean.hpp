// The known name that a misspelt one is nearest to, for error messages.
#pragma once

#include <string>
#include <string_view>

namespace lamina {

/// " (did you mean 'relu'?)" for the nearest of `known`, names with ", " between them; "" where
/// none is near.
std::string did_you_mean(std::string_view name, std::string_view known);

}  // namespace lamina
