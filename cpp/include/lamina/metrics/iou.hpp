// Intersection over union of classes, from their confusion matrix.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lamina/metrics/metric.hpp"

namespace lamina {

struct IoUOptions {
  std::int64_t num_classes = 0;                     ///< at least 1
  std::vector<std::int64_t> target_class_ids = {};  ///< the classes whose mean is given
  std::optional<std::int64_t> ignore_class = {};    ///< a label that does not count
  bool sparse_y_true = true;  ///< whether targets are class numbers, else scores along the axis
  bool sparse_y_pred = true;  ///< the same of predictions
  std::int64_t axis = -1;     ///< of scores
  std::string name = {};
};

/// Of each class what both say over what either says; the mean over the classes that occur.
/// Class numbers out of range do not count.
class LAMINA_API IoU : public Metric {
 public:
  using Options = IoUOptions;
  explicit IoU(const Options& options);
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  double result() const override;
  Config config() const override;

 protected:
  IoU(const char* type, const Options& options);

 private:
  Options options_;
  Variable confusion_;  // (classes, classes): a row a target, a column a prediction
};

struct BinaryIoUOptions {
  std::vector<std::int64_t> target_class_ids = {0, 1};
  double threshold = 0.5;  ///< predictions of at least it are class 1
  std::string name = {};
};
class LAMINA_API BinaryIoU : public IoU {
 public:
  using Options = BinaryIoUOptions;
  explicit BinaryIoU(const Options& options = {});
  void update(const Tensor& target, const Tensor& prediction, const Tensor& weight) override;
  Config config() const override;

 private:
  Options options_;
};

struct MeanIoUOptions {
  std::int64_t num_classes = 0;
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_true = true;
  bool sparse_y_pred = true;
  std::int64_t axis = -1;
  std::string name = {};
};
/// The mean over all classes that occur.
class LAMINA_API MeanIoU : public IoU {
 public:
  using Options = MeanIoUOptions;
  explicit MeanIoU(const Options& options);
  Config config() const override;

 private:
  Options options_;
};

struct OneHotIoUOptions {
  std::int64_t num_classes = 0;
  std::vector<std::int64_t> target_class_ids = {};
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_pred = false;
  std::int64_t axis = -1;
  std::string name = {};
};
/// IoU of one-hot targets.
class LAMINA_API OneHotIoU : public IoU {
 public:
  using Options = OneHotIoUOptions;
  explicit OneHotIoU(const Options& options);
  Config config() const override;

 private:
  Options options_;
};

struct OneHotMeanIoUOptions {
  std::int64_t num_classes = 0;
  std::optional<std::int64_t> ignore_class = {};
  bool sparse_y_pred = false;
  std::int64_t axis = -1;
  std::string name = {};
};
/// MeanIoU of one-hot targets.
class LAMINA_API OneHotMeanIoU : public IoU {
 public:
  using Options = OneHotMeanIoUOptions;
  explicit OneHotMeanIoU(const Options& options);
  Config config() const override;

 private:
  Options options_;
};

}  // namespace lamina
