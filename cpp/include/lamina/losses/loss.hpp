// Losses as objects: what `compile` takes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lamina/core/config.hpp"
#include "lamina/core/handle.hpp"
#include "lamina/ops/losses.hpp"

namespace lamina {

/// Subclass it for a loss of your own; built-in ones are named in losses/*.hpp.
class LAMINA_API Loss {
 public:
  Loss(std::string type, std::string name) : type_(std::move(type)), name_(std::move(name)) {}
  virtual ~Loss() = default;
  /// By class or function name: "MeanSquaredError", "mean_squared_error", "mse", ...
  static std::shared_ptr<Loss> from_name(const std::string& name);
  static std::shared_ptr<Loss> make(const std::string& type, const Config& config);

  /// One scalar for the batch; `sample_weight` is undefined, a scalar, (batch,), or has further
  /// leading axes of the predictions: (batch, steps). Entries that the prediction's mask rules out
  /// do not count.
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

/// What a loss makes of the samples' losses; options call it by Keras's names.
enum class LossReduction {
  mean,           ///< "sum_over_batch_size" or "mean": over the entries that the mask keeps
  sum,            ///< "sum"
  weighted_mean,  ///< "mean_with_sample_weight": the sum over the sum of the weights
  none            ///< "none": the samples' losses times their weights; compile refuses it
};

struct LossDescription;

/// A loss of lamina's own with its options. Its classes differ in their constructors alone.
class LAMINA_API FusedLoss : public Loss {
 public:
  Tensor operator()(const Tensor& target, const Tensor& prediction,
                    const Tensor& sample_weight = {}) const override;
  /// Each sample's loss, unweighted: the prediction's shape without its last axis.
  Tensor each(const Tensor& target, const Tensor& prediction) const;
  Config config() const override { return config_; }
  /// Replaces its options, also in models that were compiled with it.
  void configure(const Config& config);

 protected:
  /// Gives the samples' losses: a composition of operations.
  using Formula = std::function<Tensor(const Tensor& target, const Tensor& prediction)>;
  /// An operation that also weighs and sums, with the numbers that it reads.
  using Kernel = Tensor (*)(const Tensor&, const Tensor&, const ops::LossOptions&);
  FusedLoss(LossDescription description, Formula formula);
  /// `formula` runs instead of the kernel where it is given.
  FusedLoss(LossDescription description, Kernel kernel, ops::LossOptions numbers,
            Formula formula = {});

 private:
  Kernel kernel_ = nullptr;
  ops::LossOptions numbers_;
  Formula formula_;
  LossReduction reduction_;
  std::optional<Dtype> dtype_;
  Config config_;
};

// Each class has its own options. All have `reduction`, by Keras's names (see LossReduction),
// `name`, which is the function's where it is empty, and `dtype`, to compute in instead of the
// predictions' own.

struct PlainLossOptions {
  std::string reduction = "sum_over_batch_size";
  std::string name = {};
  std::optional<Dtype> dtype = {};
};

}  // namespace lamina
