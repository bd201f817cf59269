// Regularizers: what a weight or an output adds to the loss, as in Keras, by name or with options.
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

/// A small value: none, implicit from "l1", "l2", "l1_l2" or "orthogonal_regularizer", or made by
/// the functions below.
class LAMINA_API Regularizer {
 public:
  static constexpr bool takes_null = true;  // None is none

  Regularizer() = default;
  Regularizer(const char* name) : Regularizer(std::string(name)) {}
  Regularizer(const std::string& name);

  /// l1 sum |x|, l2 sum x^2, or their sum.
  static Regularizer l1(double factor = 0.01);
  static Regularizer l2(double factor = 0.01);
  static Regularizer l1_l2(double l1 = 0, double l2 = 0);
  /// factor times the mean |cosine| between different rows (or columns) of a matrix. Brock et al.,
  /// 2017.
  static Regularizer orthogonal(double factor = 0.01, const std::string& mode = "rows");
  using Function = std::function<Tensor(const Tensor&)>;
  /// One of your own. Files hold `class_name` and `config`, and find it by register_regularizer.
  static Regularizer own(Function function, const std::string& class_name,
                         const Config& config = {});
  /// The same, where {"class_name", "config"} is asked for when it is needed.
  static Regularizer own(Function function, std::function<Config()> class_and_config);
  static Regularizer from_config(const Config& class_and_config);
  static Regularizer read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  explicit operator bool() const noexcept { return own_ != nullptr || !class_name_.empty(); }
  /// One scalar.
  Tensor operator()(const Tensor& x) const;
  /// "" for none, and for one of your own.
  const std::string& class_name() const noexcept { return class_name_; }
  /// {"class_name", "config"}
  Config config() const;

 private:
  std::string class_name_;
  double l1_ = 0, l2_ = 0, factor_ = 0;
  std::string mode_;
  std::shared_ptr<const OwnPiece<Function>> own_;
};

/// Makes regularizers of your own loadable: `factory` makes them from their options.
LAMINA_API void register_regularizer(const std::string& class_name,
                                     std::function<Regularizer(const Config& config)> factory);

}  // namespace lamina
