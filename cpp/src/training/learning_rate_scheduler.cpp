#include "lamina/training/learning_rate_scheduler.hpp"

#include "core/check.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {
namespace {

constexpr const char* owner = "LearningRateScheduler";

}  // namespace

LearningRateScheduler::LearningRateScheduler(Schedule schedule, std::int64_t verbose)
    : schedule_(std::move(schedule)), verbose_(verbose) {
  if (!schedule_) fail(ErrorKind::value, owner, " got an empty schedule; pass a function");
}

void LearningRateScheduler::on_epoch_begin(std::int64_t epoch) {
  Optimizer& optimizer = model_of(*this, owner).optimizer();
  const double learning_rate = schedule_(epoch, optimizer.learning_rate());
  optimizer.set_learning_rate(learning_rate);
  if (verbose_ > 0) {
    say(concat("Epoch ", epoch + 1, ": LearningRateScheduler setting learning rate to ",
               learning_rate, "."));
  }
}

void LearningRateScheduler::on_epoch_end(std::int64_t /*epoch*/, Logs& logs) {
  write(logs, "learning_rate", model_of(*this, owner).optimizer().learning_rate());
}

}  // namespace lamina
