// An activation function by name.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lamina/core/tensor.hpp"

namespace lamina {

/// linear, relu, tanh, sigmoid, softmax or log_softmax; implicit from its name.
class LAMINA_API Activation {
 public:
  enum class Kind : std::uint8_t { linear, relu, tanh, sigmoid, softmax, log_softmax };

  Activation() = default;
  Activation(std::string_view name);  ///< a value error that lists the known names otherwise
  Activation(const char* name) : Activation(std::string_view(name)) {}
  Activation(const std::string& name) : Activation(std::string_view(name)) {}

  Kind kind() const noexcept { return kind_; }
  std::string_view name() const noexcept;
  Tensor operator()(const Tensor& x) const;

 private:
  Kind kind_ = Kind::linear;
};

}  // namespace lamina
