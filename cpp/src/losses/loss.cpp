#include "lamina/losses/loss.hpp"

#include <algorithm>
#include <array>

#include "core/join.hpp"
#include "core/registry.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "losses/fused_loss.hpp"
#include "losses/options.hpp"
#include "losses/reduction.hpp"
#include "losses/sample_weights.hpp"

namespace lamina {
namespace {

struct LossRow {
  const char *type, *name;
  std::shared_ptr<FusedLoss> (*make)(const char* type, const Config&);
  std::array<const char*, 3> aliases = {};
};

template <class Class>
std::shared_ptr<FusedLoss> make_loss(const char* type, const Config& config) {
  return std::make_shared<Class>(loss_options_from<typename Class::Options>(config, type));
}

constexpr LossRow losses[] = {
#define LOSS(Class, type, function, ...) {type, function, make_loss<Class>, {__VA_ARGS__}},
#include "losses/losses.def"
#undef LOSS
};

const LossRow* find_builtin(const std::string& name) {
  for (const LossRow& row : losses) {
    if (name == row.type || name == row.name) return &row;
    for (const char* alias : row.aliases) {
      if (alias != nullptr && name == alias) return &row;
    }
  }
  return nullptr;
}

}  // namespace

FusedLoss::FusedLoss(LossDescription description, Kernel kernel, ops::LossOptions numbers,
                     Formula formula)
    : Loss(description.type, description.name),
      kernel_(kernel),
      numbers_(std::move(numbers)),
      formula_(std::move(formula)),
      reduction_(description.reduction),
      dtype_(description.dtype),
      config_(std::move(description.config)) {}

FusedLoss::FusedLoss(LossDescription description, Formula formula)
    : FusedLoss(std::move(description), nullptr, {}, std::move(formula)) {}

Tensor FusedLoss::operator()(const Tensor& target, const Tensor& prediction,
                             const Tensor& sample_weight) const {
  const Tensor mask = prediction.mask();
  // Weights belong to the leading axes, which a kernel sees as rows where the classes come last.
  if (formula_ || numbers_.axis != -1 || reduction_ == LossReduction::none) {
    return reduced_loss(name(), each(target, prediction), mask, sample_weight, reduction_);
  }
  const Tensor computed = dtype_ ? prediction.cast(*dtype_) : prediction;
  ops::LossOptions options = numbers_;
  options.reduction =
      reduction_ == LossReduction::sum ? ops::Reduction::sum : ops::Reduction::sum_over_batch_size;
  if (mask.defined() || sample_weight.defined()) {
    if (reduction_ == LossReduction::weighted_mean) {
      options.reduction = ops::Reduction::sum;
      options.sample_weight = weights_for_rows(
          name(), shares_of(masked_weights(name(), sample_weight, mask, Dtype::float64)), {},
          computed, false);
    } else {
      options.sample_weight = weights_for_rows(name(), sample_weight, mask, computed,
                                               reduction_ == LossReduction::mean);
    }
  }
  return kernel_(target, computed, options);
}

Tensor FusedLoss::each(const Tensor& target, const Tensor& prediction) const {
  const Tensor computed = dtype_ ? prediction.cast(*dtype_) : prediction;
  if (formula_) return formula_(target, computed);
  ops::LossOptions options = numbers_;
  options.reduction = ops::Reduction::none;
  return kernel_(target, computed, options);
}

void FusedLoss::configure(const Config& config) { *this = *make_builtin_loss(type(), config); }

const char* default_loss_name(const char* type) { return find_builtin(type)->name; }

const char* builtin_loss_type(const std::string& name) {
  const LossRow* row = find_builtin(name);
  return row == nullptr ? nullptr : row->type;
}

std::shared_ptr<FusedLoss> make_builtin_loss(const std::string& type, const Config& config) {
  const LossRow* row = find_builtin(type);
  return row == nullptr ? nullptr : row->make(row->type, config);
}

std::string builtin_loss_names() { return join(losses, &LossRow::name); }

void register_loss(const std::string& type, LossFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type, "' is a loss of lamina; register yours under another name");
  }
  Registry<Loss>::instance().add(type, std::move(factory));
}

std::shared_ptr<Loss> Loss::from_name(const std::string& name) { return make(name, Config()); }

std::shared_ptr<Loss> Loss::make(const std::string& type, const Config& config) {
  if (const LossFactory factory = Registry<Loss>::instance().find(type)) return factory(config);
  if (const LossRow* row = find_builtin(type)) return row->make(row->type, config);
  fail_unknown("loss", type, builtin_loss_names(), Registry<Loss>::instance().names());
}

}  // namespace lamina
