// Constraints that weights are projected onto after each step, as in Keras, by name or with
// options.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

template <class Function>
struct OwnPiece;

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
  using Function = std::function<Tensor(const Tensor&)>;
  /// One of your own. Files hold `class_name` and `config`, and find it by register_constraint.
  static Constraint own(Function function, const std::string& class_name,
                        const Config& config = {});
  /// The same, where {"class_name", "config"} is asked for when it is needed.
  static Constraint own(Function function, std::function<Config()> class_and_config);
  static Constraint from_config(const Config& class_and_config);
  static Constraint read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  explicit operator bool() const noexcept { return own_ != nullptr || !class_name_.empty(); }
  /// The projected weight.
  Tensor operator()(const Tensor& weight) const;
  /// "" for none, and for one of your own.
  const std::string& class_name() const noexcept { return class_name_; }
  /// {"class_name", "config"}
  Config config() const;

 private:
  std::string class_name_;
  double min_ = 0, max_ = 0, rate_ = 1;
  Axes axis_ = {0};
  void check() const;
  std::shared_ptr<const OwnPiece<Function>> own_;
};

/// Makes constraints of your own loadable: `factory` makes them from their options.
LAMINA_API void register_constraint(const std::string& class_name,
                                    std::function<Constraint(const Config& config)> factory);

}  // namespace lamina
