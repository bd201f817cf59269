#include "lamina/regularizers/regularizer.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/options.hpp"
#include "core/piece_finders.hpp"
#include "core/pieces.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"

namespace lamina {
namespace {

double checked(const char* type, const char* name, double factor) {
  require(std::isfinite(factor) && factor >= 0, type, name, factor, "finite and at least 0");
  return factor;
}

// Rows of unit length; those of 0 stay.
Tensor unit_rows(const Tensor& x) {
  const Tensor squares = ops::sum(ops::square(x), {1}, true);
  return x * ops::rsqrt(ops::maximum(squares, Tensor::scalar(1e-14, x.dtype(), x.device())));
}

// Sums over all pairs of different rows, so twice over each pair.
Tensor mean_cosine(const Tensor& x, const std::string& mode) {
  if (x.rank() != 2 || x.shape()[mode == "rows" ? 0 : 1] < 2) {
    fail(ErrorKind::value, "OrthogonalRegularizer needs a matrix of at least two ", mode, ", got ",
         x.shape());
  }
  const Tensor rows = unit_rows(mode == "rows" ? x : ops::transpose(x));
  const auto size = rows.shape()[0];
  const Tensor cosines = ops::matmul(rows, ops::transpose(rows));
  const Tensor numbers = ops::cumsum(Tensor::full({size}, 1, Dtype::int64, x.device()), 0);
  const Tensor off_diagonal =
      1.0 -
      ops::one_hot(numbers - Tensor::full({}, 1, Dtype::int64, x.device()), size, -1, x.dtype());
  const double pairs = static_cast<double>(size) * static_cast<double>(size - 1) / 2;
  return ops::sum(ops::abs(cosines * off_diagonal)) * (0.5 / pairs);
}

constexpr const char* builtin_names = "l1, l2, l1_l2, orthogonal_regularizer";

bool is_builtin(const std::string& class_name) {
  constexpr std::string_view names[] = {
      "l1", "L1", "l2", "L2", "l1_l2", "L1L2", "orthogonal_regularizer", "OrthogonalRegularizer"};
  return std::find(std::begin(names), std::end(names), class_name) != std::end(names);
}

}  // namespace

Regularizer::Regularizer(const std::string& name) {
  if (name == "l1" || name == "L1") {
    *this = l1();
  } else if (name == "l2" || name == "L2") {
    *this = l2();
  } else if (name == "l1_l2" || name == "L1L2") {
    *this = l1_l2();
  } else if (name == "orthogonal_regularizer" || name == "OrthogonalRegularizer") {
    *this = orthogonal();
  } else {
    *this = Pieces<Regularizer>::instance().make("regularizer", Config().set("class_name", name),
                                                 builtin_names);
  }
}

Regularizer Regularizer::l1(double factor) {
  Regularizer result;
  result.class_name_ = "L1";
  result.l1_ = checked("L1", "l1", factor);
  return result;
}

Regularizer Regularizer::l2(double factor) {
  Regularizer result;
  result.class_name_ = "L2";
  result.l2_ = checked("L2", "l2", factor);
  return result;
}

Regularizer Regularizer::l1_l2(double l1, double l2) {
  Regularizer result;
  result.class_name_ = "L1L2";
  result.l1_ = checked("L1L2", "l1", l1);
  result.l2_ = checked("L1L2", "l2", l2);
  return result;
}

Regularizer Regularizer::orthogonal(double factor, const std::string& mode) {
  require(mode == "rows" || mode == "columns", "OrthogonalRegularizer", "mode", mode,
          "rows or columns");
  Regularizer result;
  result.class_name_ = "OrthogonalRegularizer";
  result.factor_ = checked("OrthogonalRegularizer", "factor", factor);
  result.mode_ = mode;
  return result;
}

Regularizer Regularizer::own(Function function, const std::string& class_name,
                             const Config& config) {
  return own(std::move(function),
             [class_name, config] { return class_config(class_name, config); });
}

Regularizer Regularizer::own(Function function, std::function<Config()> class_and_config) {
  Regularizer result;
  result.own_ = std::make_shared<const OwnPiece<Function>>(
      OwnPiece<Function>{std::move(function), std::move(class_and_config)});
  return result;
}

void register_regularizer(const std::string& class_name,
                          std::function<Regularizer(const Config& config)> factory) {
  if (is_builtin(class_name)) {
    fail(ErrorKind::value, "'", class_name,
         "' is a regularizer of lamina; register yours under another name");
  }
  Pieces<Regularizer>::instance().add(class_name, std::move(factory));
}

void set_piece_finder(PieceFinder<Regularizer> finder) {
  Pieces<Regularizer>::instance().set_finder(std::move(finder));
}

Regularizer Regularizer::from_config(const Config& class_and_config) {
  OptionReader outer(class_and_config);
  std::string class_name;
  outer("class_name", class_name);
  outer.expect("config");
  outer.expect("module");
  outer.expect("registered_name");
  if (class_and_config.has("object") || !is_builtin(class_name)) {
    return Pieces<Regularizer>::instance().make("regularizer", class_and_config, builtin_names);
  }
  outer.refuse_unknown("a regularizer");
  Regularizer result(class_name);
  if (class_and_config.is_null("config")) return result;
  const Config config = class_and_config.child("config");
  OptionReader read(config);
  if (result.class_name_ == "L1" || result.class_name_ == "L1L2") read("l1", result.l1_);
  if (result.class_name_ == "L2" || result.class_name_ == "L1L2") read("l2", result.l2_);
  if (result.class_name_ == "OrthogonalRegularizer") {
    read("factor", result.factor_);
    read("mode", result.mode_);
    result = orthogonal(result.factor_, result.mode_);
  }
  read.refuse_unknown(class_name);
  checked(class_name.c_str(), "l1", result.l1_);
  checked(class_name.c_str(), "l2", result.l2_);
  return result;
}

Regularizer Regularizer::read(const Config& options, std::string_view key) {
  return options.is_string(key) ? Regularizer(options.string(key))
                                : from_config(options.child(key));
}

void Regularizer::write(Config& options, std::string_view key) const {
  *this ? options.set(key, config()) : options.set(key, nullptr);
}

Config Regularizer::config() const {
  if (own_) return own_->class_and_config();
  Config config;
  if (class_name_ == "L1" || class_name_ == "L1L2") config.set("l1", l1_);
  if (class_name_ == "L2" || class_name_ == "L1L2") config.set("l2", l2_);
  if (class_name_ == "OrthogonalRegularizer") config.set("factor", factor_).set("mode", mode_);
  return class_config(class_name_, config);
}

Tensor Regularizer::operator()(const Tensor& x) const {
  if (own_) return own_->function(x);
  if (class_name_ == "OrthogonalRegularizer") return mean_cosine(x, mode_) * factor_;
  Tensor loss;
  if (l1_ != 0) loss = ops::sum(ops::abs(x)) * l1_;
  if (l2_ != 0) {
    const Tensor squares = ops::sum(ops::square(x)) * l2_;
    loss = loss.defined() ? loss + squares : squares;
  }
  return loss.defined() ? loss : Tensor::scalar(0, x.dtype(), x.device());
}

}  // namespace lamina
