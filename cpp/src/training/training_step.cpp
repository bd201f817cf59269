#include "training/training_step.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "layers/loss_scope.hpp"

namespace lamina {
namespace {

const Tensor& weight_of(const Batch& batch, std::size_t output) {
  return batch.sample_weight.size() > 1 ? batch.sample_weight[output] : batch.sample_weight.front();
}

// Outside the graph, with its mask.
Tensor detached(const Tensor& prediction) {
  const Tensor mask = prediction.mask();
  return mask.defined() ? prediction.detach().with_mask(mask) : prediction.detach();
}

[[noreturn]] void fail_without_gradient(const Loss& loss) {
  fail(
      ErrorKind::value, "loss '", loss.name(),
      "' does not depend on the predictions through lamina's operations, so it has no gradient and "
      "nothing would be trained; compute it with lamina.ops (NumPy functions, values read out of "
      "tensors, and comparisons lose the gradient)");
}

}  // namespace

TrainingStep::TrainingStep(Model& model)
    : on_device_(model.device()),
      model_(model),
      shared_state_(model.compile_state_),
      state_(model.compile_state()),
      is_outermost_(take_model()),
      own_totals_(is_outermost_ ? nullptr : std::make_unique<Model::CompileState::LossTotals>()),
      totals_(own_totals_ ? *own_totals_ : state_.totals) {}

// Whether no run of this thread had it. A callback may train and evaluate the model that it is
// called by; another thread may not.
bool TrainingStep::take_model() {
  std::thread::id holder;
  if (state_.thread.compare_exchange_strong(holder, std::this_thread::get_id())) return true;
  if (holder == std::this_thread::get_id()) return false;
  fail(ErrorKind::state, "Model '", model_.name(),
       "' is being trained or evaluated by another thread; wait for it, or use a copy");
}

TrainingStep::~TrainingStep() {
  if (is_outermost_) state_.thread = std::thread::id();
}

void TrainingStep::require_loss() const {
  if (!state_.has_loss()) {
    fail(ErrorKind::state, "Model '", model_.name(),
         "' was compiled without a loss; call compile(optimizer, loss)");
  }
}

void TrainingStep::begin() {
  weights_ = model_.trainable_weights();
  totals_.reset();
  state_.reset_metrics();
}

void TrainingStep::train(const Batch& batch) {
  const Forward result = forward(batch, true);
  for (Variable& weight : weights_) weight.zero_grad();
  if (result.total.requires_grad()) state_.optimizer->scale_loss(result.total).backward();
  state_.optimizer->step(weights_);
  for (Variable& weight : weights_) weight.zero_grad();
  account(batch, result);
}

void TrainingStep::test(const Batch& batch) {
  const NoGrad no_grad;
  account(batch, forward(batch, false));
}

void TrainingStep::match_outputs(const Batch& batch, std::size_t outputs) const {
  if (batch.y.empty()) {
    fail(ErrorKind::value, "Model '", model_.name(),
         "' got no y to compare its predictions with; give batches (x, y)");
  }
  if (state_.outputs.size() != outputs) {
    state_.assign_outputs("Model '" + model_.name() + "'", model_.output_arrangement().names,
                          outputs);
    state_.reset_metrics();
  }
  if (batch.y.size() != outputs) {
    fail(ErrorKind::value, "Model '", model_.name(), "' has ", outputs, " outputs, got ",
         batch.y.size(), " arrays as y; give one for each");
  }
  if (batch.sample_weight.size() > 1 && batch.sample_weight.size() != outputs) {
    fail(ErrorKind::value, "Model '", model_.name(), "' has ", outputs, " outputs, got ",
         batch.sample_weight.size(), " arrays as sample_weight; give one for each, or one for all");
  }
}

// The losses of the predictions, what layers add to them, and what regularizers make of weights.
TrainingStep::Forward TrainingStep::forward(const Batch& batch, bool training) const {
  require_loss();
  if (batch.y.empty()) match_outputs(batch, 1);
  const LossScope added;
  Forward result;
  result.predictions = model_(batch.x, training);
  match_outputs(batch, result.predictions.size());
  Tensor total;
  for (std::size_t i = 0; i < state_.outputs.size(); ++i) {
    const Model::CompileState::Output& output = state_.outputs[i];
    result.losses.push_back({});
    if (!output.loss) continue;
    if (!batch.y[i].defined()) {
      fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '", output.name,
           "', which has a loss; give it, or compile without that loss");
    }
    Tensor value = (*output.loss)(batch.y[i], result.predictions[i], weight_of(batch, i));
    if (training && result.predictions[i].requires_grad() && !value.requires_grad()) {
      fail_without_gradient(*output.loss);
    }
    if (state_.outputs.size() > 1) result.losses.set(i, value);
    if (output.loss_weight != 1) value = value * output.loss_weight;
    total = total.defined() ? total + value.cast(total.dtype()) : std::move(value);
  }
  for (const Tensor& term : added.losses()) total = total + term.cast(total.dtype());
  for (const Variable& weight : weights_) {
    if (const auto& regularizer = weight.regularizer()) {
      total = total + regularizer(weight.value()).cast(total.dtype());
    }
  }
  result.total = std::move(total);
  return result;
}

void TrainingStep::account(const Batch& batch, const Forward& result) {
  const NoGrad no_grad;
  const std::int64_t size = batch.x.front().shape()[0];
  const auto samples = static_cast<double>(size);
  totals_.loss.add(result.total, samples);
  totals_.samples += size;
  for (std::size_t i = 0; i < result.losses.size(); ++i) {
    if (!result.losses[i].defined()) continue;
    if (totals_.outputs.size() <= i) totals_.outputs.resize(i + 1);
    totals_.outputs[i].add(result.losses[i], samples);
  }
  for (const auto& each : state_.metrics) {
    const std::size_t i = each.output;
    if (!batch.y[i].defined()) {
      fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '",
           state_.outputs[i].name, "', which has metrics; give it, or compile without them");
    }
    each.metric->update(batch.y[i], detached(result.predictions[i]),
                        each.weighted ? weight_of(batch, i) : Tensor());
  }
}

Logs TrainingStep::logs() const {
  const double samples = totals_.samples > 0 ? static_cast<double>(totals_.samples) : 1;
  Logs logs{{"loss", totals_.loss.read() / samples}};
  const auto& outputs = state_.outputs;
  const auto counting = std::count_if(outputs.begin(), outputs.end(),
                                      [](const auto& output) { return output.loss != nullptr; });
  for (std::size_t i = 0; counting > 1 && i < outputs.size(); ++i) {
    if (!outputs[i].loss) continue;
    const double total = i < totals_.outputs.size() ? totals_.outputs[i].read() : 0;
    logs.emplace_back(outputs[i].name + "_loss", total / samples);
  }
  for (const auto& each : state_.metrics) logs.emplace_back(each.name, each.metric->result());
  return logs;
}

}  // namespace lamina
