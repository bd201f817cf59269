#include "training/run_options.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"

namespace lamina {

void check(const std::string& owner, const FitOptions& options) {
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
  if (options.validation_y.defined() && !options.validation_x.defined()) {
    fail(ErrorKind::value, owner, " got y to validate with, but no x");
  }
}

bool validates_after(const FitOptions& options, std::int64_t epoch) {
  const auto& epochs = options.validation_epochs;
  return epochs.empty() ? (epoch + 1) % options.validation_freq == 0
                        : std::find(epochs.begin(), epochs.end(), epoch + 1) != epochs.end();
}

void attach(const Callbacks& callbacks, Model& model) {
  for (const auto& callback : callbacks) {
    if (!callback) fail(ErrorKind::value, "a callback is empty; pass objects of Callback");
    callback->set_model(&model);
  }
}

}  // namespace lamina
