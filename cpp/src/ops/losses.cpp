#include "lamina/ops/losses.hpp"

#include <cmath>
#include <optional>

#include "core/faults.hpp"
#include "lamina/core/messages.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/ops/softmax.hpp"
#include "ops/support.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina::ops {
namespace {

// One weight for each row; all rows of a sample have its weight.
Tensor row_weights(const char* name, const Tensor& weight, const Tensor& prediction,
                   std::int64_t rows) {
  if (!weight.defined()) return weight;
  const std::int64_t batch = prediction.shape()[0];
  Tensor flat = weight.cast(prediction.dtype());
  if (flat.size() != batch && flat.size() != rows) {
    fail(ErrorKind::value, name, " got sample weights of shape ", weight.shape(), ", expected ",
         Shape{batch}, ": one for each sample");
  }
  flat = flat.reshape({-1});
  if (flat.size() == rows) return flat;
  const Tensor ones = Tensor::full({batch, rows / batch}, 1.0, flat.dtype(), flat.device());
  return binary(BinaryOp::multiply, flat.reshape({batch, 1}), ones).reshape({-1});
}

Tensor loss_along_axis(const char* name, LossKind kind, const Tensor& target,
                       const Tensor& prediction, const LossOptions& options);

// Each row's loss, made of operations: for labels that are differentiated by too, as a teacher's
// predictions may be. The kernels know the gradient by the predictions alone.
Tensor rows_with_label_gradients(LossKind kind, const Tensor& p, const Tensor& labels,
                                 const LossOptions& options) {
  const double smoothing = options.label_smoothing, clip_low = 1e-7;
  const auto clipped = [&](const Tensor& q) { return clip(q, clip_low, 1 - clip_low); };
  switch (kind) {
    case LossKind::mean_squared_error: return mean(square(p - labels), {-1});
    case LossKind::mean_absolute_error: return mean(abs(p - labels), {-1});
    case LossKind::log_cosh: {
      const Tensor e = p - labels;
      return mean(e + softplus(e * -2.0) - std::log(2.0), {-1});
    }
    case LossKind::huber:
    case LossKind::smooth_l1: {
      const Tensor size = abs(p - labels), inner = clip(size, 0, options.delta);
      const Tensor each = square(inner) * 0.5 + (size - inner) * options.delta;
      return mean(kind == LossKind::huber ? each : each / options.delta, {-1});
    }
    case LossKind::binary_crossentropy: {
      const Tensor t = labels * (1 - smoothing) + 0.5 * smoothing;
      if (options.from_logits) return mean(softplus(p) - p * t, {-1});
      const Tensor q = clipped(p);
      return -mean(t * log(q) + (1.0 - t) * log(1.0 - q), {-1});
    }
    default: {
      const auto classes = static_cast<double>(p.shape().last());
      const Tensor t = labels * (1 - smoothing) + smoothing / classes;
      const Tensor logs =
          options.from_logits ? log_softmax(p) : log(clipped(p / sum(p, {-1}, true)));
      return -sum(t * logs, {-1});
    }
  }
}

Tensor loss(const char* name, LossKind kind, const Tensor& target, const Tensor& predicted,
            const LossOptions& options) {
  if (!(options.label_smoothing >= 0 && options.label_smoothing <= 1)) {
    fail(ErrorKind::value, name, " needs label_smoothing in [0, 1], got ", options.label_smoothing);
  }
  const bool has_delta = kind == LossKind::huber || kind == LossKind::smooth_l1;
  if (!(options.delta > 0 && std::isfinite(options.delta))) {
    fail(ErrorKind::value, name, " needs delta finite and above 0, got ", options.delta);
  }
  if (predicted.rank() < 1 || predicted.size() == 0) {
    fail(ErrorKind::value, name, " needs at least one prediction, got shape ", predicted.shape());
  }
  if (options.axis != -1 && predicted.shape().axis(options.axis) != predicted.rank() - 1) {
    return loss_along_axis(name, kind, target, predicted, options);
  }
  // A vector of predictions is a batch of scalars.
  const Tensor prediction =
      floating(predicted.rank() == 1 ? predicted.reshape({-1, 1}) : predicted);
  const bool sparse = kind == LossKind::sparse_categorical_crossentropy;
  if (sparse && options.label_smoothing != 0) {
    fail(ErrorKind::value, name, " has no label_smoothing, got ", options.label_smoothing,
         "; use categorical_crossentropy with one-hot labels");
  }
  const std::int64_t rows = leading_rows(prediction.shape()), cols = prediction.shape().last();
  const Tensor matched =
      matched_target(name, target, sparse ? prediction.shape().without(-1) : prediction.shape());
  const Tensor labels = matched.cast(sparse ? Dtype::int64 : prediction.dtype());
  const Tensor weights = row_weights(name, options.sample_weight, prediction, rows);
  const bool averaged = options.reduction == Reduction::sum_over_batch_size;
  const double scale = averaged ? 1.0 / static_cast<double>(rows) : 1.0;
  if (needs_grad({labels})) {
    const Tensor each = rows_with_label_gradients(kind, prediction, labels, options);
    const Tensor products = weights.defined() ? each * weights.reshape(each.shape()) : each;
    return options.reduction == Reduction::none ? products : sum(products) * scale;
  }

  const bool recorded = needs_grad({prediction});
  Tensor losses = Tensor::empty({rows}, prediction.dtype(), prediction.device());
  Tensor grad = recorded ? Tensor::empty_like(prediction) : Tensor();
  std::optional<FaultCheck> fault;
  if (sparse) fault.emplace(name, FaultKind::label, prediction.device());
  shared_backend(name, {&prediction, &labels, &weights})
      .loss({prediction.dtype(),
             kind,
             options.from_logits,
             {has_delta ? options.delta : options.label_smoothing},
             rows,
             cols,
             prediction.data(),
             labels.data(),
             data_or_null(weights),
             scale,
             losses.mutable_data(),
             recorded ? grad.mutable_data() : nullptr,
             fault ? fault->record() : nullptr});
  if (fault) fault->look(prediction.shape());

  if (weights.defined()) losses = binary(BinaryOp::multiply, losses, weights);
  if (options.reduction == Reduction::none) {
    losses = losses.reshape(prediction.shape().without(-1));
    if (!recorded) return losses;
    return record(name, {prediction}, losses, {grad},
                  [](const Tensor& dy, const TensorList& s, Needs) {
                    Shape column = dy.shape();
                    column.push_back(1);
                    return TensorList{binary(BinaryOp::multiply, s[0], dy.reshape(column))};
                  });
  }
  Tensor y = Tensor::empty({}, prediction.dtype(), prediction.device());
  backend(losses).reduce(
      {prediction.dtype(), ReduceOp::sum, 1, rows, 1, losses.data(), y.mutable_data(), scale});
  if (!recorded) return y;
  return record(name, {prediction}, y, {grad}, [](const Tensor& dy, const TensorList& s, Needs) {
    return TensorList{binary(BinaryOp::multiply, s[0], dy)};
  });
}

// The kernels see rows, so that axis becomes the last.
Tensor loss_along_axis(const char* name, LossKind kind, const Tensor& target,
                       const Tensor& prediction, const LossOptions& options) {
  const int axis = prediction.shape().axis(options.axis);
  LossOptions along_last = options;
  along_last.axis = -1;
  const Tensor rows = moveaxis(prediction, {axis}, {-1});
  if (kind == LossKind::sparse_categorical_crossentropy) {
    // The classes' axis may stand in the labels, with extent 1.
    const Shape labels = prediction.shape().without(axis);
    const bool has_axis = target.shape() == prediction.shape().with(axis, 1);
    return loss(name, kind, has_axis ? target.reshape(labels) : target, rows, along_last);
  }
  Tensor labels = moveaxis(matched_target(name, target, prediction.shape()), {axis}, {-1});
  if (kind == LossKind::categorical_crossentropy && options.label_smoothing != 0) {
    // Keras smooths by the extent of the last axis, wherever the classes are.
    labels = labels.cast(floating(prediction).dtype()) * (1 - options.label_smoothing) +
             options.label_smoothing / static_cast<double>(prediction.shape().last());
    along_last.label_smoothing = 0;
  }
  return loss(name, kind, labels, rows, along_last);
}

}  // namespace

Tensor mean_squared_error(const Tensor& target, const Tensor& prediction,
                          const LossOptions& options) {
  return loss("mean_squared_error", LossKind::mean_squared_error, target, prediction, options);
}

Tensor binary_crossentropy(const Tensor& target, const Tensor& prediction,
                           const LossOptions& options) {
  return loss("binary_crossentropy", LossKind::binary_crossentropy, target, prediction, options);
}

Tensor categorical_crossentropy(const Tensor& target, const Tensor& prediction,
                                const LossOptions& options) {
  if (prediction.rank() > 1 && prediction.shape()[options.axis] == 1) {
    warn(
        "categorical_crossentropy got predictions of 1 class, for which nothing is learned; use "
        "binary_crossentropy for two classes in one output");
  }
  return loss("categorical_crossentropy", LossKind::categorical_crossentropy, target, prediction,
              options);
}

Tensor sparse_categorical_crossentropy(const Tensor& target, const Tensor& prediction,
                                       const LossOptions& options) {
  return loss("sparse_categorical_crossentropy", LossKind::sparse_categorical_crossentropy, target,
              prediction, options);
}

Tensor mean_absolute_error(const Tensor& target, const Tensor& prediction,
                           const LossOptions& options) {
  return loss("mean_absolute_error", LossKind::mean_absolute_error, target, prediction, options);
}

Tensor huber(const Tensor& target, const Tensor& prediction, const LossOptions& options) {
  return loss("huber", LossKind::huber, target, prediction, options);
}

Tensor smooth_l1(const Tensor& target, const Tensor& prediction, const LossOptions& options) {
  return loss("smooth_l1", LossKind::smooth_l1, target, prediction, options);
}

Tensor log_cosh(const Tensor& target, const Tensor& prediction, const LossOptions& options) {
  return loss("log_cosh", LossKind::log_cosh, target, prediction, options);
}

}  // namespace lamina::ops
