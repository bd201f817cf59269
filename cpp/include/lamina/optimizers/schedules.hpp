// Schedules: learning rates that depend on the number of the step, with Keras 3's formulas.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "lamina/core/config.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// Steps count from 0. A schedule of your own overrides `at` and, to be saved, `config`.
class LAMINA_API LearningRateSchedule {
 public:
  explicit LearningRateSchedule(std::string type) : type_(std::move(type)) {}
  virtual ~LearningRateSchedule();
  static std::shared_ptr<LearningRateSchedule> make(const std::string& type, const Config& config);

  virtual double at(double step) const = 0;
  double operator()(double step) const { return at(step); }
  const std::string& type() const noexcept { return type_; }
  virtual Config config() const = 0;

 private:
  std::string type_;
};

using LearningRateScheduleFactory =
    std::function<std::shared_ptr<LearningRateSchedule>(const Config& config)>;
/// Makes files that say `type` find a schedule of your own. Registering a type again replaces it; a
/// built-in one cannot be replaced.
LAMINA_API void register_learning_rate_schedule(const std::string& type,
                                                LearningRateScheduleFactory factory);

/// Stands for an option that has no default; the schedules refuse it.
inline constexpr double not_given = std::numeric_limits<double>::quiet_NaN();

struct ExponentialDecayOptions {
  double initial_learning_rate = not_given;
  double decay_steps = not_given, decay_rate = not_given;
  bool staircase = false;
  std::string name = "ExponentialDecay";
};
/// initial_learning_rate * decay_rate^(step / decay_steps); staircase: of whole quotients.
class LAMINA_API ExponentialDecay : public LearningRateSchedule {
 public:
  explicit ExponentialDecay(ExponentialDecayOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  ExponentialDecayOptions options_;
};

struct PiecewiseConstantDecayOptions {
  std::vector<double> boundaries, values;
  std::string name = "PiecewiseConstant";
};
/// values[i] up to and with boundaries[i], the last value after them.
class LAMINA_API PiecewiseConstantDecay : public LearningRateSchedule {
 public:
  explicit PiecewiseConstantDecay(PiecewiseConstantDecayOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  PiecewiseConstantDecayOptions options_;
};

struct PolynomialDecayOptions {
  double initial_learning_rate = not_given;
  double decay_steps = not_given;
  double end_learning_rate = 0.0001;
  double power = 1;
  bool cycle = false;
  std::string name = "PolynomialDecay";
};
/// From the initial to the end learning rate as (1 - step / decay_steps)^power; with `cycle` again
/// and again, over ever longer stretches.
class LAMINA_API PolynomialDecay : public LearningRateSchedule {
 public:
  explicit PolynomialDecay(PolynomialDecayOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  PolynomialDecayOptions options_;
};

struct InverseTimeDecayOptions {
  double initial_learning_rate = not_given;
  double decay_steps = not_given, decay_rate = not_given;
  bool staircase = false;
  std::string name = "InverseTimeDecay";
};
/// initial_learning_rate / (1 + decay_rate step / decay_steps); staircase: of whole quotients.
class LAMINA_API InverseTimeDecay : public LearningRateSchedule {
 public:
  explicit InverseTimeDecay(InverseTimeDecayOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  InverseTimeDecayOptions options_;
};

struct CosineDecayOptions {
  double initial_learning_rate = not_given;
  double decay_steps = not_given;
  double alpha = 0;  ///< the share that is left in the end
  std::string name = "CosineDecay";
  std::optional<double> warmup_target = {};
  double warmup_steps = 0;
};
/// Half a cosine over decay_steps; before it, where there is a warmup_target, a straight line to it
/// over warmup_steps. Loshchilov and Hutter, 2017, "SGDR: stochastic gradient descent with warm
/// restarts".
class LAMINA_API CosineDecay : public LearningRateSchedule {
 public:
  explicit CosineDecay(CosineDecayOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  CosineDecayOptions options_;
};

struct CosineDecayRestartsOptions {
  double initial_learning_rate = not_given;
  double first_decay_steps = not_given;
  double t_mul = 2;  ///< each period is longer by this factor
  double m_mul = 1;  ///< and begins with the rate changed by this one
  double alpha = 0;
  std::string name = "SGDRDecay";
};
/// Half cosines, one after another. Loshchilov and Hutter, 2017.
class LAMINA_API CosineDecayRestarts : public LearningRateSchedule {
 public:
  explicit CosineDecayRestarts(CosineDecayRestartsOptions options);
  double at(double step) const override;
  Config config() const override;

 private:
  CosineDecayRestartsOptions options_;
};

/// What an optimizer takes as its learning rate: a number, a schedule, or a function that is asked
/// before each step.
class LAMINA_API LearningRate {
 public:
  LearningRate(double rate) : rate_(rate) {}
  template <std::derived_from<LearningRateSchedule> Schedule>
  LearningRate(Schedule schedule) : schedule_(std::make_shared<Schedule>(std::move(schedule))) {}
  template <std::derived_from<LearningRateSchedule> Schedule>
  LearningRate(std::shared_ptr<Schedule> schedule) : schedule_(std::move(schedule)) {}
  template <class Function>
    requires std::is_invocable_r_v<double, Function>
  LearningRate(Function function) : function_(std::move(function)) {}
  /// A number, or a schedule as {"class_name", "config"}.
  static LearningRate read(const Config& options, std::string_view key);

  bool is_number() const noexcept { return !schedule_ && !function_; }
  double at(double step) const {
    return schedule_ ? schedule_->at(step) : function_ ? function_() : rate_;
  }
  const std::shared_ptr<LearningRateSchedule>& schedule() const noexcept { return schedule_; }
  /// A value error for a function, which no file can hold.
  void write(Config& options, std::string_view key) const;

 private:
  double rate_ = 0;
  std::shared_ptr<LearningRateSchedule> schedule_;
  std::function<double()> function_;
};

}  // namespace lamina
