// Optimizers by the names that programs and files give.
#include "core/join.hpp"
#include "core/registry.hpp"
#include "lamina/optimizers/adadelta.hpp"
#include "lamina/optimizers/adafactor.hpp"
#include "lamina/optimizers/adagrad.hpp"
#include "lamina/optimizers/adam.hpp"
#include "lamina/optimizers/adamax.hpp"
#include "lamina/optimizers/ftrl.hpp"
#include "lamina/optimizers/lamb.hpp"
#include "lamina/optimizers/lion.hpp"
#include "lamina/optimizers/loss_scale_optimizer.hpp"
#include "lamina/optimizers/multi_optimizer.hpp"
#include "lamina/optimizers/muon.hpp"
#include "lamina/optimizers/nadam.hpp"
#include "lamina/optimizers/rmsprop.hpp"
#include "lamina/optimizers/schedule_free_adamw.hpp"
#include "lamina/optimizers/sgd.hpp"

namespace lamina {
namespace {

struct OptimizerRow {
  std::string_view type, name;
  std::shared_ptr<Optimizer> (*make)(const Config&);
};

constexpr OptimizerRow optimizers[] = {
#define OPTIMIZER(Class, name) {#Class, name, Class::from_config},
#include "optimizers/optimizers.def"
#undef OPTIMIZER
};

const OptimizerRow* find_builtin(const std::string& name) {
  for (const OptimizerRow& row : optimizers) {
    if (name == row.type || name == row.name) return &row;
  }
  return nullptr;
}

}  // namespace

void register_optimizer(const std::string& type, OptimizerFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type,
         "' is an optimizer of lamina; register yours under another name");
  }
  Registry<Optimizer>::instance().add(type, std::move(factory));
}

std::shared_ptr<Optimizer> Optimizer::from_name(const std::string& name) {
  return make(name, Config());
}

std::shared_ptr<Optimizer> Optimizer::make(const std::string& type, const Config& config) {
  if (const OptimizerRow* row = find_builtin(type)) return row->make(config);
  const Registry<Optimizer>& registered = Registry<Optimizer>::instance();
  if (const OptimizerFactory factory = registered.find(type)) return factory(config);
  fail_unknown("optimizer", type, join(optimizers, &OptimizerRow::name), registered.names());
}

}  // namespace lamina
