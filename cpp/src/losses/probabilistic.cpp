#include "lamina/losses/probabilistic.hpp"

#include <algorithm>

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/ops/softmax.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

Tensor kl_divergence(const Tensor& target, const Tensor& prediction) {
  const auto [given, predicted] = compared("kl_divergence", target, prediction);
  const Tensor t = ops::clip(given, loss_epsilon, 1), p = ops::clip(predicted, loss_epsilon, 1);
  return ops::sum(t * ops::log(t / p), {-1});
}

Tensor poisson(const Tensor& target, const Tensor& prediction) {
  const auto [t, p] = compared("poisson", target, prediction);
  return ops::mean(p - t * ops::log(p + loss_epsilon), {-1});
}

// Probabilities that have a logarithm, and so have their complements.
Tensor clipped(const Tensor& p) { return ops::clip(p, loss_epsilon, 1 - loss_epsilon); }

// x^gamma for x in [0, 1]. A power below 1 has no finite slope at 0, so that x stops short of it.
Tensor modulation(const Tensor& x, double gamma) {
  return ops::power(gamma < 1 ? ops::clip(x, loss_epsilon, 1) : x, gamma);
}

Tensor binary_focal_crossentropy(const Tensor& target, const Tensor& prediction,
                                 const BinaryFocalCrossentropyOptions& options) {
  const auto [given, predicted] = compared("binary_focal_crossentropy", target, prediction);
  const double smoothing = options.label_smoothing;
  const Tensor t = smoothing == 0 ? given : given * (1 - smoothing) + 0.5 * smoothing;
  const Tensor p = options.from_logits ? ops::sigmoid(predicted) : predicted;
  const Tensor q = clipped(p);
  const Tensor crossentropy = -(t * ops::log(q) + (1.0 - t) * ops::log(1.0 - q));
  const Tensor right = t * p + (1.0 - t) * (1.0 - p);
  Tensor losses = modulation(1.0 - right, options.gamma) * crossentropy;
  if (options.apply_class_balancing) {
    losses = losses * (t * options.alpha + (1.0 - t) * (1 - options.alpha));
  }
  return ops::mean(losses, {static_cast<int>(options.axis)});
}

// One number, or one for each class beside `axis`. They are filled in where the predictions lie: a
// step takes nothing from the host but its batch.
Tensor class_weights(const Tensor& prediction, const std::vector<double>& alpha, int axis) {
  const std::int64_t classes = prediction.shape()[axis];
  if (alpha.size() == 1) return number_beside(prediction, alpha[0]);
  if (static_cast<std::int64_t>(alpha.size()) != classes) {
    fail(ErrorKind::value,
         "categorical_focal_crossentropy needs alpha to be one number, or one for ", "each of the ",
         classes, " classes, got ", alpha.size());
  }
  TensorList each;
  for (double weight : alpha) {
    each.push_back(Tensor::full({1}, weight, prediction.dtype(), prediction.device()));
  }
  Shape shape;
  for (int i = 0; i < prediction.rank(); ++i) shape.push_back(1);
  return ops::concatenate(each).reshape(shape.with(axis, classes));
}

Tensor categorical_focal_crossentropy(const Tensor& target, const Tensor& prediction,
                                      const CategoricalFocalCrossentropyOptions& options) {
  const auto [given, predicted] = compared("categorical_focal_crossentropy", target, prediction);
  const int axis = predicted.shape().axis(static_cast<int>(options.axis));
  const double smoothing = options.label_smoothing;
  const auto last = static_cast<double>(given.shape().last());  // as Keras, whatever the axis
  const Tensor t = smoothing == 0 ? given : given * (1 - smoothing) + smoothing / last;
  const Tensor p = options.from_logits ? ops::softmax(predicted, axis) : predicted;
  const Tensor q = clipped(p / ops::sum(p, {axis}, true));
  const Tensor weight =
      ops::power(1.0 - q, options.gamma) * class_weights(predicted, options.alpha, axis);
  return -ops::sum(weight * t * ops::log(q), {axis});
}

// Entries of that label have loss 0, and a mask rules them out of means. Their predictions do not
// matter, even if they are no numbers.
Tensor crossentropy_ignoring(std::int64_t ignored, const Tensor& target, const Tensor& prediction,
                             ops::LossOptions options) {
  const char* name = "sparse_categorical_crossentropy";
  const int axis = prediction.shape().axis(options.axis);
  const Shape rows = prediction.shape().without(axis);
  const bool has_axis = target.shape() == prediction.shape().with(axis, 1);
  const Tensor labels = (has_axis ? target.reshape(rows) : ops::matched_target(name, target, rows))
                            .cast(Dtype::int64);
  const Tensor counts = ops::not_equal(labels, number_beside(labels, static_cast<double>(ignored)));
  const Tensor kept = ops::where(ops::expand_dims(counts, axis), ops::floating(prediction),
                                 number_beside(ops::floating(prediction), 1));
  options.reduction = ops::Reduction::none;
  const Tensor losses = ops::sparse_categorical_crossentropy(
      ops::where(counts, labels, number_beside(labels, 0)), kept, options);
  return ops::where(counts, losses, number_beside(losses, 0)).with_mask(counts);
}

// p^q has no finite slope at 0: below epsilon it is a line through 0.
Tensor generalized_crossentropy(const Tensor& target, const Tensor& predicted, double q) {
  const char* name = "categorical_generalized_cross_entropy";
  if (predicted.rank() < 2 || predicted.size() == 0) {
    fail(ErrorKind::value, name, " needs predictions (batch, ..., classes), got shape ",
         predicted.shape());
  }
  const Tensor prediction = ops::floating(predicted);
  const Shape rows = prediction.shape().without(-1);
  const Tensor labels =
      class_numbers(name, ops::matched_target(name, target, rows), prediction.shape().last());
  const Tensor p =
      ops::squeeze(ops::take_along_axis(prediction, ops::expand_dims(labels, -1), -1), {-1});
  const Tensor is_small = ops::less(p, number_beside(p, loss_epsilon));
  const Tensor line = p * std::pow(loss_epsilon, q - 1);
  const Tensor power = ops::power(ops::where(is_small, number_beside(p, 1), p), q);
  return (1.0 - ops::where(is_small, line, power)) / q;
}

ops::LossOptions sparse_numbers(const SparseCrossentropyOptions& options) {
  return {.from_logits = options.from_logits,
          .axis = loss_axis("SparseCategoricalCrossentropy", options.axis)};
}

auto ignoring(std::int64_t ignored, const ops::LossOptions& numbers) {
  return [ignored, numbers](const Tensor& t, const Tensor& p) {
    return crossentropy_ignoring(ignored, t, p, numbers);
  };
}

void check_focal(const char* type, double gamma, double label_smoothing) {
  not_negative(type, "gamma", gamma);
  share(type, "label_smoothing", label_smoothing);
}

}  // namespace

KLDivergence::KLDivergence(const Options& options)
    : FusedLoss(described("KLDivergence", options), kl_divergence) {}

Poisson::Poisson(const Options& options) : FusedLoss(described("Poisson", options), poisson) {}

BinaryCrossentropy::BinaryCrossentropy(const Options& options)
    : FusedLoss(described("BinaryCrossentropy", options), ops::binary_crossentropy,
                {.from_logits = options.from_logits,
                 .label_smoothing =
                     share("BinaryCrossentropy", "label_smoothing", options.label_smoothing),
                 .axis = loss_axis("BinaryCrossentropy", options.axis)}) {}

BinaryFocalCrossentropy::BinaryFocalCrossentropy(const Options& options)
    : FusedLoss(described("BinaryFocalCrossentropy", options),
                [options](const Tensor& t, const Tensor& p) {
                  return binary_focal_crossentropy(t, p, options);
                }) {
  check_focal("BinaryFocalCrossentropy", options.gamma, options.label_smoothing);
  share("BinaryFocalCrossentropy", "alpha", options.alpha);
  loss_axis("BinaryFocalCrossentropy", options.axis);
}

CategoricalCrossentropy::CategoricalCrossentropy(const Options& options)
    : FusedLoss(described("CategoricalCrossentropy", options), ops::categorical_crossentropy,
                {.from_logits = options.from_logits,
                 .label_smoothing =
                     share("CategoricalCrossentropy", "label_smoothing", options.label_smoothing),
                 .axis = loss_axis("CategoricalCrossentropy", options.axis)}) {}

CategoricalFocalCrossentropy::CategoricalFocalCrossentropy(const Options& options)
    : FusedLoss(described("CategoricalFocalCrossentropy", options),
                [options](const Tensor& t, const Tensor& p) {
                  return categorical_focal_crossentropy(t, p, options);
                }) {
  check_focal("CategoricalFocalCrossentropy", options.gamma, options.label_smoothing);
  for (double weight : options.alpha) {
    not_negative("CategoricalFocalCrossentropy", "alpha", weight);
  }
  loss_axis("CategoricalFocalCrossentropy", options.axis);
}

SparseCategoricalCrossentropy::SparseCategoricalCrossentropy(const Options& options)
    : FusedLoss(described("SparseCategoricalCrossentropy", options),
                ops::sparse_categorical_crossentropy, sparse_numbers(options),
                options.ignore_class
                    ? Formula(ignoring(*options.ignore_class, sparse_numbers(options)))
                    : Formula()) {}

CategoricalGeneralizedCrossEntropy::CategoricalGeneralizedCrossEntropy(const Options& options)
    : FusedLoss(described("CategoricalGeneralizedCrossEntropy", options),
                [q = options.q](const Tensor& t, const Tensor& p) {
                  return generalized_crossentropy(t, p, q);
                }) {
  require(options.q > 0 && options.q < 1, type(), "q", options.q, "in (0, 1)");
}

}  // namespace lamina
