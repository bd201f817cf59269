// What a call of a layer takes beside its inputs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensors.hpp"

namespace lamina {

/// The arguments of one call beyond the inputs, by keyword: tensors (an initial state, a mask) and
/// plain values.
struct CallArguments {
  std::vector<std::pair<std::string, Tensors>> tensors = {};
  Config values = {};
};

/// Implicit from a bool: whether the call is part of training.
struct CallContext {
  CallContext() = default;
  CallContext(bool is_training) : training(is_training) {}
  CallContext(std::optional<bool> is_training, const CallArguments* its_arguments)
      : training(is_training), arguments(its_arguments) {}

  /// If unset, that of the enclosing call, or false. It is always set when `Layer::call` gets it.
  std::optional<bool> training = {};
  const CallArguments* arguments = nullptr;
  /// For calls from Python: neither this call nor one around it says whether it is part of
  /// training. Layers that augment images then do, as Keras's.
  bool is_unsaid = false;

  /// What to hand on to a layer called within.
  std::optional<bool> said_training() const noexcept { return is_unsaid ? std::nullopt : training; }
  bool is_training() const noexcept { return training.value_or(false); }
  /// The tensors of a keyword; empty if it was not given.
  Tensors argument(std::string_view name) const {
    if (arguments != nullptr) {
      for (const auto& [known, tensors] : arguments->tensors) {
        if (known == name) return tensors;
      }
    }
    return {};
  }
};

}  // namespace lamina
