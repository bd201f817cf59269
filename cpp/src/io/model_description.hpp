// What a file says of a compiled model beside its tensors: what predictions are compared by, and
// which weights the optimizer treats unlike the rest.
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "models/compile_state.hpp"

namespace lamina {

/// Variables by identity: each has its own place for its value.
template <class Value>
class VariableMap {
 public:
  /// False if it is known.
  bool insert(const Variable& variable, Value value) {
    return values_.emplace(&variable.value(), std::move(value)).second;
  }
  /// Null if it is unknown.
  const Value* find(const Variable& variable) const {
    const auto found = values_.find(&variable.value());
    return found == values_.end() ? nullptr : &found->second;
  }

 private:
  std::unordered_map<const Tensor*, Value> values_;
};

/// Those that took fewer steps than the optimizer, having joined later, and those whose decay is
/// switched off.
void write_weight_states(Config& compile, const Optimizer& optimizer,
                         const VariableMap<std::string>& paths);
std::vector<OptimizerWeightState> weight_states(
    const Config& compile, const Optimizer& optimizer,
    const std::vector<std::pair<std::string, Variable>>& weights);

/// Loss and metrics, of each output too.
void write_comparison(Config& config, const CompileOptions& given);
void read_comparison(const Config& config, CompileOptions& given);

}  // namespace lamina
