#include "training/loop.hpp"

#include <algorithm>
#include <utility>

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

// What a checkpoint that is made now is to say.
void note_position(TrainingStep& step, const Feed& feed, std::int64_t epoch, std::int64_t batch) {
  const auto [key, draws] = feed.shuffled_at();
  step.state().position = {epoch, batch, feed.taken_of_pass(), key, draws};
}

// The batches of one epoch from `first` on, until a callback stops the run; how many there were.
std::int64_t train_epoch(TrainingStep& step, Feed& feed, const FitOptions& options,
                         const Callbacks& callbacks, std::int64_t epoch, std::int64_t first,
                         ProgressClock& clock) {
  if (first == 0) {
    step.begin();
    feed.begin_epoch();
  } else {
    step.resume();
  }
  Batch batch;
  std::int64_t i = first;
  for (; !step.state().stop_training && feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_train_batch_begin(i);
    step.train(batch);
    if (!callbacks.empty()) {
      note_position(step, feed, epoch, i + 1);
      const Logs logs = any_reads_batch_logs(callbacks) ? step.logs() : Logs();
      for (const auto& callback : callbacks) callback->on_train_batch_end(i, logs);
    }
    clock.tick(epoch, options.epochs, i + 1, feed.count(), false, [&] { return step.logs(); });
  }
  return i;
}

// The logs of a validation, which ticks for the epoch that it ends: only to hear an interrupt.
Logs validate(TrainingStep& step, Feed& validation, const FitOptions& options,
              const Callbacks& callbacks, std::int64_t epoch, std::int64_t batches,
              const Logs& epoch_logs) {
  const std::function<Logs()> trained_logs = [&] { return epoch_logs; };
  const OnProgress interrupt = [&](const Progress&) {
    options.on_progress({epoch, options.epochs, batches, batches, false, trained_logs});
  };
  const OnProgress none;
  ProgressClock clock(options.on_progress ? interrupt : none);
  Logs logs = run_test(step, validation, callbacks, clock);
  for (auto& [name, value] : logs) name.insert(0, "val_");
  return logs;
}

// Those that come last behind the others.
Callbacks in_order(Callbacks callbacks) {
  std::stable_partition(callbacks.begin(), callbacks.end(),
                        [](const auto& callback) { return !callback->comes_last(); });
  return callbacks;
}

// The callbacks of a run, while it lasts, for the checkpoints that it makes.
class RunningCallbacks {
 public:
  RunningCallbacks(TrainingStep& step, const Callbacks& callbacks)
      : step_(step), outer_(std::exchange(step.state().callbacks, &callbacks)) {}
  ~RunningCallbacks() { step_.state().callbacks = outer_; }
  RunningCallbacks(const RunningCallbacks&) = delete;
  RunningCallbacks& operator=(const RunningCallbacks&) = delete;

 private:
  TrainingStep& step_;
  const Callbacks* outer_;  // of the run that this one is called by
};

}  // namespace

History run_epochs(TrainingStep& step, Feed& feed, Feed* validation, const FitOptions& options) {
  attach(options.callbacks, step.model());
  auto& state = step.state();
  state.optimizer->build(step.model().trainable_weights());
  state.stop_training = state.resumes = false;
  state.position = {.epoch = options.initial_epoch};
  const Callbacks callbacks = in_order(options.callbacks);
  const RunningCallbacks running(step, callbacks);
  ProgressClock clock(options.on_progress);
  History history;
  Logs logs;

  for (const auto& callback : callbacks) callback->on_train_begin();
  const bool resumes = std::exchange(state.resumes, false);
  std::int64_t epoch = resumes ? state.position.epoch : options.initial_epoch;
  std::int64_t first = resumes ? state.position.batch : 0;
  if (resumes) feed.resume(state.position.taken, first);
  const bool has_ended = resumes && state.stop_training;
  for (; !has_ended && epoch < options.epochs; ++epoch, first = 0) {
    // An epoch that was cut off had begun, and its callbacks had set the rate, already.
    const bool keeps_rate = first > 0 && state.optimizer->learning_rate_variable().defined();
    const double learning_rate = keeps_rate ? state.optimizer->learning_rate() : 0;
    for (const auto& callback : callbacks) callback->on_epoch_begin(epoch);
    if (keeps_rate && state.optimizer->learning_rate() != learning_rate) {
      state.optimizer->set_learning_rate(learning_rate);
    }
    const std::int64_t batches = train_epoch(step, feed, options, callbacks, epoch, first, clock);
    logs = step.logs();
    if (validation != nullptr && validates_after(options, epoch)) {
      const Logs more = validate(step, *validation, options, callbacks, epoch, batches, logs);
      logs.insert(logs.end(), more.begin(), more.end());
    }
    note_position(step, feed, epoch + 1, 0);
    for (const auto& callback : callbacks) callback->on_epoch_end(epoch, logs);
    record_epoch(history, epoch, logs);
    clock.tick(epoch, options.epochs, batches, batches, true, [&] { return logs; });
    if (state.stop_training) break;
  }
  state.optimizer->finalize_variable_values(step.model().trainable_weights());
  for (const auto& callback : callbacks) callback->on_train_end(logs);
  return history;
}

Logs run_test(TrainingStep& step, Feed& feed, const Callbacks& callbacks, ProgressClock& clock) {
  step.begin();
  for (const auto& callback : callbacks) callback->on_test_begin();
  feed.begin_epoch(true);
  Batch batch;
  std::int64_t i = 0;
  for (; feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_test_batch_begin(i);
    step.test(batch);
    if (!callbacks.empty()) {
      const Logs logs = any_reads_batch_logs(callbacks) ? step.logs() : Logs();
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
