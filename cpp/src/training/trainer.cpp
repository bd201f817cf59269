#include "training/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
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
  Tensors x, y, sample_weight, validation_x, validation_y, validation_sample_weight;
};

Tensors rows_of(const Tensors& tensors, std::int64_t begin, std::int64_t end) {
  return tensors.each([&](const Tensor& t) { return t.defined() ? t.slice(begin, end) : t; });
}

// The last samples are kept for validation.
Split split_samples(const std::string& owner, const Tensors& x, const Tensors& y,
                    const FitOptions& options) {
  if (options.validation_x.defined() || options.validation_split == 0) {
    return {x,
            y,
            options.sample_weight,
            options.validation_x,
            options.validation_y,
            options.validation_sample_weight};
  }
  const std::int64_t samples = x.front().shape()[0];
  const auto kept = static_cast<std::int64_t>(
      std::floor(static_cast<double>(samples) * (1 - options.validation_split)));
  if (kept == 0 || kept == samples) {
    fail(ErrorKind::value, owner, " got validation_split=", options.validation_split, " for ",
         samples, " samples, which leaves ", kept, " to train on and ", samples - kept,
         " to validate with");
  }
  const Tensors& weight = options.sample_weight;
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
  if (options.steps_per_epoch < 0 || options.validation_steps < 0 || options.validation_freq < 1) {
    fail(ErrorKind::value, owner,
         " needs steps_per_epoch, validation_steps and validation_freq of at least 1, got ",
         options.steps_per_epoch, ", ", options.validation_steps, ", ", options.validation_freq);
  }
  for (const auto& [label, weight] : options.class_weight) {
    if (!(weight >= 0 && std::isfinite(weight))) {
      fail(ErrorKind::value, owner, " needs class weights finite and at least 0, got ", weight,
           " for class ", label);
    }
  }
  if (options.validation_x.defined() != options.validation_y.defined()) {
    fail(ErrorKind::value, owner, " needs both x and y to validate, or neither");
  }
}

bool validates_after(const FitOptions& options, std::int64_t epoch) {
  const auto& epochs = options.validation_epochs;
  return epochs.empty() ? (epoch + 1) % options.validation_freq == 0
                        : std::find(epochs.begin(), epochs.end(), epoch + 1) != epochs.end();
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

void Trainer::require_loss() const {
  if (!training_.has_loss()) {
    fail(ErrorKind::state, "Model '", model_.name(),
         "' was compiled without a loss; call compile(optimizer, loss)");
  }
}

void Trainer::reset() {
  loss_total_ = 0;
  samples_ = 0;
  output_totals_.assign(output_totals_.size(), 0);
  for (const auto& output : training_.outputs) {
    for (const auto& metric : output.metrics) metric->reset();
  }
}

void Trainer::train_step(const Batch& batch) {
  const Forward result = forward(batch, true);
  for (Variable& weight : weights_) weight.zero_grad();
  if (result.total.requires_grad()) result.total.backward();
  training_.optimizer->step(weights_);
  for (Variable& weight : weights_) weight.zero_grad();
  account(batch, result);
}

void Trainer::test_step(const Batch& batch) {
  const NoGrad no_grad;
  account(batch, forward(batch, false));
}

void Trainer::match_outputs(const Batch& batch, std::size_t outputs) const {
  if (batch.y.empty()) {
    fail(ErrorKind::value, "Model '", model_.name(),
         "' got no y to compare its predictions with; give batches (x, y)");
  }
  if (training_.outputs.size() != outputs) {
    training_.assign_outputs("Model '" + model_.name() + "'", model_.output_arrangement().names,
                             outputs);
    for (const auto& output : training_.outputs) {
      for (const auto& metric : output.metrics) metric->reset();
    }
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
Trainer::Forward Trainer::forward(const Batch& batch, bool training) const {
  require_loss();
  if (batch.y.empty()) match_outputs(batch, 1);
  const LossScope added;
  Forward result;
  result.predictions = model_.outputs_for(batch.x, training);
  match_outputs(batch, result.predictions.size());
  Tensor total;
  for (std::size_t i = 0; i < training_.outputs.size(); ++i) {
    const Model::Training::Output& output = training_.outputs[i];
    result.losses.push_back({});
    if (!output.loss) continue;
    if (!batch.y[i].defined()) {
      fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '", output.name,
           "', which has a loss; give it, or compile without that loss");
    }
    const Tensor& weight =
        batch.sample_weight.size() > 1 ? batch.sample_weight[i] : batch.sample_weight.front();
    Tensor value = (*output.loss)(batch.y[i], result.predictions[i], weight);
    if (training_.outputs.size() > 1) result.losses.set(i, value);
    if (output.weight != 1) value = value * output.weight;
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

void Trainer::account(const Batch& batch, const Forward& result) {
  const NoGrad no_grad;
  const std::int64_t size = batch.x.front().shape()[0];
  const auto samples = static_cast<double>(size);
  loss_total_ += result.total.item() * samples;
  samples_ += size;
  output_totals_.resize(training_.outputs.size());
  for (std::size_t i = 0; i < training_.outputs.size(); ++i) {
    if (result.losses[i].defined()) output_totals_[i] += result.losses[i].item() * samples;
    for (const auto& metric : training_.outputs[i].metrics) {
      if (!batch.y[i].defined()) {
        fail(ErrorKind::value, "Model '", model_.name(), "' got no y for its output '",
             training_.outputs[i].name, "', which has metrics; give it, or compile without them");
      }
      metric->update(batch.y[i], result.predictions[i].detach(), Tensor());
    }
  }
}

// The loss, those of the outputs where several count, then the metrics.
Logs Trainer::logs() const {
  const double samples = samples_ > 0 ? static_cast<double>(samples_) : 1;
  Logs logs{{"loss", loss_total_ / samples}};
  const auto& outputs = training_.outputs;
  const auto counting = std::count_if(outputs.begin(), outputs.end(),
                                      [](const auto& output) { return output.loss != nullptr; });
  for (std::size_t i = 0; counting > 1 && i < outputs.size(); ++i) {
    if (!outputs[i].loss) continue;
    const double total = i < output_totals_.size() ? output_totals_[i] : 0;
    logs.emplace_back(outputs[i].name + "_loss", total / samples);
  }
  for (const auto& output : outputs) {
    for (std::size_t i = 0; i < output.metrics.size(); ++i) {
      logs.emplace_back(output.metric_names[i], output.metrics[i]->result());
    }
  }
  return logs;
}

Logs Trainer::run_test(Feed& feed, const Callbacks& callbacks, ProgressClock& clock) {
  reset();
  weights_ = model_.trainable_weights();
  for (const auto& callback : callbacks) callback->on_test_begin();
  feed.begin_epoch(true);
  Batch batch;
  std::int64_t i = 0;
  for (; feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_test_batch_begin(i);
    test_step(batch);
    if (!callbacks.empty()) {
      const Logs batch_logs = logs();
      for (const auto& callback : callbacks) callback->on_test_batch_end(i, batch_logs);
    }
    clock.tick(0, 1, i + 1, feed.count(), false, [this] { return logs(); });
  }
  const Logs result = logs();
  for (const auto& callback : callbacks) callback->on_test_end(result);
  clock.tick(0, 1, i, i, true, [&] { return result; });
  return result;
}

History Trainer::fit(const Tensors& x, const Tensors& y, const FitOptions& options) {
  const std::string owner = "fit of '" + model_.name() + "'";
  check_fit_options(owner, options);
  // Checks the data as a whole before any of it is cut off or used.
  const Batches all(owner, x, y, options.sample_weight, options.batch_size, model_.dtype());
  const Split split = split_samples(owner, x, y, options);
  const Tensors weight =
      weights_by_class(owner, split.y, split.sample_weight, options.class_weight);
  Batches batches(owner, split.x, split.y, weight, options.batch_size, model_.dtype());
  if (options.shuffle) batches.shuffle_by(training_.shuffle);
  model_.ensure_built_all(shapes_of(x));
  Feed feed(owner, batches, options.steps_per_epoch, model_.dtype());
  if (!split.validation_x.defined()) {
    if (!options.validation_source) return run_epochs(feed, nullptr, options);
    Feed validation(owner + ", to validate,", *options.validation_source, options.validation_steps,
                    model_.dtype());
    return run_epochs(feed, &validation, options);
  }
  Batches held_out(
      owner + ", to validate,", split.validation_x, split.validation_y,
      split.validation_sample_weight,
      options.validation_batch_size > 0 ? options.validation_batch_size : options.batch_size,
      model_.dtype());
  Feed validation(owner + ", to validate,", held_out, options.validation_steps, model_.dtype());
  return run_epochs(feed, &validation, options);
}

History Trainer::fit(BatchSource& source, const FitOptions& options) {
  const std::string owner = "fit of '" + model_.name() + "'";
  check_fit_options(owner, options);
  if (options.validation_split != 0 || options.sample_weight.defined()) {
    fail(ErrorKind::value, owner,
         " takes no validation_split and no sample_weight with batches of your own; give "
         "validation data, and weights within each batch");
  }
  Feed feed(owner, source, options.steps_per_epoch, model_.dtype());
  feed.weigh_classes(options.class_weight);
  model_.ensure_built_all(feed.first_shapes());
  const std::string validation_owner = owner + ", to validate,";
  if (options.validation_source) {
    Feed validation(validation_owner, *options.validation_source, options.validation_steps,
                    model_.dtype());
    return run_epochs(feed, &validation, options);
  }
  if (!options.validation_x.defined()) return run_epochs(feed, nullptr, options);
  Batches held_out(
      validation_owner, options.validation_x, options.validation_y,
      options.validation_sample_weight,
      options.validation_batch_size > 0 ? options.validation_batch_size : options.batch_size,
      model_.dtype());
  Feed validation(validation_owner, held_out, options.validation_steps, model_.dtype());
  return run_epochs(feed, &validation, options);
}

History Trainer::run_epochs(Feed& feed, Feed* validation, const FitOptions& options) {
  check_callbacks(options.callbacks, model_);
  require_loss();
  const std::vector<Variable> weights = model_.trainable_weights();
  training_.optimizer->build(weights);
  training_.stop = false;
  const Callbacks& callbacks = options.callbacks;
  ProgressClock clock(options.on_progress);
  History history;
  Logs epoch_logs;

  for (const auto& callback : callbacks) callback->on_train_begin();
  for (std::int64_t epoch = options.initial_epoch; epoch < options.epochs; ++epoch) {
    reset();
    weights_ = weights;
    for (const auto& callback : callbacks) callback->on_epoch_begin(epoch);
    feed.begin_epoch();
    Batch batch;
    std::int64_t i = 0;
    for (; !training_.stop && feed.next(batch); ++i) {
      for (const auto& callback : callbacks) callback->on_train_batch_begin(i);
      train_step(batch);
      if (!callbacks.empty()) {
        const Logs batch_logs = logs();
        for (const auto& callback : callbacks) callback->on_train_batch_end(i, batch_logs);
      }
      clock.tick(epoch, options.epochs, i + 1, feed.count(), false, [this] { return logs(); });
    }
    epoch_logs = logs();
    if (validation != nullptr && validates_after(options, epoch)) {
      const OnProgress interrupt = [&](const Progress&) {
        options.on_progress({epoch, options.epochs, i, i, epoch_logs});
      };
      const OnProgress none;
      ProgressClock validation_clock(options.on_progress ? interrupt : none);
      append(epoch_logs, run_test(*validation, callbacks, validation_clock), "val_");
    }
    clock.tick(epoch, options.epochs, i, i, true, [&] { return epoch_logs; });
    record_epoch(history, epoch, epoch_logs);
    for (const auto& callback : callbacks) callback->on_epoch_end(epoch, epoch_logs);
    if (training_.stop) break;
  }
  for (const auto& callback : callbacks) callback->on_train_end(epoch_logs);
  return history;
}

Logs Trainer::evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options) {
  Batches batches("evaluate of '" + model_.name() + "'", x, y, options.sample_weight,
                  options.batch_size, model_.dtype());
  return evaluate(batches, options);
}

Logs Trainer::evaluate(BatchSource& source, const EvaluateOptions& options) {
  check_callbacks(options.callbacks, model_);
  Feed feed("evaluate of '" + model_.name() + "'", source, options.steps, model_.dtype());
  ProgressClock clock(options.on_progress);
  return run_test(feed, options.callbacks, clock);
}

// One batch that is all there is.
Batch Trainer::whole(const char* method, const Tensors& x, const Tensors& y,
                     const Tensors& sample_weight) const {
  const Tensor& first = x.front();
  const std::int64_t size = first.defined() && first.rank() > 0 ? first.shape()[0] : 1;
  Batches batches(std::string(method) + " of '" + model_.name() + "'", x, y, sample_weight,
                  std::max<std::int64_t>(size, 1), model_.dtype());
  Batch batch;
  batches.next(batch);
  return batch;
}

Logs Trainer::train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
  const Batch batch = whole("train_on_batch", x, y, sample_weight);
  reset();
  model_.ensure_built_all(shapes_of(x));
  weights_ = model_.trainable_weights();
  train_step(batch);
  return logs();
}

Logs Trainer::test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
  const Batch batch = whole("test_on_batch", x, y, sample_weight);
  reset();
  weights_ = model_.trainable_weights();
  test_step(batch);
  return logs();
}

TensorList Trainer::predict(Model& model, const Tensors& x, const PredictOptions& options) {
  Batches batches("predict of '" + model.name() + "'", x, {}, {}, options.batch_size,
                  model.dtype());
  return predict(model, batches, options);
}

TensorList Trainer::predict(Model& model, BatchSource& source, const PredictOptions& options) {
  const NoGrad no_grad;
  check_callbacks(options.callbacks, model);
  Feed feed("predict of '" + model.name() + "'", source, options.steps, model.dtype());
  ProgressClock clock(options.on_progress);
  for (const auto& callback : options.callbacks) callback->on_predict_begin();
  feed.begin_epoch();
  std::vector<TensorList> parts;  // of each output
  Batch batch;
  for (std::int64_t i = 0; feed.next(batch); ++i) {
    for (const auto& callback : options.callbacks) callback->on_predict_batch_begin(i);
    const Tensors outputs = model.outputs_for(batch.x, false);
    const std::int64_t rows = batch.x.front().shape()[0];
    if (parts.empty()) parts.resize(outputs.size());
    if (parts.size() != outputs.size()) {
      fail(ErrorKind::value, "predict of '", model.name(), "' got ", outputs.size(),
           " outputs, expected ", parts.size(), " like the first time");
    }
    for (std::size_t k = 0; k < parts.size(); ++k) {
      const Tensor& output = outputs[k];
      const Tensor& first = parts[k].empty() ? output : parts[k].front();
      if (output.rank() == 0 || output.dtype() != first.dtype() ||
          output.shape() != first.shape().with(0, rows)) {
        fail(ErrorKind::value, "predict of '", model.name(), "' got outputs ",
             name_of(output.dtype()), " of shape ", output.shape(), " for a batch of ", rows,
             ", expected ", name_of(first.dtype()), " of shape (", rows, ", ...) like the first, ",
             first.shape());
      }
      parts[k].push_back(output);
    }
    for (const auto& callback : options.callbacks) callback->on_predict_batch_end(i);
    clock.tick(0, 1, i + 1, feed.count(), i + 1 == feed.count(), [] { return Logs(); });
  }
  for (const auto& callback : options.callbacks) callback->on_predict_end();
  TensorList result;
  for (const TensorList& part : parts) result.push_back(ops::concatenate(part, 0));
  return result;
}

}  // namespace lamina
