#include "lamina/losses/loss.hpp"

#include <cmath>

#include "core/join.hpp"
#include "core/named_options.hpp"
#include "core/registry.hpp"
#include "losses/fused_loss.hpp"
#include "losses/sample_weights.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, RegressionLossOptions& options) {
  visit("reduction", options.reduction);
}
template <class Visitor>
void describe(Visitor& visit, HuberOptions& options) {
  visit("delta", options.delta);
  visit("reduction", options.reduction);
}
template <class Visitor>
void describe(Visitor& visit, SmoothL1Options& options) {
  visit("beta", options.beta);
  visit("reduction", options.reduction);
}
template <class Visitor>
void describe(Visitor& visit, CrossentropyOptions& options) {
  visit("from_logits", options.from_logits);
  visit("label_smoothing", options.label_smoothing);
  visit("reduction", options.reduction);
}
template <class Visitor>
void describe(Visitor& visit, SparseCrossentropyOptions& options) {
  visit("from_logits", options.from_logits);
  visit("reduction", options.reduction);
}

namespace {

struct LossRow {
  const char *type, *name, *alias;
  std::shared_ptr<FusedLoss> (*make)(const char* type, const Config&);
};

template <class Class>
std::shared_ptr<FusedLoss> make_loss(const char* type, const Config& config);

constexpr LossRow losses[] = {
#define LOSS(Class, function, alias) {#Class, #function, alias, make_loss<Class>},
#include "losses/losses.def"
#undef LOSS
};

const LossRow* find_builtin(const std::string& name) {
  for (const LossRow& row : losses) {
    if (name == row.type || name == row.name || name == row.alias) return &row;
  }
  return nullptr;
}

template <class Class>
std::shared_ptr<FusedLoss> make_loss(const char* type, const Config& config) {
  return std::make_shared<Class>(named_options_from<typename Class::Options>(config, type));
}

template <class Options>
Config config_of(Options options) {
  Config config;
  OptionWriter write(config);
  describe(write, options);
  return config;
}

ops::Reduction reduction_of(const char* type, const std::string& name) {
  require(name == "sum_over_batch_size" || name == "sum", type, "reduction", name,
          "sum_over_batch_size or sum");
  return name == "sum" ? ops::Reduction::sum : ops::Reduction::sum_over_batch_size;
}

double positive(const char* type, const char* option, double value) {
  require(value > 0 && std::isfinite(value), type, option, value, "finite and above 0");
  return value;
}

double share(const char* type, const char* option, double value) {
  require(value >= 0 && value <= 1, type, option, value, "in [0, 1]");
  return value;
}

}  // namespace

FusedLoss::FusedLoss(const char* type, std::string name, Function function,
                     ops::LossOptions parameters, const std::string& reduction, Config config)
    : Loss(type, name.empty() ? find_builtin(type)->name : std::move(name)),
      function_(function),
      parameters_(std::move(parameters)),
      config_(std::move(config)) {
  parameters_.reduction = reduction_of(type, reduction);
  config_.set("name", this->name());
}

Tensor FusedLoss::operator()(const Tensor& target, const Tensor& prediction,
                             const Tensor& sample_weight) const {
  ops::LossOptions options = parameters_;
  const Tensor mask = prediction.mask();
  options.sample_weight =
      mask.defined() || sample_weight.defined()
          ? weights_for_rows(name(), sample_weight, mask, prediction,
                             options.reduction == ops::Reduction::sum_over_batch_size)
          : sample_weight;
  return function_(target, prediction, options);
}

Tensor FusedLoss::each(const Tensor& target, const Tensor& prediction) const {
  ops::LossOptions options = parameters_;
  options.reduction = ops::Reduction::none;
  return function_(target, prediction, options);
}

MeanSquaredError::MeanSquaredError(const Options& options)
    : FusedLoss("MeanSquaredError", options.name, ops::mean_squared_error, {}, options.reduction,
                config_of(options)) {}

MeanAbsoluteError::MeanAbsoluteError(const Options& options)
    : FusedLoss("MeanAbsoluteError", options.name, ops::mean_absolute_error, {}, options.reduction,
                config_of(options)) {}

Huber::Huber(const Options& options)
    : FusedLoss("Huber", options.name, ops::huber,
                {.delta = positive("Huber", "delta", options.delta)}, options.reduction,
                config_of(options)) {}

SmoothL1::SmoothL1(const Options& options)
    : FusedLoss("SmoothL1", options.name, ops::smooth_l1,
                {.delta = positive("SmoothL1", "beta", options.beta)}, options.reduction,
                config_of(options)) {}

LogCosh::LogCosh(const Options& options)
    : FusedLoss("LogCosh", options.name, ops::log_cosh, {}, options.reduction, config_of(options)) {
}

BinaryCrossentropy::BinaryCrossentropy(const Options& options)
    : FusedLoss("BinaryCrossentropy", options.name, ops::binary_crossentropy,
                {.from_logits = options.from_logits,
                 .label_smoothing =
                     share("BinaryCrossentropy", "label_smoothing", options.label_smoothing)},
                options.reduction, config_of(options)) {}

CategoricalCrossentropy::CategoricalCrossentropy(const Options& options)
    : FusedLoss("CategoricalCrossentropy", options.name, ops::categorical_crossentropy,
                {.from_logits = options.from_logits,
                 .label_smoothing =
                     share("CategoricalCrossentropy", "label_smoothing", options.label_smoothing)},
                options.reduction, config_of(options)) {}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(const Options& options)
    : FusedLoss("SparseCategoricalCrossentropy", options.name, ops::sparse_categorical_crossentropy,
                {.from_logits = options.from_logits}, options.reduction, config_of(options)) {}

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
