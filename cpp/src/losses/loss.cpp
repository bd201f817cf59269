#include "lamina/losses/loss.hpp"

#include <cmath>

#include "core/options.hpp"
#include "core/registry.hpp"

namespace lamina {
namespace {

struct LossRow {
  std::string_view type, name, alias;
  FusedLoss::Function function;
  bool has_logits, has_smoothing;
  const char* delta;
  std::shared_ptr<Loss> (*make)(FusedLossOptions);
};

constexpr LossRow losses[] = {
#define LOSS(Class, function, alias, has_logits, has_smoothing, delta) \
  {#Class,                                                             \
   #function,                                                          \
   alias,                                                              \
   ops::function,                                                      \
   has_logits,                                                         \
   has_smoothing,                                                      \
   delta,                                                              \
   +[](FusedLossOptions options) -> std::shared_ptr<Loss> {            \
     return std::make_shared<Class>(std::move(options));               \
   }},
#include "losses/losses.def"
#undef LOSS
};

const LossRow* find_builtin(const std::string& name) {
  for (const LossRow& row : losses) {
    if (name == row.type || name == row.name || name == row.alias) return &row;
  }
  return nullptr;
}

const LossRow& find(const std::string& name) {
  if (const LossRow* row = find_builtin(name)) return *row;
  std::string known;
  for (const LossRow& row : losses) known += (known.empty() ? "" : ", ") + std::string(row.name);
  fail(ErrorKind::value, "unknown loss '", name, "'; expected one of ", known,
       Registry<Loss>::instance().names(),
       "; one of your own must be registered before it is loaded (Python: custom_objects)");
}

template <class Visitor>
void describe(Visitor& visit, FusedLossOptions& options, const LossRow& row) {
  if (row.has_logits) visit("from_logits", options.from_logits);
  if (row.has_smoothing) visit("label_smoothing", options.label_smoothing);
  if (row.delta != nullptr) visit(row.delta, options.delta);
  visit("reduction", options.reduction);
}

ops::Reduction reduction_of(const std::string& name) {
  return name == "sum" ? ops::Reduction::sum : ops::Reduction::sum_over_batch_size;
}

}  // namespace

FusedLoss::FusedLoss(const char* type, FusedLossOptions options)
    : Loss(type, options.name.empty() ? std::string(find(type).name) : options.name),
      function_(find(type).function),
      options_(std::move(options)) {
  options_.name = name();
  const LossRow& row = find(type);
  require(options_.reduction == "sum_over_batch_size" || options_.reduction == "sum", type,
          "reduction", options_.reduction, "sum_over_batch_size or sum");
  require(options_.label_smoothing >= 0 && options_.label_smoothing <= 1, type, "label_smoothing",
          options_.label_smoothing, "in [0, 1]");
  require(options_.delta > 0 && std::isfinite(options_.delta), type,
          row.delta != nullptr ? row.delta : "delta", options_.delta, "finite and above 0");
  require(row.delta != nullptr || options_.delta == 1, type, "delta", options_.delta,
          "1: it has none");
  require(row.has_logits || !options_.from_logits, type, "from_logits", options_.from_logits,
          "false: it has none");
  require(row.has_smoothing || options_.label_smoothing == 0, type, "label_smoothing",
          options_.label_smoothing, "0: it has none");
}

Tensor FusedLoss::operator()(const Tensor& target, const Tensor& prediction,
                             const Tensor& sample_weight) const {
  return function_(target, prediction,
                   {options_.from_logits, options_.label_smoothing, options_.delta, sample_weight,
                    reduction_of(options_.reduction)});
}

Config FusedLoss::config() const {
  Config config = Loss::config();
  OptionWriter write(config);
  FusedLossOptions options = options_;
  describe(write, options, find(type()));
  return config;
}

void register_loss(const std::string& type, LossFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type, "' is a loss of lamina; register yours under another name");
  }
  Registry<Loss>::instance().add(type, std::move(factory));
}

std::shared_ptr<Loss> Loss::from_name(const std::string& name) { return make(name, Config()); }

std::shared_ptr<Loss> Loss::make(const std::string& type, const Config& config) {
  if (const LossFactory factory = Registry<Loss>::instance().find(type)) return factory(config);
  const LossRow& row = find(type);
  FusedLossOptions options;
  OptionReader read(config);
  describe(read, options, row);
  read.expect("name");
  if (!config.is_null("name")) options.name = config.string("name");
  read.refuse_unknown(type);
  return row.make(std::move(options));
}

}  // namespace lamina
