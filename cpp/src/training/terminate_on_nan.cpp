#include "lamina/training/terminate_on_nan.hpp"

#include <cmath>

#include "core/check.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/models/model.hpp"
#include "training/monitor.hpp"

namespace lamina {

void TerminateOnNaN::on_train_batch_end(std::int64_t batch, const Logs& logs) {
  const double* loss = find(logs, "loss");
  if (loss == nullptr || std::isfinite(*loss)) return;
  if (raise_error_) {
    fail(ErrorKind::state, "the loss is ", *loss, " after batch ", batch,
         " of the epoch, which began with 0; lower the learning rate, clip gradients, or look for "
         "NaN in the data");
  }
  say(concat("Batch ", batch, ": Invalid loss, terminating training"));
  model_of(*this, "TerminateOnNaN").set_stop_training(true);
}

}  // namespace lamina
