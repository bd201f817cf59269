// An activation function by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

template <class Function>
struct OwnPiece;

/// One of Keras's activation functions with its defaults ("relu", "gelu", "softmax" ...), or "step"
/// or "sign"; implicit from its name. What needs arguments is a function of lamina::ops.
class LAMINA_API Activation {
 public:
  static constexpr bool takes_null = true;  // None is linear

  Activation() = default;             ///< linear
  Activation(std::string_view name);  ///< a value error that lists the known names otherwise
  Activation(const char* name) : Activation(std::string_view(name)) {}
  Activation(const std::string& name) : Activation(std::string_view(name)) {}

  using Function = std::function<Tensor(const Tensor&)>;
  /// One of your own. Files hold `class_name` and `config`, and find it by register_activation.
  static Activation own(Function function, const std::string& class_name,
                        const Config& config = {});
  /// The same, where {"class_name", "config"} is asked for when it is needed.
  static Activation own(Function function, std::function<Config()> class_and_config);
  static Activation from_config(const Config& class_and_config);

  /// "" for one of your own.
  std::string_view name() const noexcept;
  Tensor operator()(const Tensor& x) const;

  static Activation read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

 private:
  std::size_t index_ = 0;
  std::shared_ptr<const OwnPiece<Function>> own_;
};

/// Makes activations of your own loadable: `factory` makes them from their options.
LAMINA_API void register_activation(const std::string& class_name,
                                    std::function<Activation(const Config& config)> factory);

}  // namespace lamina
