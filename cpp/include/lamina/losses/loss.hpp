// Losses as objects: what `compile` takes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "lamina/core/config.hpp"
#include "lamina/core/handle.hpp"
#include "lamina/ops/losses.hpp"

namespace lamina {

/// Subclass it for a loss of your own; built-in ones are named below.
class LAMINA_API Loss {
 public:
  Loss(std::string type, std::string name) : type_(std::move(type)), name_(std::move(name)) {}
  virtual ~Loss() = default;
  /// By class or function name: "MeanSquaredError", "mean_squared_error", "mse", ...
  static std::shared_ptr<Loss> from_name(const std::string& name);
  static std::shared_ptr<Loss> make(const std::string& type, const Config& config);

  /// One scalar for the batch; `sample_weight` is undefined, (batch,), or has further leading axes
  /// of the predictions: (batch, steps). Entries that the prediction's mask rules out do not count.
  virtual Tensor operator()(const Tensor& target, const Tensor& prediction,
                            const Tensor& sample_weight = {}) const = 0;
  virtual Config config() const { return Config().set("name", name_); }
  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }

 private:
  std::string type_, name_;
};

using LossHandle = Handle<Loss>;

using LossFactory = std::function<std::shared_ptr<Loss>(const Config& config)>;
/// Makes files and names that say `type` find a loss of your own. Registering a type again
/// replaces it; a built-in one cannot be replaced.
LAMINA_API void register_loss(const std::string& type, LossFactory factory);

/// A loss of lamina.ops with its options.
class LAMINA_API FusedLoss : public Loss {
 public:
  using Function = Tensor (*)(const Tensor&, const Tensor&, const ops::LossOptions&);
  Tensor operator()(const Tensor& target, const Tensor& prediction,
                    const Tensor& sample_weight = {}) const override;
  /// Each sample's loss, unweighted: the prediction's shape without its last axis.
  Tensor each(const Tensor& target, const Tensor& prediction) const;
  Config config() const override { return config_; }

 protected:
  /// `parameters` are the numbers that the function reads; `config` holds the options by name.
  FusedLoss(const char* type, std::string name, Function function, ops::LossOptions parameters,
            const std::string& reduction, Config config);

 private:
  Function function_;
  ops::LossOptions parameters_;
  Config config_;
};

// Each has its own options. `reduction` is "sum_over_batch_size", the mean over the samples, or
// "sum"; an empty name stands for the function's.

struct RegressionLossOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
};
struct HuberOptions {
  double delta = 1;  ///< where the parabola ends, above 0
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
};
struct SmoothL1Options {
  double beta = 1;  ///< where the parabola ends, above 0
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
};
struct CrossentropyOptions {
  bool from_logits = false;    ///< whether predictions are before sigmoid or softmax
  double label_smoothing = 0;  ///< in [0, 1]
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
};
struct SparseCrossentropyOptions {
  bool from_logits = false;  ///< whether predictions are before softmax
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
};

struct LAMINA_API MeanSquaredError : FusedLoss {
  using Options = RegressionLossOptions;
  explicit MeanSquaredError(const Options& options = {});
};
struct LAMINA_API MeanAbsoluteError : FusedLoss {
  using Options = RegressionLossOptions;
  explicit MeanAbsoluteError(const Options& options = {});
};
struct LAMINA_API Huber : FusedLoss {
  using Options = HuberOptions;
  explicit Huber(const Options& options = {});
};
struct LAMINA_API SmoothL1 : FusedLoss {
  using Options = SmoothL1Options;
  explicit SmoothL1(const Options& options = {});
};
struct LAMINA_API LogCosh : FusedLoss {
  using Options = RegressionLossOptions;
  explicit LogCosh(const Options& options = {});
};
struct LAMINA_API BinaryCrossentropy : FusedLoss {
  using Options = CrossentropyOptions;
  explicit BinaryCrossentropy(const Options& options = {});
};
struct LAMINA_API CategoricalCrossentropy : FusedLoss {
  using Options = CrossentropyOptions;
  explicit CategoricalCrossentropy(const Options& options = {});
};
struct LAMINA_API SparseCategoricalCrossentropy : FusedLoss {
  using Options = SparseCrossentropyOptions;
  explicit SparseCategoricalCrossentropy(const Options& options = {});
};

}  // namespace lamina
