// An activation function by name.
#pragma once

#include <string>
#include <string_view>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

/// One of Keras's activation functions with its defaults ("relu", "gelu", "softmax" ...), or "step"
/// or "sign"; implicit from its name. What needs arguments is a function of lamina::ops.
class LAMINA_API Activation {
 public:
  static constexpr bool takes_null = true;  // None is linear

  Activation() = default;             ///< linear
  Activation(std::string_view name);  ///< a value error that lists the known names otherwise
  Activation(const char* name) : Activation(std::string_view(name)) {}
  Activation(const std::string& name) : Activation(std::string_view(name)) {}

  std::string_view name() const noexcept;
  Tensor operator()(const Tensor& x) const;

  static Activation read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

 private:
  std::size_t index_ = 0;
};

}  // namespace lamina
