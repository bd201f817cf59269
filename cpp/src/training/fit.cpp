// Model's methods that train: fit, and one batch by itself.
#include "core/check.hpp"
#include "training/loop.hpp"
#include "training/split.hpp"

namespace lamina {

History Model::fit(const Tensors& x, const Tensors& y, const FitOptions& options) {
  const std::string owner = "fit of '" + name() + "'";
  TrainingStep step(*this);
  check(owner, options);
  check_samples(owner, x, y, options.sample_weight);
  const Split split = split_samples(owner, {x, y, options.sample_weight}, options);
  const Samples& trained = split.trained;
  const Tensors weight =
      weights_by_class(owner, trained.y, trained.sample_weight, options.class_weight);
  Batches batches(owner, trained.x, trained.y, weight, options.batch_size, dtype());
  if (options.shuffle) batches.shuffle_by(step.state().shuffle);
  if (!trains_by_itself()) ensure_built(shapes_of(x));
  Feed feed(owner, batches, options.steps_per_epoch, dtype());
  Validation validation(owner, split.held_out, options, dtype());
  return run_epochs(step, feed, validation.feed(), options);
}

History Model::fit(BatchSource& source, const FitOptions& options) {
  const std::string owner = "fit of '" + name() + "'";
  TrainingStep step(*this);
  check(owner, options);
  if (options.validation_split != 0 || options.sample_weight.defined()) {
    fail(ErrorKind::value, owner,
         " takes no validation_split and no sample_weight with batches of your own; give "
         "validation data, and weights within each batch");
  }
  Feed feed(owner, source, options.steps_per_epoch, dtype());
  feed.weigh_classes(options.class_weight);
  if (!trains_by_itself()) ensure_built(feed.first_shapes());
  Validation validation(
      owner, {options.validation_x, options.validation_y, options.validation_sample_weight},
      options, dtype());
  return run_epochs(step, feed, validation.feed(), options);
}

Logs Model::train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight,
                           const std::vector<std::pair<std::int64_t, double>>& class_weight) {
  const std::string owner = "train_on_batch of '" + name() + "'";
  TrainingStep step(*this);
  const Batch batch =
      single_batch(owner, x, y, weights_by_class(owner, y, sample_weight, class_weight), dtype());
  if (!trains_by_itself()) ensure_built(shapes_of(x));
  step.begin();
  step.train(batch);
  return step.logs();
}

namespace {

// Within a run, its step; else one that adds to what the metrics hold.
template <class Use>
auto with_step(Model& model, TrainingStep* current, Use use) {
  if (current != nullptr && current->on_this_thread()) return use(*current);
  TrainingStep step(model);
  step.resume();
  return use(step);
}

}  // namespace

Logs Model::train_step(const Batch& batch) {
  return with_step(*this, compile_state().step, [&](TrainingStep& step) {
    step.train_built_in(batch);
    return step.built_in_logs();
  });
}

Logs Model::test_step(const Batch& batch) {
  return with_step(*this, compile_state().step, [&](TrainingStep& step) {
    step.test_built_in(batch);
    return step.built_in_logs();
  });
}

Tensor Model::compute_loss(const Batch& batch, const Tensors& predictions, bool training) {
  return with_step(*this, compile_state().step, [&](TrainingStep& step) {
    return step.compute_loss(batch, predictions, training);
  });
}

void Model::update_metrics(const Batch& batch, const Tensors& predictions) {
  with_step(*this, compile_state().step,
            [&](TrainingStep& step) { step.update_metrics(batch, predictions); });
}

}  // namespace lamina
