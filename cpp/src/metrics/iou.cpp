#include "lamina/metrics/iou.hpp"

#include <numeric>

#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "metrics/options.hpp"
#include "metrics/weights.hpp"
#include "ops/support.hpp"

namespace lamina {
namespace {

Tensor class_numbers(const Tensor& values, bool sparse, std::int64_t axis) {
  return (sparse ? values : ops::argmax(values, static_cast<int>(axis))).cast(Dtype::int64);
}

std::vector<std::int64_t> all_classes(std::int64_t count) {
  std::vector<std::int64_t> ids(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
  std::iota(ids.begin(), ids.end(), 0);
  return ids;
}

}  // namespace

IoU::IoU(const Options& options) : IoU("IoU", options) {}

IoU::IoU(const char* type, const Options& options)
    : Metric(type, name_or_default(type, options.name)), options_(options) {
  require(options.num_classes >= 1, type, "num_classes", options.num_classes, "above 0");
  if (options.target_class_ids.empty()) {
    fail(ErrorKind::value, type, " needs target_class_ids, the classes to measure");
  }
  for (const std::int64_t id : options.target_class_ids) {
    require(id >= 0 && id < options.num_classes, type, "target_class_ids", id,
            concat("in [0, ", options.num_classes, ")").c_str());
  }
  confusion_ = add_variable("total_confusion_matrix", {options.num_classes, options.num_classes});
}

void IoU::update(const Tensor& target, const Tensor& prediction, const Tensor& sample_weight) {
  const NoGrad no_grad;
  const Owner self = owner(*this);
  const Tensor truth = class_numbers(target, options_.sparse_y_true, options_.axis);
  const Tensor given = class_numbers(prediction, options_.sparse_y_pred, options_.axis);
  if (truth.size() != given.size()) {
    fail(ErrorKind::value, self, " got targets of shape ", target.shape(),
         " for predictions of shape ", prediction.shape(), ", which say ", truth.size(), " and ",
         given.size(), " classes");
  }
  if (given.size() == 0) return;
  const Tensor weights = fitted_weights(self, sample_weight, {}, given.shape());
  if (confusion_.device() != given.device()) move_to(given.device());
  const bool is_weighted = weights.defined();
  ops::shared_backend(name(), {&given, &truth, &weights})
      .count_classes({is_weighted ? weights.dtype() : Dtype::float64, given.size(),
                      is_weighted ? given.size() / weights.size() : 1, options_.num_classes,
                      options_.ignore_class.value_or(-1), ops::integers(truth),
                      ops::integers(given), is_weighted ? weights.data() : nullptr,
                      static_cast<double*>(confusion_.begin_update())});
}

double IoU::result() const {
  constexpr double epsilon = 1e-7;  // Keras's, against a division by zero
  const auto classes = static_cast<std::size_t>(options_.num_classes);
  const std::vector<double> matrix = confusion_.value().to_vector<double>();
  double sum = 0, present = 0;
  for (const std::int64_t id : options_.target_class_ids) {
    const auto c = static_cast<std::size_t>(id);
    double either = -matrix[c * classes + c];
    for (std::size_t i = 0; i < classes; ++i) {
      either += matrix[c * classes + i] + matrix[i * classes + c];
    }
    if (either <= 1e-9) continue;  // the class does not occur
    sum += matrix[c * classes + c] / (either + epsilon);
    present += 1;
  }
  return sum / (present + epsilon);
}

Config IoU::config() const { return config_of(*this, options_); }

BinaryIoU::BinaryIoU(const Options& options)
    : IoU("BinaryIoU",
          {.num_classes = 2, .target_class_ids = options.target_class_ids, .name = options.name}),
      options_(options) {}

void BinaryIoU::update(const Tensor& target, const Tensor& given, const Tensor& weight) {
  const Tensor prediction = ops::floating(given);
  const Tensor limit = Tensor::scalar(options_.threshold, prediction.dtype(), prediction.device());
  IoU::update(target, ops::greater_equal(prediction, limit), weight);
}

Config BinaryIoU::config() const { return config_of(*this, options_); }

MeanIoU::MeanIoU(const Options& options)
    : IoU("MeanIoU", {.num_classes = options.num_classes,
                      .target_class_ids = all_classes(options.num_classes),
                      .ignore_class = options.ignore_class,
                      .sparse_y_true = options.sparse_y_true,
                      .sparse_y_pred = options.sparse_y_pred,
                      .axis = options.axis,
                      .name = options.name}),
      options_(options) {}

Config MeanIoU::config() const { return config_of(*this, options_); }

OneHotIoU::OneHotIoU(const Options& options)
    : IoU("OneHotIoU", {.num_classes = options.num_classes,
                        .target_class_ids = options.target_class_ids,
                        .ignore_class = options.ignore_class,
                        .sparse_y_true = false,
                        .sparse_y_pred = options.sparse_y_pred,
                        .axis = options.axis,
                        .name = options.name}),
      options_(options) {}

Config OneHotIoU::config() const { return config_of(*this, options_); }

OneHotMeanIoU::OneHotMeanIoU(const Options& options)
    : IoU("OneHotMeanIoU", {.num_classes = options.num_classes,
                            .target_class_ids = all_classes(options.num_classes),
                            .ignore_class = options.ignore_class,
                            .sparse_y_true = false,
                            .sparse_y_pred = options.sparse_y_pred,
                            .axis = options.axis,
                            .name = options.name}),
      options_(options) {}

Config OneHotMeanIoU::config() const { return config_of(*this, options_); }

}  // namespace lamina
