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

void require_one_number(const Loss& loss, const Tensor& value) {
  if (value.rank() == 0) return;
  fail(ErrorKind::value, "loss '", loss.name(), "' gave losses of shape ", value.shape(),
       ", expected one number for the batch; compile with a reduction such as "
       "sum_over_batch_size instead of none");
}

}  // namespace

TrainingStep::TrainingStep(Model& model)
    : on_device_(model.device()),
      model_(model),
      shared_state_(model.compile_state_),
      state_(model.compile_state()),
      outer_(take_model() ? nullptr : state_.step),
      own_means_(outer_ ? std::make_unique<Model::CompileState::LossMeans>() : nullptr),
      means_(own_means_ ? *own_means_ : state_.means) {
  state_.step = this;
  // Its own steps would give theirs in the place of those.
  if (outer_ != nullptr && outer_->shows_own_logs_) outer_->kept_logs_ = outer_->logs();
}

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
  state_.step = outer_;
  if (outer_ == nullptr) state_.thread = std::thread::id();
}

void TrainingStep::resume() { weights_ = model_.trainable_weights(); }

void TrainingStep::begin() {
  resume();
  means_.reset();
  state_.reset_metrics();
  shows_own_logs_ = false;
  if (model_.steps_) model_.steps_->begin();
}

void TrainingStep::show_own_logs() {
  shows_own_logs_ = true;
  kept_logs_.reset();
}

Logs TrainingStep::logs() const {
  if (!shows_own_logs_) return built_in_logs();
  return kept_logs_ ? *kept_logs_ : model_.steps_->logs();
}

void TrainingStep::train(const Batch& batch) {
  if (model_.steps_ && model_.steps_->train(batch)) {
    show_own_logs();
  } else {
    train_built_in(batch);
  }
}

void TrainingStep::test(const Batch& batch) {
  const NoGrad no_grad;
  if (model_.steps_ && model_.steps_->test(batch)) {
    show_own_logs();
  } else {
    test_built_in(batch);
  }
}

void TrainingStep::train_built_in(const Batch& batch) {
  const Forward result = forward(batch, true);
  for (Variable& weight : weights_) weight.zero_grad();
  if (result.loss.requires_grad()) state_.optimizer->scale_loss(result.loss).backward();
  state_.optimizer->step(weights_);
  for (Variable& weight : weights_) weight.zero_grad();
  account(batch, result);
}

void TrainingStep::test_built_in(const Batch& batch) {
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
  std::size_t compared = 0;
  for (std::size_t i = 0; i < outputs; ++i) compared += is_compared(i) ? 1 : 0;
  if (batch.y.size() != outputs && batch.y.size() != compared) {
    fail(ErrorKind::value, "Model '", model_.name(), "' has ", outputs, " outputs, got ",
         batch.y.size(), " arrays as y; give one for each");
  }
  if (batch.sample_weight.size() > 1 && batch.sample_weight.size() != outputs) {
    fail(ErrorKind::value, "Model '", model_.name(), "' has ", outputs, " outputs, got ",
         batch.sample_weight.size(), " arrays as sample_weight; give one for each, or one for all");
  }
}

bool TrainingStep::is_compared(std::size_t output) const {
  return state_.outputs[output].loss ||
         std::any_of(state_.metrics.begin(), state_.metrics.end(),
                     [&](const auto& each) { return each.output == output; });
}

Tensor TrainingStep::y_of(const Batch& batch, std::size_t output) const {
  if (batch.y.size() == state_.outputs.size()) return batch.y[output];
  std::size_t place = 0;
  for (std::size_t i = 0; i < output; ++i) place += is_compared(i) ? 1 : 0;
  return batch.y[place];
}

TrainingStep::Forward TrainingStep::forward(const Batch& batch, bool training) {
  if (batch.y.empty() && (state_.has_loss() || state_.has_metrics())) match_outputs(batch, 1);
  const LossScope added;
  Forward result;
  const bool was_built = model_.built();
  result.predictions = model_(batch.x, training);
  if (!was_built) weights_ = model_.trainable_weights();
  output_losses_ = {};
  if (model_.steps_) result.loss = model_.steps_->loss(batch, result.predictions, training);
  if (!result.loss.defined()) result.loss = compute_loss(batch, result.predictions, training);
  return result;
}

// The losses of the predictions, what layers add to them, and what regularizers make of weights.
Tensor TrainingStep::compute_loss(const Batch& batch, const Tensors& predictions, bool training) {
  const bool compares = state_.has_loss() || state_.has_metrics();
  if (compares) match_outputs(batch, predictions.size());
  output_losses_ = {};
  Tensor total;
  const auto add = [&](Tensor term) {
    total = total.defined() ? total + term.cast(total.dtype()) : std::move(term);
  };
  for (std::size_t i = 0; compares && i < state_.outputs.size(); ++i) {
    const Model::CompileState::Output& output = state_.outputs[i];
    output_losses_.push_back({});
    if (!output.loss) continue;
    const Tensor y = y_of(batch, i);
    if (!y.defined()) {
      fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '", output.name,
           "', which has a loss; give it, or compile without that loss");
    }
    Tensor value = (*output.loss)(y, predictions[i], weight_of(batch, i));
    require_one_number(*output.loss, value);
    if (training && predictions[i].requires_grad() && !value.requires_grad()) {
      fail_without_gradient(*output.loss);
    }
    if (state_.outputs.size() > 1) output_losses_.set(i, value);
    add(output.loss_weight != 1 ? value * output.loss_weight : std::move(value));
  }
  if (const LossScope* scope = LossScope::current()) {
    for (const Tensor& term : scope->losses()) add(term);
    for (const Variable& weight : weights_) {
      if (const auto& regularizer = weight.regularizer()) add(regularizer(weight.value()));
    }
  } else {  // in a step of the program's own, where layers keep what they add
    for (const Tensor& term : model_.losses()) add(term);
  }
  if (!total.defined()) {
    fail(ErrorKind::state, "Model '", model_.name(),
         "' was compiled without a loss, and its layers add none; call compile(optimizer, loss)");
  }
  return total;
}

void TrainingStep::account(const Batch& batch, const Forward& result) {
  const NoGrad no_grad;
  const auto samples = static_cast<double>(batch.x.front().shape()[0]);
  means_.loss->add_mean(result.loss, samples);
  for (std::size_t i = 0; i < output_losses_.size(); ++i) {
    if (!output_losses_[i].defined()) continue;
    means_.grow_to(i + 1);
    means_.outputs[i]->add_mean(output_losses_[i], samples);
  }
  if (model_.steps_ && model_.steps_->metrics(batch, result.predictions)) {
    show_own_logs();
  } else {
    update_metrics(batch, result.predictions);
  }
}

void TrainingStep::update_metrics(const Batch& batch, const Tensors& predictions) {
  if (!state_.has_metrics()) return;
  const NoGrad no_grad;
  match_outputs(batch, predictions.size());
  for (const auto& each : state_.metrics) {
    const std::size_t i = each.output;
    const Tensor y = y_of(batch, i);
    if (!y.defined()) {
      fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '",
           state_.outputs[i].name, "', which has metrics; give it, or compile without them");
    }
    each.metric->update(y, detached(predictions[i]),
                        each.weighted ? weight_of(batch, i) : Tensor());
  }
}

Logs TrainingStep::built_in_logs() const { return state_.logs(means_); }

}  // namespace lamina
