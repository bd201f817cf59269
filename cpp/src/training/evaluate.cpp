// Model's methods that compare predictions with labels, and train nothing.
#include "training/loop.hpp"

namespace lamina {
namespace {

Logs evaluate_batches(TrainingStep& step, const std::string& owner, BatchSource& source,
                      const EvaluateOptions& options) {
  attach(options.callbacks, step.model());
  Feed feed(owner, source, options.steps, step.model().dtype());
  ProgressClock clock(options.on_progress);
  return run_test(step, feed, options.callbacks, clock);
}

}  // namespace

Logs Model::evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options) {
  const std::string owner = "evaluate of '" + name() + "'";
  TrainingStep step(*this);
  Batches batches(owner, x, y, options.sample_weight, options.batch_size, dtype());
  return evaluate_batches(step, owner, batches, options);
}

Logs Model::evaluate(BatchSource& source, const EvaluateOptions& options) {
  TrainingStep step(*this);
  return evaluate_batches(step, "evaluate of '" + name() + "'", source, options);
}

Logs Model::test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
  TrainingStep step(*this);
  const Batch batch =
      single_batch("test_on_batch of '" + name() + "'", x, y, sample_weight, dtype());
  step.begin();
  step.test(batch);
  return step.logs();
}

}  // namespace lamina
