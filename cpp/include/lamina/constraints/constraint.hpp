// Constraints that weights are projected onto after each step, as in Keras, by name or with
// options.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

/// A small value: none, implicit from "max_norm", "non_neg", "unit_norm" or "min_max_norm", or made
/// by the functions below. Norms are taken along `axis`: {0} for the inputs of each unit of a Dense
/// layer, {0, 1, 2} for those of each filter of a Conv2D.
class LAMINA_API Constraint {
 public:
  static constexpr bool takes_null = true;  // None is none
  using Axes = std::vector<std::int64_t>;

  Constraint() = default;
  Constraint(const char* name) : Constraint(std::string(name)) {}
  Constraint(const std::string& name);

  /// Norms of at most `max_value`. Srivastava et al., 2014.
  static Constraint max_norm(double max_value = 2, const Axes& axis = {0});
  static Constraint non_neg();
  static Constraint unit_norm(const Axes& axis = {0});
  /// Norms moved towards [min_value, max_value], by the fraction `rate` of the distance.
  static Constraint min_max_norm(double min_value = 0, double max_value = 1, double rate = 1,
                                 const Axes& axis = {0});
  static Constraint from_config(const Config& class_and_config);
  static Constraint read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  explicit operator bool() const noexcept { return !class_name_.empty(); }
  /// The projected weight.
  Tensor operator()(const Tensor& weight) const;
  const std::string& class_name() const noexcept { return class_name_; }
  /// {"class_name", "config"}
  Config config() const;

 private:
  std::string class_name_;  // "" is none
  double min_ = 0, max_ = 0, rate_ = 1;
  Axes axis_ = {0};
  void check() const;
};

}  // namespace lamina
