#include "lamina/constraints/constraint.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/options.hpp"
#include "core/piece_finders.hpp"
#include "core/pieces.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"

namespace lamina {
namespace {

constexpr double epsilon = 1e-7;  // Keras's

constexpr const char* builtin_names = "max_norm, non_neg, unit_norm, min_max_norm";

bool is_builtin(const std::string& class_name) {
  constexpr std::string_view names[] = {"max_norm",  "MaxNorm",  "non_neg",      "NonNeg",
                                        "unit_norm", "UnitNorm", "min_max_norm", "MinMaxNorm"};
  return std::find(std::begin(names), std::end(names), class_name) != std::end(names);
}

}  // namespace

Constraint::Constraint(const std::string& name) {
  if (name == "max_norm" || name == "MaxNorm") {
    *this = max_norm();
  } else if (name == "non_neg" || name == "NonNeg") {
    *this = non_neg();
  } else if (name == "unit_norm" || name == "UnitNorm") {
    *this = unit_norm();
  } else if (name == "min_max_norm" || name == "MinMaxNorm") {
    *this = min_max_norm();
  } else {
    *this = Pieces<Constraint>::instance().make("constraint", Config().set("class_name", name),
                                                builtin_names);
  }
}

void Constraint::check() const {
  require(std::isfinite(max_) && max_ >= min_, class_name_, "max_value", max_,
          "finite and at least min_value");
  require(std::isfinite(min_) && min_ >= 0, class_name_, "min_value", min_,
          "finite and at least 0");
  require(rate_ >= 0 && rate_ <= 1, class_name_, "rate", rate_, "in [0, 1]");
  if (axis_.empty()) fail(ErrorKind::value, class_name_, " needs at least one axis");
  for (const std::int64_t axis : axis_) {
    require(std::abs(axis) <= Shape::max_rank, class_name_, "axis", axis, "one of the weight's");
  }
}

Constraint Constraint::max_norm(double max_value, const Axes& axis) {
  Constraint result = min_max_norm(0, max_value, 1, axis);
  result.class_name_ = "MaxNorm";
  return result;
}

Constraint Constraint::non_neg() {
  Constraint result;
  result.class_name_ = "NonNeg";
  return result;
}

Constraint Constraint::unit_norm(const Axes& axis) {
  Constraint result = min_max_norm(1, 1, 1, axis);
  result.class_name_ = "UnitNorm";
  return result;
}

Constraint Constraint::min_max_norm(double min_value, double max_value, double rate,
                                    const Axes& axis) {
  Constraint result;
  result.class_name_ = "MinMaxNorm";
  result.min_ = min_value;
  result.max_ = max_value;
  result.rate_ = rate;
  result.axis_ = axis;
  result.check();
  return result;
}

Constraint Constraint::own(Function function, const std::string& class_name, const Config& config) {
  return own(std::move(function),
             [class_name, config] { return class_config(class_name, config); });
}

Constraint Constraint::own(Function function, std::function<Config()> class_and_config) {
  Constraint result;
  result.own_ = std::make_shared<const OwnPiece<Function>>(
      OwnPiece<Function>{std::move(function), std::move(class_and_config)});
  return result;
}

void register_constraint(const std::string& class_name,
                         std::function<Constraint(const Config& config)> factory) {
  if (is_builtin(class_name)) {
    fail(ErrorKind::value, "'", class_name,
         "' is a constraint of lamina; register yours under another name");
  }
  Pieces<Constraint>::instance().add(class_name, std::move(factory));
}

void set_piece_finder(PieceFinder<Constraint> finder) {
  Pieces<Constraint>::instance().set_finder(std::move(finder));
}

Constraint Constraint::from_config(const Config& class_and_config) {
  OptionReader outer(class_and_config);
  std::string class_name;
  outer("class_name", class_name);
  outer.expect("config");
  outer.expect("module");
  outer.expect("registered_name");
  if (class_and_config.has("object") || !is_builtin(class_name)) {
    return Pieces<Constraint>::instance().make("constraint", class_and_config, builtin_names);
  }
  outer.refuse_unknown("a constraint");
  Constraint result(class_name);
  if (class_and_config.is_null("config")) return result;
  const Config config = class_and_config.child("config");
  OptionReader read(config);
  if (result.class_name_ == "MinMaxNorm") {
    read("min_value", result.min_);
    read("rate", result.rate_);
  }
  if (result.class_name_ == "MinMaxNorm" || result.class_name_ == "MaxNorm") {
    read("max_value", result.max_);
  }
  if (result.class_name_ != "NonNeg") read("axis", result.axis_);
  read.refuse_unknown(class_name);
  result.check();
  return result;
}

Constraint Constraint::read(const Config& options, std::string_view key) {
  return options.is_string(key) ? Constraint(options.string(key)) : from_config(options.child(key));
}

void Constraint::write(Config& options, std::string_view key) const {
  *this ? options.set(key, config()) : options.set(key, nullptr);
}

Config Constraint::config() const {
  if (own_) return own_->class_and_config();
  Config config;
  if (class_name_ == "MinMaxNorm") config.set("min_value", min_);
  if (class_name_ == "MinMaxNorm" || class_name_ == "MaxNorm") config.set("max_value", max_);
  if (class_name_ == "MinMaxNorm") config.set("rate", rate_);
  if (class_name_ != "NonNeg") {
    axis_.size() == 1 ? config.set("axis", axis_[0]) : config.set("axis", axis_);
  }
  return class_config(class_name_, config);
}

Tensor Constraint::operator()(const Tensor& weight) const {
  if (own_) return own_->function(weight);
  if (class_name_.empty()) return weight;
  if (class_name_ == "NonNeg") return ops::relu(weight);
  const std::vector<int> axes(axis_.begin(), axis_.end());
  const Tensor norms = ops::sqrt(ops::sum(ops::square(weight), axes, true));
  if (class_name_ == "UnitNorm") return weight / (norms + epsilon);
  const Tensor wanted = ops::clip(norms, min_, max_) * rate_ + norms * (1 - rate_);
  return weight * (wanted / (norms + epsilon));
}

}  // namespace lamina
