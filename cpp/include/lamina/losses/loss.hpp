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

  /// One scalar for the batch; `sample_weight` is (batch,) or undefined.
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

struct FusedLossOptions {
  bool from_logits = false;    ///< crossentropies only
  double label_smoothing = 0;  ///< binary and categorical crossentropy only, in [0, 1]
  double delta = 1;            ///< Huber's delta, SmoothL1's beta: where the parabola ends
  std::string reduction = "sum_over_batch_size";  ///< or "sum"
  std::string name = {};
};

/// A loss of lamina.ops with its options.
class LAMINA_API FusedLoss : public Loss {
 public:
  using Function = Tensor (*)(const Tensor&, const Tensor&, const ops::LossOptions&);
  Tensor operator()(const Tensor& target, const Tensor& prediction,
                    const Tensor& sample_weight = {}) const override;
  Config config() const override;

 protected:
  FusedLoss(const char* type, FusedLossOptions options);

 private:
  Function function_;
  FusedLossOptions options_;
};

struct MeanSquaredError : FusedLoss {
  explicit MeanSquaredError(FusedLossOptions options = {})
      : FusedLoss("MeanSquaredError", std::move(options)) {}
};
struct MeanAbsoluteError : FusedLoss {
  explicit MeanAbsoluteError(FusedLossOptions options = {})
      : FusedLoss("MeanAbsoluteError", std::move(options)) {}
};
struct Huber : FusedLoss {
  explicit Huber(FusedLossOptions options = {}) : FusedLoss("Huber", std::move(options)) {}
};
struct SmoothL1 : FusedLoss {
  explicit SmoothL1(FusedLossOptions options = {}) : FusedLoss("SmoothL1", std::move(options)) {}
};
struct BinaryCrossentropy : FusedLoss {
  explicit BinaryCrossentropy(FusedLossOptions options = {})
      : FusedLoss("BinaryCrossentropy", std::move(options)) {}
};
struct CategoricalCrossentropy : FusedLoss {
  explicit CategoricalCrossentropy(FusedLossOptions options = {})
      : FusedLoss("CategoricalCrossentropy", std::move(options)) {}
};
struct SparseCategoricalCrossentropy : FusedLoss {
  explicit SparseCategoricalCrossentropy(FusedLossOptions options = {})
      : FusedLoss("SparseCategoricalCrossentropy", std::move(options)) {}
};

}  // namespace lamina
