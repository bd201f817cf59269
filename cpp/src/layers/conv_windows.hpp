// Options that all layers of convolutions share.
#pragma once

#include <string>

#include "layers/options.hpp"

namespace lamina {

/// "SAME" as "same", as Keras's layers take it.
std::string padding_from(std::string given);

/// Brings kernel, strides and dilation to one extent for each axis, and refuses a padding that a
/// convolution along `rank` axes does not have.
template <int rank, class Options>
void prepare_windows(const std::string& owner, Options& options, bool may_be_causal) {
  options.kernel_size = options.kernel_size.expanded(rank, owner, "kernel_size");
  options.strides = options.strides.expanded(rank, owner, "strides");
  options.dilation_rate = options.dilation_rate.expanded(rank, owner, "dilation_rate");
  options.padding = padding_from(options.padding);
  const bool is_known = options.padding == "valid" || options.padding == "same" ||
                        (may_be_causal && options.padding == "causal");
  require(is_known, owner, "padding", options.padding,
          may_be_causal ? "valid, same or causal" : "valid or same");
}

}  // namespace lamina
