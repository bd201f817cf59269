#include "lamina/optimizers/optimizer.hpp"

#include <algorithm>

#include "autograd/row_gradient.hpp"
#include "core/check.hpp"
#include "core/join.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/interruption.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "optimizers/options.hpp"
#include "optimizers/step.hpp"

namespace lamina {
namespace {

void require_positive(const std::string& owner, const char* option,
                      const std::optional<double>& value) {
  if (value) {
    require(std::isfinite(*value) && *value > 0, owner, option, *value, "finite and above 0");
  }
}

void check(const std::string& type, const GradientOptions& options) {
  require_positive(type, "clipnorm", options.clipnorm);
  require_positive(type, "clipvalue", options.clipvalue);
  require_positive(type, "global_clipnorm", options.global_clipnorm);
  require_positive(type, "loss_scale_factor", options.loss_scale_factor);
  if (options.weight_decay) require_not_negative(type, "weight_decay", *options.weight_decay);
  if (options.clipnorm.has_value() + options.clipvalue.has_value() +
          options.global_clipnorm.has_value() >
      1) {
    fail(ErrorKind::value, type,
         " takes one of clipnorm, clipvalue and global_clipnorm, got several");
  }
  require(options.ema_momentum >= 0 && options.ema_momentum <= 1, type, "ema_momentum",
          options.ema_momentum, "in [0, 1]");
  if (const auto& frequency = options.ema_overwrite_frequency) {
    require(*frequency >= 1, type, "ema_overwrite_frequency", *frequency, "at least 1, or None");
  }
  if (const auto& steps = options.gradient_accumulation_steps) {
    require(*steps >= 2, type, "gradient_accumulation_steps", *steps, "at least 2, or None");
  }
}

void write_gradients(Config& config, GradientOptions options) {
  OptionWriter write(config);
  describe_gradients(write, options);
}

// Looks for rows first: grad() would make them dense.
bool has_gradient(const Variable& weight) {
  return row_gradients(weight.value()) != nullptr || weight.grad().defined();
}

void add_squared_norm(const Tensor& gradient, Tensor& total) {
  const Tensor sum = ops::sum(ops::square(gradient));
  backend_of(sum).accumulate(
      {sum.dtype(), sum.data(), 1, static_cast<double*>(total.mutable_data())});
}

// State that the host reads and writes in each step lies where this costs nothing.
Variable on_cpu(const char* name, Dtype dtype) {
  return {Tensor::zeros({}, dtype, Device()), name, false};
}

void set_to_zero(Variable& variable) {
  Backend& backend = backend_of(variable.value());
  backend.fill({variable.dtype(), variable.value().size(), 0, variable.begin_update()});
}

}  // namespace

Optimizer::Optimizer(std::string type, std::string name, LearningRate learning_rate,
                     GradientOptions gradients)
    : type_(std::move(type)),
      name_(std::move(name)),
      learning_rate_(0.0),
      gradients_(gradients),
      batches_(on_cpu("iteration", Dtype::int64)) {
  Optimizer::set_learning_rate(std::move(learning_rate));
  check(type_, gradients_);
}

// A copy goes on by itself.
Optimizer::Optimizer(const Optimizer& other)
    : type_(other.type_),
      name_(other.name_),
      learning_rate_(other.learning_rate_),
      gradients_(other.gradients_),
      batches_(other.batches_.value(), "iteration", false),
      excluded_(other.excluded_),
      excluded_names_(other.excluded_names_),
      entries_(other.entries_) {
  const auto renew = [](Variable& variable) {
    if (!variable.defined()) return;
    Variable copy(variable.value(), variable.name(), false);
    copy.set_path(variable.path());
    variable = std::move(copy);
  };
  if (other.rate_variable_.defined()) {
    rate_variable_ = Variable(other.rate_variable_.value(), "learning_rate", false);
  }
  for (Entry& entry : entries_) {
    for (Variable& slot : entry.slots) renew(slot);
    renew(entry.average);
    renew(entry.accumulated);
  }
}

Optimizer::~Optimizer() = default;

// ---- Learning rate and options ----

// The variable's float32 stands for the number that it was rounded from.
double Optimizer::learning_rate() const {
  const auto batch = static_cast<double>(batches_.value().values<std::int64_t>()[0]);
  const double given = learning_rate_.at(batch);
  if (!rate_variable_.defined()) return given;
  const float now = rate_variable_.value().values<float>()[0];
  return now == static_cast<float>(given) ? given : static_cast<double>(now);
}

void Optimizer::set_learning_rate(LearningRate learning_rate) {
  if (!learning_rate.is_number()) {
    learning_rate_ = std::move(learning_rate);
    rate_variable_ = Variable();
    return;
  }
  const double rate = learning_rate.at(0);
  require(std::isfinite(rate) && rate >= 0, type_, "learning_rate", rate, "finite and at least 0");
  if (learning_rate_.schedule()) {
    fail(ErrorKind::type, type_, " was made with the schedule ", learning_rate_.schedule()->type(),
         " as its learning rate, which a number cannot replace; make it with a number, or give "
         "another schedule");
  }
  learning_rate_ = rate;
  if (!rate_variable_.defined()) rate_variable_ = on_cpu("learning_rate", Dtype::float32);
  *static_cast<float*>(rate_variable_.begin_update()) = static_cast<float>(rate);
}

const LearningRate& Optimizer::given_learning_rate() const { return learning_rate_; }

Variable Optimizer::learning_rate_variable() const { return rate_variable_; }

Config Optimizer::config() const {
  Config config;
  config.set("name", name_);
  (learning_rate_.is_number() ? LearningRate(learning_rate()) : learning_rate_)
      .write(config, "learning_rate");
  write_gradients(config, gradients_);
  write_options(config);
  return config;
}

Config Optimizer::options() const {
  Config options;
  write_gradients(options, gradients_);
  write_options(options);
  return options;
}

void Optimizer::set_options(const Config& options) {
  const Config before = this->options();
  for (const std::string& key : options.keys()) {
    if (!before.has(key)) {
      fail(ErrorKind::value, type_, " has no option '", key,
           "' that could be set; expected one of ", join(before.keys()));
    }
  }
  OptionReader read(options);
  GradientOptions gradients = gradients_;
  describe_gradients(read, gradients);
  check(type_, gradients);
  const auto needs = [](const GradientOptions& o) {
    return std::pair(o.use_ema, o.gradient_accumulation_steps.has_value());
  };
  const auto kinds = [&] {
    std::vector<std::string> names;
    if (entries_.empty()) return names;
    for (const SlotKind& kind : slot_kinds(entries_.front().weight)) names.push_back(kind.name);
    return names;
  };
  const std::vector<std::string> kinds_before = kinds();
  read_options(options);
  if (kinds() != kinds_before || (!entries_.empty() && needs(gradients) != needs(gradients_))) {
    read_options(before);
    fail(ErrorKind::state, type_, " keeps other state with ", options.dump(),
         " than it was built with; set this before the first step, or make a new one");
  }
  gradients_ = gradients;
}

std::int64_t Optimizer::iterations() const {
  return batches().value().values<std::int64_t>()[0] /
         gradients_.gradient_accumulation_steps.value_or(1);
}

void Optimizer::set_batches(std::int64_t batches) {
  *static_cast<std::int64_t*>(batches_.begin_update()) = batches;
}

// ---- Weights and state ----

void Optimizer::make_entry(const Variable& weight) {
  Entry entry;
  entry.weight = weight;
  entry.joined = iterations();
  const auto kept = [&](const std::string& name, const Tensor& value) {
    Variable variable(value, name, false);
    variable.set_path(name + "/" + weight.path());
    return variable;
  };
  for (const SlotKind& kind : slot_kinds(weight)) {
    const Shape& shape = kind.shape ? *kind.shape : weight.shape();
    entry.slots.push_back(kept(
        kind.name, kind.copies_weight
                       ? weight.value()
                       : Tensor::full(shape, kind.initial_value, weight.dtype(), weight.device())));
    entry.lists.push_back(kind.list);
  }
  if (gradients_.use_ema) entry.average = kept("average", weight.value());
  if (gradients_.gradient_accumulation_steps) {
    entry.accumulated = kept("gradient_accumulator",
                             Tensor::zeros(weight.shape(), weight.dtype(), weight.device()));
  }
  entry.decays =
      std::find(excluded_.begin(), excluded_.end(), weight) == excluded_.end() &&
      std::none_of(excluded_names_.begin(), excluded_names_.end(), [&](const std::string& name) {
        return weight.name().find(name) != std::string::npos;
      });
  entries_.push_back(std::move(entry));
}

Optimizer::Entry* Optimizer::find(const Variable& weight) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.weight == weight; });
  return found == entries_.end() ? nullptr : &*found;
}

void Optimizer::build(const std::vector<Variable>& weights) {
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const bool is_known = i < entries_.size() && entries_[i].weight == weights[i];
    if (!is_known && find(weights[i]) == nullptr) make_entry(weights[i]);
  }
}

void Optimizer::exclude_from_weight_decay(const std::vector<Variable>& weights,
                                          const std::vector<std::string>& names) {
  if (!entries_.empty()) {
    fail(ErrorKind::value, type_,
         " was built; call exclude_from_weight_decay before build and the first step");
  }
  excluded_ = weights;
  excluded_names_ = names;
}

std::vector<Variable> Optimizer::weights() const {
  std::vector<Variable> result;
  for (const Entry& entry : entries_) result.push_back(entry.weight);
  return result;
}

std::vector<OptimizerSlotVariable> Optimizer::slots() const {
  std::vector<OptimizerSlotVariable> result;
  for (const Entry& entry : entries_) {
    for (const Variable& slot : entry.slots) result.push_back({entry.weight, slot});
    if (entry.average.defined()) result.push_back({entry.weight, entry.average});
    if (entry.accumulated.defined()) result.push_back({entry.weight, entry.accumulated});
  }
  return result;
}

std::vector<Variable> Optimizer::variables() const {
  std::vector<Variable> result{batches_};
  if (rate_variable_.defined()) result.push_back(rate_variable_);
  for (const auto& [name, variable] : own_variables()) result.push_back(variable);
  int lists = 0;
  for (const Entry& entry : entries_) {
    if (entry.average.defined()) result.push_back(entry.average);
    for (const int list : entry.lists) lists = std::max(lists, list + 1);
  }
  for (const Entry& entry : entries_) {
    if (entry.accumulated.defined()) result.push_back(entry.accumulated);
  }
  for (int list = 0; list < lists; ++list) {
    for (const Entry& entry : entries_) {
      for (std::size_t i = 0; i < entry.slots.size(); ++i) {
        if (entry.lists[i] == list) result.push_back(entry.slots[i]);
      }
    }
  }
  return result;
}

std::vector<OptimizerWeightState> Optimizer::weight_states() const {
  std::vector<OptimizerWeightState> result;
  for (const Entry& entry : entries_) {
    const std::int64_t joined = entry.slots.empty() ? 0 : entry.joined;
    result.push_back({entry.weight, iterations() - joined, entry.decays});
  }
  return result;
}

void Optimizer::restore(const std::vector<OptimizerWeightState>& states) {
  for (const OptimizerWeightState& state : states) {
    Entry* entry = find(state.weight);
    if (entry == nullptr) {
      make_entry(state.weight);
      entry = &entries_.back();
    }
    entry->joined = iterations() - state.steps;
    entry->decays = state.decays;
  }
}

// ---- A step ----

std::vector<Optimizer::Entry*> Optimizer::entries_with_gradients(
    const std::vector<Variable>& weights) {
  // Entries are in the order of the weights they were built for; a model always gives that order.
  std::vector<Entry*> entries;
  entries.reserve(weights.size());
  std::size_t next = 0;
  for (const Variable& weight : weights) {
    if (!has_gradient(weight)) continue;
    while (!(entries_[next % entries_.size()].weight == weight)) ++next;
    entries.push_back(&entries_[next++ % entries_.size()]);
    const Variable& first = entries.front()->weight;
    if (weight.device() != first.device()) {
      fail(ErrorKind::value, type_, " got the weight '", first.path(), "' on ",
           name_of(first.device()), " and '", weight.path(), "' on ", name_of(weight.device()),
           "; give each device's weights an optimizer of their own");
    }
  }
  return entries;
}

void Optimizer::step(const std::vector<Variable>& weights) {
  build(weights);
  const Uninterrupted whole;
  const NoGrad no_grad;
  std::vector<Entry*> entries = entries_with_gradients(weights);
  if (!entries.empty()) {
    const double scale = gradients_.loss_scale_factor ? 1 / *gradients_.loss_scale_factor : 1;
    if (!gradients_.gradient_accumulation_steps) {
      apply(entries, scale);
    } else if (accumulate(entries, scale)) {
      apply(entries, 1.0 / static_cast<double>(*gradients_.gradient_accumulation_steps));
      for (Entry* entry : entries) set_to_zero(entry->accumulated);
    }
  }
  if (gradients_.use_ema) average_weights();
  ++*static_cast<std::int64_t*>(batches_.begin_update());
  for (Entry* entry : entries) {
    if (const auto& constraint = entry->weight.constraint()) {
      entry->weight.assign(constraint(entry->weight.value()));
    }
  }
}

// Adds the gradients to those of the batches before; whether a step is due.
bool Optimizer::accumulate(const std::vector<Entry*>& entries, double scale) {
  OptimizerParams params{};
  params.kind = OptimizerKind::accumulate;
  params.grad_scale = scale;
  backend_pass(params, entries, [](Entry& entry, OptimizerSlot& slot) {
    slot.grad = entry.weight.grad().data();
    slot.weight = entry.accumulated.begin_update();
  });
  const std::int64_t batch = batches_.value().values<std::int64_t>()[0] + 1;
  return batch % gradients_.gradient_accumulation_steps.value_or(1) == 0;
}

// Norms stay on the device: nothing waits for them.
void Optimizer::apply(std::vector<Entry*>& entries, double gradient_scale) {
  const bool is_global = gradients_.global_clipnorm.has_value();
  const bool has_norms = gradients_.clipnorm || is_global;
  if (has_norms) {
    const std::int64_t count = is_global ? 1 : static_cast<std::int64_t>(entries.size());
    const Tensor norms = Tensor::zeros({count}, Dtype::float64, entries.front()->weight.device());
    std::int64_t at = 0;
    for (Entry* entry : entries) {
      entry->squared_norm = norms.slice(at, at + 1).reshape({});
      add_squared_norm(entry->gradient(), entry->squared_norm);
      if (!is_global) ++at;
    }
  }
  update_by_count(entries, {0, learning_rate(), gradient_scale});
  if (has_norms) {
    for (Entry* entry : entries) entry->squared_norm = Tensor();
  }
}

// Mostly all weights are there from the beginning, and one call updates them.
void Optimizer::update_by_count(std::vector<Entry*>& entries, Step step) {
  const std::int64_t before = iterations();
  bool is_same = true;
  for (Entry* entry : entries) {
    entry->joined = std::min(entry->joined, before);  // who sets the count back begins anew
    is_same = is_same && entry->joined == entries.front()->joined;
  }
  step.count = before + 1 - entries.front()->joined;
  if (is_same) return update(entries, step);
  std::vector<Entry*> left = entries;
  while (!left.empty()) {
    const std::int64_t joined = left.front()->joined;
    const auto others = std::stable_partition(
        left.begin(), left.end(), [&](const Entry* entry) { return entry->joined == joined; });
    std::vector<Entry*> equal(left.begin(), others);
    step.count = before + 1 - joined;
    update(equal, step);
    left.erase(left.begin(), others);
  }
}

// The first mean is the weights of the first step, as in Keras, and not of the initial ones.
void Optimizer::average_weights() {
  const std::int64_t before = iterations();
  OptimizerParams params{};
  params.kind = OptimizerKind::average;
  params.momentum = before == 0 ? 0 : gradients_.ema_momentum;
  params.gradient_rate = 1 - params.momentum;
  std::vector<Entry*> all;
  all.reserve(entries_.size());
  for (Entry& entry : entries_) all.push_back(&entry);
  backend_pass(params, all, [](Entry& entry, OptimizerSlot& slot) {
    slot.grad = entry.weight.value().data();
    slot.weight = entry.average.begin_update();
  });
  const auto& frequency = gradients_.ema_overwrite_frequency;
  if (!frequency || (before + 1) % *frequency != 0) return;
  for (Entry* entry : all) entry->weight.assign(entry->average.value());
}

void Optimizer::finalize_variable_values(const std::vector<Variable>& weights) {
  for (Variable weight : weights) {
    const Entry* entry = find(weight);
    if (entry != nullptr && entry->average.defined()) weight.assign(entry->average.value());
  }
}

void Optimizer::set_loss_scale_factor(std::optional<double> factor) {
  require_positive(type_, "loss_scale_factor", factor);
  gradients_.loss_scale_factor = factor;
}

Tensor Optimizer::scale_loss(const Tensor& loss) const {
  return gradients_.loss_scale_factor ? loss * *gradients_.loss_scale_factor : loss;
}

void Optimizer::step() {
  const std::vector<Variable> all = weights();
  if (all.empty()) {
    fail(ErrorKind::state, type_,
         " has no weights to step for; call build(weights), or step(weights)");
  }
  step(all);
}

void Optimizer::apply(const TensorList& gradients, const std::vector<Variable>& weights) {
  if (gradients.size() != weights.size()) {
    fail(ErrorKind::value, type_, " got ", gradients.size(), " gradients for ", weights.size(),
         " weights; give one for each");
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (gradients[i].defined() && gradients[i].shape() != weights[i].shape()) {
      fail(ErrorKind::value, type_, " got a gradient of shape ", gradients[i].shape(),
           " for the weight '", weights[i].path(), "' of shape ", weights[i].shape());
    }
  }
  std::vector<Variable> targets = weights;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const Tensor& gradient = gradients[i];
    targets[i].set_grad(
        gradient.defined() ? gradient.cast(targets[i].dtype()).to(targets[i].device()) : Tensor());
  }
  step(targets);
  for (Variable& target : targets) target.zero_grad();
}

void Optimizer::zero_grad() {
  for (Variable weight : weights()) weight.zero_grad();
}

// ---- For updates of several operations ----

Tensor Optimizer::used_gradient(const Entry& entry, const Step& step) const {
  Tensor gradient = entry.gradient();
  if (step.gradient_scale != 1) gradient = gradient * step.gradient_scale;
  if (entry.squared_norm.defined()) {
    const double limit = gradients_.clipnorm.value_or(gradients_.global_clipnorm.value_or(0));
    const auto number = [&](double value) {
      return Tensor::scalar(value, Dtype::float64, entry.squared_norm.device());
    };
    const Tensor norm = ops::sqrt(entry.squared_norm) * step.gradient_scale;
    const Tensor factor =
        ops::where(ops::less(number(limit), norm), number(limit) / norm, number(1));
    gradient = gradient * factor.cast(gradient.dtype());
  }
  if (gradients_.clipvalue) {
    gradient = ops::clip(gradient, -*gradients_.clipvalue, *gradients_.clipvalue);
  }
  return gradient;
}

void Optimizer::decay(Entry& entry, std::optional<double> weight_decay, const Step& step) const {
  if (!weight_decay || !entry.decays) return;
  const Tensor& weight = entry.weight.value();
  entry.weight.assign(weight - weight * (*weight_decay * step.learning_rate));
}

}  // namespace lamina
