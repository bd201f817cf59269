#include "training/trainer.hpp"

#include <cmath>
#include <cstring>

#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "layers/loss_scope.hpp"
#include "models/training_state.hpp"

namespace lamina {
namespace {

void check_callbacks(const std::vector<std::shared_ptr<Callback>>& callbacks, Model& model) {
  for (const auto& callback : callbacks) {
    if (!callback) fail(ErrorKind::value, "a callback is empty; pass objects of Callback");
    callback->set_model(&model);
  }
}

void append(Logs& logs, const Logs& more, const char* prefix) {
  for (const auto& [name, value] : more) logs.emplace_back(prefix + name, value);
}

void record_epoch(History& history, std::int64_t epoch, const Logs& logs) {
  history.epoch.push_back(epoch);
  for (const auto& [name, value] : logs) {
    std::vector<double>* course = nullptr;
    for (auto& entry : history.values) {
      if (entry.first == name) course = &entry.second;
    }
    if (course == nullptr)
      course = &history.values.emplace_back(name, std::vector<double>{}).second;
    course->push_back(value);
  }
}

struct Split {
  Tensor x, y, sample_weight, validation_x, validation_y, validation_sample_weight;
};

Tensor rows_of(const Tensor& t, std::int64_t begin, std::int64_t end) {
  return t.defined() ? t.slice(begin, end) : t;
}

// The last samples are kept for validation.
Split split_samples(const std::string& owner, const Tensor& x, const Tensor& y,
                    const FitOptions& options) {
  if (options.validation_x.defined() || options.validation_split == 0) {
    return {x,
            y,
            options.sample_weight,
            options.validation_x,
            options.validation_y,
            options.validation_sample_weight};
  }
  const std::int64_t samples = x.shape()[0];
  const auto kept = static_cast<std::int64_t>(
      std::floor(static_cast<double>(samples) * (1 - options.validation_split)));
  if (kept == 0 || kept == samples) {
    fail(ErrorKind::value, owner, " got validation_split=", options.validation_split, " for ",
         samples, " samples, which leaves ", kept, " to train on and ", samples - kept,
         " to validate with");
  }
  const Tensor& weight = options.sample_weight;
  return {rows_of(x, 0, kept),       rows_of(y, 0, kept),       rows_of(weight, 0, kept),
          rows_of(x, kept, samples), rows_of(y, kept, samples), rows_of(weight, kept, samples)};
}

void check_fit_options(const std::string& owner, const FitOptions& options) {
  if (!(options.validation_split >= 0 && options.validation_split < 1)) {
    fail(ErrorKind::value, owner, " needs validation_split in [0, 1), got ",
         options.validation_split);
  }
  if (options.epochs < 0 || options.initial_epoch < 0) {
    fail(ErrorKind::value, owner,
         " needs epochs and initial_epoch of at least 0, got epochs=", options.epochs,
         ", initial_epoch=", options.initial_epoch);
  }
  if (options.validation_batch_size < 0) {
    fail(ErrorKind::value, owner, " needs validation_batch_size of at least 1, got ",
         options.validation_batch_size);
  }
  if (options.validation_x.defined() != options.validation_y.defined()) {
    fail(ErrorKind::value, owner, " needs both x and y to validate, or neither");
  }
}

}  // namespace

Trainer::Trainer(Model& model)
    : model_(model), shared_training_(model.training_), training_(model.training()) {
  std::thread::id nobody;
  is_outermost_ = training_.trained_by.compare_exchange_strong(nobody, std::this_thread::get_id());
  // A callback may train and evaluate the model that it is called by; another thread may not.
  if (!is_outermost_ && nobody != std::this_thread::get_id()) {
    fail(ErrorKind::state, "Model '", model_.name(),
         "' is being trained or evaluated by another thread; wait for it, or use a copy");
  }
}

Trainer::~Trainer() {
  if (is_outermost_) training_.trained_by = std::thread::id();
}

const Loss& Trainer::loss() const {
  if (!training_.loss) {
    fail(ErrorKind::state, "Model '", model_.name(),
         "' was compiled without a loss; call compile(optimizer, loss)");
  }
  return *training_.loss;
}

void Trainer::reset() {
  loss_total_ = 0;
  samples_ = 0;
  for (const auto& metric : training_.metrics) metric->reset();
}

void Trainer::train_step(const Batch& batch) {
  const auto [prediction, loss_value] = forward(batch, true);
  for (Variable& weight : weights_) weight.zero_grad();
  if (loss_value.requires_grad()) loss_value.backward();
  training_.optimizer->step(weights_);
  for (Variable& weight : weights_) weight.zero_grad();
  account(batch, prediction, loss_value);
}

void Trainer::test_step(const Batch& batch) {
  const NoGrad no_grad;
  const auto [prediction, loss_value] = forward(batch, false);
  account(batch, prediction, loss_value);
}

// The loss of the predictions, what layers add to it, and what regularizers make of weights.
Trainer::Forward Trainer::forward(const Batch& batch, bool training) const {
  const LossScope added;
  const Tensor prediction = model_(batch.x, training);
  Tensor total = loss()(batch.y, prediction, batch.sample_weight);
  for (const Tensor& term : added.losses()) total = total + term.cast(total.dtype());
  for (const Variable& weight : weights_) {
    if (const auto& regularizer = weight.regularizer()) {
      total = total + regularizer(weight.value()).cast(total.dtype());
    }
  }
  return {prediction, total};
}

void Trainer::account(const Batch& batch, const Tensor& prediction, const Tensor& loss_value) {
  const NoGrad no_grad;
  loss_total_ += loss_value.item() * static_cast<double>(batch.size);
  samples_ += batch.size;
  for (const auto& metric : training_.metrics) {
    metric->update(batch.y, prediction.detach(), Tensor());
  }
}

Logs Trainer::logs() const {
  Logs logs{{"loss", samples_ > 0 ? loss_total_ / static_cast<double>(samples_) : 0}};
  for (std::size_t i = 0; i < training_.metrics.size(); ++i) {
    logs.emplace_back(training_.metric_names[i], training_.metrics[i]->result());
  }
  return logs;
}

Logs Trainer::run_test(const Batches& batches, const Callbacks& callbacks, ProgressClock& clock) {
  reset();
  weights_ = model_.trainable_weights();
  for (const auto& callback : callbacks) callback->on_test_begin();
  for (std::int64_t i = 0; i < batches.count(); ++i) {
    for (const auto& callback : callbacks) callback->on_test_batch_begin(i);
    test_step(batches[i]);
    if (!callbacks.empty()) {
      const Logs batch_logs = logs();
      for (const auto& callback : callbacks) callback->on_test_batch_end(i, batch_logs);
    }
    clock.tick(0, 1, i + 1, batches.count(), false, [this] { return logs(); });
  }
  const Logs result = logs();
  for (const auto& callback : callbacks) callback->on_test_end(result);
  return result;
}

History Trainer::fit(const Tensor& x, const Tensor& y, const FitOptions& options) {
  const std::string owner = "fit of '" + model_.name() + "'";
  check_fit_options(owner, options);
  check_callbacks(options.callbacks, model_);
  loss();
  // Checks the data as a whole before any of it is cut off or used.
  const Batches all(owner, x, y, options.sample_weight, options.batch_size, model_.dtype());
  const Split split = split_samples(owner, x, y, options);
  if (options.validation_x.defined()) {
    Batches(owner + ", to validate,", split.validation_x, split.validation_y,
            split.validation_sample_weight, options.batch_size, model_.dtype());
  }
  Batches batches(owner, split.x, split.y, split.sample_weight, options.batch_size, model_.dtype());
  const bool validates = split.validation_x.defined();
  const std::int64_t validation_batch =
      options.validation_batch_size > 0 ? options.validation_batch_size : options.batch_size;

  model_.ensure_built(x.shape());
  weights_ = model_.trainable_weights();
  training_.optimizer->build(weights_);
  training_.stop = false;
  const Callbacks& callbacks = options.callbacks;
  ProgressClock clock(options.on_progress);
  History history;
  Logs epoch_logs;

  for (const auto& callback : callbacks) callback->on_train_begin();
  for (std::int64_t epoch = options.initial_epoch; epoch < options.epochs; ++epoch) {
    reset();
    for (const auto& callback : callbacks) callback->on_epoch_begin(epoch);
    if (options.shuffle) batches.reorder(training_.shuffle.permutation(batches.samples()));
    for (std::int64_t i = 0; i < batches.count() && !training_.stop; ++i) {
      for (const auto& callback : callbacks) callback->on_train_batch_begin(i);
      train_step(batches[i]);
      if (!callbacks.empty()) {
        const Logs batch_logs = logs();
        for (const auto& callback : callbacks) callback->on_train_batch_end(i, batch_logs);
      }
      clock.tick(epoch, options.epochs, i + 1, batches.count(), false, [this] { return logs(); });
    }
    epoch_logs = logs();
    if (validates) {
      const Batches validation(owner, split.validation_x, split.validation_y,
                               split.validation_sample_weight, validation_batch, model_.dtype());
      const std::int64_t done = batches.count();
      const OnProgress interrupt = [&](const Progress&) {
        options.on_progress({epoch, options.epochs, done, done, epoch_logs});
      };
      const OnProgress none;
      ProgressClock validation_clock(options.on_progress ? interrupt : none);
      append(epoch_logs, run_test(validation, callbacks, validation_clock), "val_");
    }
    clock.tick(epoch, options.epochs, batches.count(), batches.count(), true,
               [&] { return epoch_logs; });
    record_epoch(history, epoch, epoch_logs);
    for (const auto& callback : callbacks) callback->on_epoch_end(epoch, epoch_logs);
    if (training_.stop) break;
  }
  for (const auto& callback : callbacks) callback->on_train_end(epoch_logs);
  return history;
}

Logs Trainer::evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options) {
  const std::string owner = "evaluate of '" + model_.name() + "'";
  check_callbacks(options.callbacks, model_);
  const Batches batches(owner, x, y, options.sample_weight, options.batch_size, model_.dtype());
  ProgressClock clock(options.on_progress);
  const Logs result = run_test(batches, options.callbacks, clock);
  clock.tick(0, 1, batches.count(), batches.count(), true, [&] { return result; });
  return result;
}

Logs Trainer::train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  const Batches batch("train_on_batch of '" + model_.name() + "'", x, y, sample_weight,
                      std::max<std::int64_t>(1, x.defined() && x.rank() > 0 ? x.shape()[0] : 1),
                      model_.dtype());
  reset();
  model_.ensure_built(x.shape());
  weights_ = model_.trainable_weights();
  train_step(batch[0]);
  return logs();
}

Logs Trainer::test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  const Batches batch("test_on_batch of '" + model_.name() + "'", x, y, sample_weight,
                      std::max<std::int64_t>(1, x.defined() && x.rank() > 0 ? x.shape()[0] : 1),
                      model_.dtype());
  reset();
  weights_ = model_.trainable_weights();
  test_step(batch[0]);
  return logs();
}

Tensor Trainer::predict(Model& model, const Tensor& x, const PredictOptions& options) {
  const NoGrad no_grad;
  check_callbacks(options.callbacks, model);
  const Batches batches("predict of '" + model.name() + "'", x, {}, {}, options.batch_size,
                        model.dtype());
  ProgressClock clock(options.on_progress);
  for (const auto& callback : options.callbacks) callback->on_predict_begin();
  Tensor outputs;
  std::int64_t row = 0;
  for (std::int64_t i = 0; i < batches.count(); ++i) {
    for (const auto& callback : options.callbacks) callback->on_predict_batch_begin(i);
    const Batch batch = batches[i];
    const Tensor output = model(batch.x, false);
    if (batches.count() == 1) {
      outputs = output;
    } else {
      if (!outputs.defined()) {
        outputs = Tensor::empty(output.shape().with(0, batches.samples()), output.dtype(),
                                output.device());
      }
      const Tensor rows = outputs.slice(row, row + batch.size);
      if (rows.shape() != output.shape() || rows.dtype() != output.dtype()) {
        fail(ErrorKind::value, "predict of '", model.name(), "' got outputs ",
             name_of(output.dtype()), " of shape ", output.shape(), " for a batch of ", batch.size,
             ", expected ", name_of(rows.dtype()), " of shape ", rows.shape());
      }
      std::memcpy(rows.mutable_data(), output.data(),
                  static_cast<std::size_t>(output.size()) * size_of(output.dtype()));
      row += batch.size;
    }
    for (const auto& callback : options.callbacks) callback->on_predict_batch_end(i);
    clock.tick(0, 1, i + 1, batches.count(), i + 1 == batches.count(), [] { return Logs(); });
  }
  for (const auto& callback : options.callbacks) callback->on_predict_end();
  return outputs;
}

}  // namespace lamina
