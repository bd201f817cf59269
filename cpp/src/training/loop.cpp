#include "training/loop.hpp"

#include <algorithm>

namespace lamina {
namespace {

bool any_reads_batch_logs(const Callbacks& callbacks) {
  return std::any_of(callbacks.begin(), callbacks.end(),
                     [](const auto& callback) { return callback->reads_batch_logs(); });
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

// The batches of one epoch, until a callback stops the run; how many there were.
std::int64_t train_epoch(TrainingStep& step, Feed& feed, const FitOptions& options,
                         std::int64_t epoch, ProgressClock& clock) {
  const Callbacks& callbacks = options.callbacks;
  const bool reads_logs = any_reads_batch_logs(callbacks);
  step.begin();
  feed.begin_epoch();
  Batch batch;
  std::int64_t i = 0;
  for (; !step.state().stop_training && feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_train_batch_begin(i);
    step.train(batch);
    if (!callbacks.empty()) {
      const Logs logs = reads_logs ? step.logs() : Logs();
      for (const auto& callback : callbacks) callback->on_train_batch_end(i, logs);
    }
    clock.tick(epoch, options.epochs, i + 1, feed.count(), false, [&] { return step.logs(); });
  }
  return i;
}

// The logs of a validation, which ticks for the epoch that it ends: only to hear an interrupt.
Logs validate(TrainingStep& step, Feed& validation, const FitOptions& options, std::int64_t epoch,
              std::int64_t batches, const Logs& epoch_logs) {
  const std::function<Logs()> trained_logs = [&] { return epoch_logs; };
  const OnProgress interrupt = [&](const Progress&) {
    options.on_progress({epoch, options.epochs, batches, batches, trained_logs});
  };
  const OnProgress none;
  ProgressClock clock(options.on_progress ? interrupt : none);
  Logs logs = run_test(step, validation, options.callbacks, clock);
  for (auto& [name, value] : logs) name.insert(0, "val_");
  return logs;
}

}  // namespace

History run_epochs(TrainingStep& step, Feed& feed, Feed* validation, const FitOptions& options) {
  attach(options.callbacks, step.model());
  step.require_loss();
  step.state().optimizer->build(step.model().trainable_weights());
  step.state().stop_training = false;
  ProgressClock clock(options.on_progress);
  History history;
  Logs logs;

  for (const auto& callback : options.callbacks) callback->on_train_begin();
  for (std::int64_t epoch = options.initial_epoch; epoch < options.epochs; ++epoch) {
    for (const auto& callback : options.callbacks) callback->on_epoch_begin(epoch);
    const std::int64_t batches = train_epoch(step, feed, options, epoch, clock);
    logs = step.logs();
    if (validation != nullptr && validates_after(options, epoch)) {
      const Logs more = validate(step, *validation, options, epoch, batches, logs);
      logs.insert(logs.end(), more.begin(), more.end());
    }
    clock.tick(epoch, options.epochs, batches, batches, true, [&] { return logs; });
    record_epoch(history, epoch, logs);
    for (const auto& callback : options.callbacks) callback->on_epoch_end(epoch, logs);
    if (step.state().stop_training) break;
  }
  step.state().optimizer->finalize_variable_values(step.model().trainable_weights());
  for (const auto& callback : options.callbacks) callback->on_train_end(logs);
  return history;
}

Logs run_test(TrainingStep& step, Feed& feed, const Callbacks& callbacks, ProgressClock& clock) {
  const bool reads_logs = any_reads_batch_logs(callbacks);
  step.begin();
  for (const auto& callback : callbacks) callback->on_test_begin();
  feed.begin_epoch(true);
  Batch batch;
  std::int64_t i = 0;
  for (; feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_test_batch_begin(i);
    step.test(batch);
    if (!callbacks.empty()) {
      const Logs logs = reads_logs ? step.logs() : Logs();
      for (const auto& callback : callbacks) callback->on_test_batch_end(i, logs);
    }
    clock.tick(0, 1, i + 1, feed.count(), false, [&] { return step.logs(); });
  }
  const Logs result = step.logs();
  for (const auto& callback : callbacks) callback->on_test_end(result);
  clock.tick(0, 1, i, i, true, [&] { return result; });
  return result;
}

}  // namespace lamina
