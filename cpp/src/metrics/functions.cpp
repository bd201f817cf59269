#include "lamina/metrics/functions.hpp"

#include <limits>

#include "core/check.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/pairs.hpp"
#include "ops/support.hpp"
#include "ops/trailing_axis.hpp"

namespace lamina {

Tensor comparable(const Tensor& values) {
  if (is_floating(values.dtype())) return values;
  return values.cast(values.dtype() == Dtype::boolean ? Dtype::float32 : Dtype::float64);
}

Tensor labels_of_shape(const Owner& owner, const Tensor& target, const Shape& wanted,
                       const Shape& prediction) {
  const Tensor labels = ops::with_trailing_axis_of(target, wanted);
  if (labels.shape() != wanted) {
    fail(ErrorKind::value, owner, " got targets of shape ", target.shape(),
         " for predictions of shape ", prediction, ", expected ", wanted);
  }
  return labels;
}

Outputs outputs_of(const Shape& target, const Shape& prediction) {
  if (prediction.rank() <= 1 || prediction.last() == 1) return Outputs::binary;
  const bool sparse = target.rank() < prediction.rank() || target.last() == 1;
  return sparse ? Outputs::sparse : Outputs::categorical;
}

namespace metrics {
namespace {

// Scores of rows of `cols` outputs each, in the shape `shape`.
Tensor scores(const char* name, AccuracyKind kind, const Tensor& labels, const Tensor& prediction,
              double threshold, const Shape& shape, std::int64_t cols) {
  Tensor result = Tensor::empty(shape, prediction.dtype(), prediction.device());
  if (result.size() == 0) return result;
  ops::shared_backend(name, {&prediction, &labels})
      .accuracy({prediction.dtype(), kind, threshold, result.size(), cols, prediction.data(),
                 labels.data(), result.mutable_data()});
  return result;
}

Tensor of_elements(const char* name, AccuracyKind kind, const Tensor& target,
                   const Tensor& predicted, double threshold) {
  const Tensor prediction = comparable(predicted);
  const Shape& shape = prediction.shape();
  const Tensor labels =
      labels_of_shape({name, false}, target, shape, shape).cast(prediction.dtype());
  return scores(name, kind, labels, prediction, threshold, shape, 1);
}

Shape rows_of(const char* name, const Tensor& prediction) {
  if (prediction.rank() == 0 || prediction.shape().last() == 0) {
    fail(ErrorKind::value, name, " got predictions of shape ", prediction.shape(),
         ", expected (..., classes)");
  }
  return prediction.shape().without(-1);
}

// Both as float tensors of one dtype and shape.
struct Pair {
  Tensor target, prediction;
};

Pair pair_of(const char* name, const Tensor& target, const Tensor& predicted) {
  const Tensor prediction = ops::floating(predicted);
  return {labels_of_shape({name, false}, target, prediction.shape(), prediction.shape())
              .cast(prediction.dtype()),
          prediction};
}

// Fewer than k outputs of a row are larger than that of its label. A NaN is larger than none, and a
// label out of range is never right.
Tensor in_top_k(const Tensor& labels, const Tensor& prediction, std::int64_t k) {
  const NoGrad no_grad;
  const std::int64_t classes = prediction.shape().last();
  const Tensor chosen = ops::one_hot(labels, classes, -1, Dtype::boolean);
  const auto constant = [&](double value) {
    return Tensor::scalar(value, prediction.dtype(), prediction.device());
  };
  // The sum's other terms are 0, so it is the label's output itself.
  const Tensor own = ops::sum(ops::where(chosen, prediction, constant(0)), {-1}, true);
  const Tensor floor = constant(-std::numeric_limits<double>::infinity());
  const Tensor above = ops::greater(prediction, ops::where(ops::isnan(own), floor, own));
  const Tensor rank = ops::sum(above.cast(prediction.dtype()), {-1});
  const Tensor right =
      ops::logical_and(ops::less(rank, constant(static_cast<double>(k))), ops::any(chosen, {-1}));
  return right.cast(prediction.dtype());
}

}  // namespace

Tensor accuracy(const Tensor& target, const Tensor& prediction) {
  return of_elements("accuracy", AccuracyKind::exact, target, prediction, 0);
}

Tensor binary_accuracy(const Tensor& target, const Tensor& prediction, double threshold) {
  return of_elements("binary_accuracy", AccuracyKind::binary, target, prediction, threshold);
}

Tensor categorical_accuracy(const Tensor& target, const Tensor& predicted) {
  const char* name = "categorical_accuracy";
  const Tensor prediction = comparable(predicted);
  const Shape rows = rows_of(name, prediction);
  const Tensor labels =
      labels_of_shape({name, false}, target, prediction.shape(), prediction.shape());
  return scores(name, AccuracyKind::categorical, labels.cast(prediction.dtype()), prediction, 0,
                rows, prediction.shape().last());
}

Tensor sparse_categorical_accuracy(const Tensor& target, const Tensor& predicted) {
  const char* name = "sparse_categorical_accuracy";
  const Tensor prediction = comparable(predicted);
  const Shape rows = rows_of(name, prediction);
  const Tensor labels = labels_of_shape({name, false}, target, rows, prediction.shape());
  return scores(name, AccuracyKind::sparse, labels.cast(Dtype::int64), prediction, 0, rows,
                prediction.shape().last());
}

Tensor top_k_categorical_accuracy(const Tensor& target, const Tensor& predicted, std::int64_t k) {
  const char* name = "top_k_categorical_accuracy";
  const Tensor prediction = comparable(predicted);
  rows_of(name, prediction);
  const Tensor labels =
      labels_of_shape({name, false}, target, prediction.shape(), prediction.shape());
  return in_top_k(ops::argmax(labels, -1), prediction, k);
}

Tensor sparse_top_k_categorical_accuracy(const Tensor& target, const Tensor& predicted,
                                         std::int64_t k, bool from_sorted_ids) {
  const char* name = "sparse_top_k_categorical_accuracy";
  const Tensor prediction = from_sorted_ids ? predicted : comparable(predicted);
  const Shape rows = rows_of(name, prediction);
  const Tensor labels =
      labels_of_shape({name, false}, target, rows, prediction.shape()).cast(Dtype::int64);
  if (!from_sorted_ids) return in_top_k(labels, prediction, k);
  const Tensor ids = prediction.cast(Dtype::int64);
  const Tensor first = k < ids.shape().last() ? ops::split_at(ids, {k}, -1).front() : ids;
  return ops::any(ops::equal(first, ops::expand_dims(labels, -1)), {-1}).cast(Dtype::float32);
}

Tensor cosine_similarity(const Tensor& target, const Tensor& prediction,
                         const std::vector<int>& axes) {
  const Pair of = pair_of("cosine_similarity", target, prediction);
  return ops::sum(ops::normalize(of.target, axes) * ops::normalize(of.prediction, axes), axes);
}

Tensor pearson_correlation(const Tensor& target, const Tensor& prediction,
                           const std::vector<int>& axes) {
  const Pair of = pair_of("pearson_correlation", target, prediction);
  const auto standardized = [&](const Tensor& x) {
    return (x - ops::mean(x, axes, true)) / ops::std(x, axes, true);
  };
  return ops::mean(standardized(of.target) * standardized(of.prediction), axes);
}

Tensor concordance_correlation(const Tensor& target, const Tensor& prediction,
                               const std::vector<int>& axes) {
  constexpr double epsilon = 1e-7;  // Keras's, against a division by zero
  const Pair of = pair_of("concordance_correlation", target, prediction);
  const Tensor m = ops::mean(of.target, axes, true), n = ops::mean(of.prediction, axes, true);
  const Tensor covariance = ops::mean((of.target - m) * (of.prediction - n), axes);
  const Tensor spread = ops::var(of.target, axes) + ops::var(of.prediction, axes) +
                        ops::mean(ops::square(m - n), axes);
  return covariance * 2 / (spread + epsilon);
}

}  // namespace metrics
}  // namespace lamina
