#include "lamina/optimizers/schedules.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/named_options.hpp"
#include "core/registry.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, ExponentialDecayOptions& options) {
  visit("initial_learning_rate", options.initial_learning_rate);
  visit("decay_steps", options.decay_steps);
  visit("decay_rate", options.decay_rate);
  visit("staircase", options.staircase);
}

template <class Visitor>
void describe(Visitor& visit, PiecewiseConstantDecayOptions& options) {
  visit("boundaries", options.boundaries);
  visit("values", options.values);
}

template <class Visitor>
void describe(Visitor& visit, PolynomialDecayOptions& options) {
  visit("initial_learning_rate", options.initial_learning_rate);
  visit("decay_steps", options.decay_steps);
  visit("end_learning_rate", options.end_learning_rate);
  visit("power", options.power);
  visit("cycle", options.cycle);
}

template <class Visitor>
void describe(Visitor& visit, InverseTimeDecayOptions& options) {
  visit("initial_learning_rate", options.initial_learning_rate);
  visit("decay_steps", options.decay_steps);
  visit("decay_rate", options.decay_rate);
  visit("staircase", options.staircase);
}

template <class Visitor>
void describe(Visitor& visit, CosineDecayOptions& options) {
  visit("initial_learning_rate", options.initial_learning_rate);
  visit("decay_steps", options.decay_steps);
  visit("alpha", options.alpha);
  visit("warmup_target", options.warmup_target);
  visit("warmup_steps", options.warmup_steps);
}

template <class Visitor>
void describe(Visitor& visit, CosineDecayRestartsOptions& options) {
  visit("initial_learning_rate", options.initial_learning_rate);
  visit("first_decay_steps", options.first_decay_steps);
  visit("t_mul", options.t_mul);
  visit("m_mul", options.m_mul);
  visit("alpha", options.alpha);
}

namespace {

template <class Options>
Config config_of(Options options) {
  Config config;
  OptionWriter write(config);
  describe(write, options);
  config.set("name", options.name);
  return config;
}

void require_finite(const std::string& owner, const char* option, double value) {
  require(std::isfinite(value), owner, option, value, "finite");
}

void require_steps(const std::string& owner, const char* option, double steps) {
  require(std::isfinite(steps) && steps > 0, owner, option, steps, "above 0");
}

// How much of a stretch of decay_steps is over, in whole stretches for a staircase.
double stretches(double step, double decay_steps, bool staircase) {
  const double quotient = step / decay_steps;
  return staircase ? std::floor(quotient) : quotient;
}

// What half a cosine leaves of 1 after that share of it; `alpha` in the end.
double cosine_share(double share, double alpha, double height) {
  return (1 - alpha) * 0.5 * height * (1 + std::cos(std::numbers::pi * share)) + alpha;
}

struct ScheduleRow {
  std::string_view type;
  std::shared_ptr<LearningRateSchedule> (*make)(const Config&);
};

constexpr ScheduleRow schedules[] = {
#define SCHEDULE(Class)                                                                  \
  {#Class, [](const Config& config) -> std::shared_ptr<LearningRateSchedule> {           \
     return std::make_shared<Class>(named_options_from<Class##Options>(config, #Class)); \
   }},
#include "optimizers/schedules.def"
#undef SCHEDULE
};

const ScheduleRow* find_builtin(const std::string& type) {
  for (const ScheduleRow& row : schedules) {
    if (type == row.type) return &row;
  }
  return nullptr;
}

}  // namespace

LearningRateSchedule::~LearningRateSchedule() = default;

std::shared_ptr<LearningRateSchedule> LearningRateSchedule::make(const std::string& type,
                                                                 const Config& config) {
  if (const ScheduleRow* row = find_builtin(type)) return row->make(config);
  const auto& registered = Registry<LearningRateSchedule>::instance();
  if (const LearningRateScheduleFactory factory = registered.find(type)) return factory(config);
  std::string known;
  for (const ScheduleRow& row : schedules)
    known += (known.empty() ? "" : ", ") + std::string(row.type);
  fail_unknown("learning rate schedule", type, known, registered.names());
}

void register_learning_rate_schedule(const std::string& type, LearningRateScheduleFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type,
         "' is a learning rate schedule of lamina; register yours under another name");
  }
  Registry<LearningRateSchedule>::instance().add(type, std::move(factory));
}

ExponentialDecay::ExponentialDecay(ExponentialDecayOptions options)
    : LearningRateSchedule("ExponentialDecay"), options_(std::move(options)) {
  require_finite(type(), "initial_learning_rate", options_.initial_learning_rate);
  require_steps(type(), "decay_steps", options_.decay_steps);
  require_finite(type(), "decay_rate", options_.decay_rate);
}

double ExponentialDecay::at(double step) const {
  return options_.initial_learning_rate *
         std::pow(options_.decay_rate, stretches(step, options_.decay_steps, options_.staircase));
}

Config ExponentialDecay::config() const { return config_of(options_); }

PiecewiseConstantDecay::PiecewiseConstantDecay(PiecewiseConstantDecayOptions options)
    : LearningRateSchedule("PiecewiseConstantDecay"), options_(std::move(options)) {
  if (options_.boundaries.size() + 1 != options_.values.size()) {
    fail(ErrorKind::value, type(), " needs one value more than boundaries, got ",
         options_.boundaries.size(), " boundaries and ", options_.values.size(), " values");
  }
  if (!std::is_sorted(options_.boundaries.begin(), options_.boundaries.end())) {
    fail(ErrorKind::value, type(), " needs boundaries that rise");
  }
}

double PiecewiseConstantDecay::at(double step) const {
  const auto& boundaries = options_.boundaries;
  const auto place = std::lower_bound(boundaries.begin(), boundaries.end(), step);
  return options_.values[static_cast<std::size_t>(place - boundaries.begin())];
}

Config PiecewiseConstantDecay::config() const { return config_of(options_); }

PolynomialDecay::PolynomialDecay(PolynomialDecayOptions options)
    : LearningRateSchedule("PolynomialDecay"), options_(std::move(options)) {
  require_finite(type(), "initial_learning_rate", options_.initial_learning_rate);
  require_steps(type(), "decay_steps", options_.decay_steps);
  require_finite(type(), "end_learning_rate", options_.end_learning_rate);
  require_finite(type(), "power", options_.power);
}

double PolynomialDecay::at(double step) const {
  double length = options_.decay_steps;
  if (options_.cycle) {
    length *= step == 0 ? 1 : std::ceil(step / options_.decay_steps);
  } else {
    step = std::min(step, length);
  }
  return (options_.initial_learning_rate - options_.end_learning_rate) *
             std::pow(1 - step / length, options_.power) +
         options_.end_learning_rate;
}

Config PolynomialDecay::config() const { return config_of(options_); }

InverseTimeDecay::InverseTimeDecay(InverseTimeDecayOptions options)
    : LearningRateSchedule("InverseTimeDecay"), options_(std::move(options)) {
  require_finite(type(), "initial_learning_rate", options_.initial_learning_rate);
  require_steps(type(), "decay_steps", options_.decay_steps);
  require_finite(type(), "decay_rate", options_.decay_rate);
}

double InverseTimeDecay::at(double step) const {
  return options_.initial_learning_rate /
         (1 + options_.decay_rate * stretches(step, options_.decay_steps, options_.staircase));
}

Config InverseTimeDecay::config() const { return config_of(options_); }

CosineDecay::CosineDecay(CosineDecayOptions options)
    : LearningRateSchedule("CosineDecay"), options_(std::move(options)) {
  require_finite(type(), "initial_learning_rate", options_.initial_learning_rate);
  require_steps(type(), "decay_steps", options_.decay_steps);
  require_finite(type(), "alpha", options_.alpha);
  if (options_.warmup_target) require_finite(type(), "warmup_target", *options_.warmup_target);
  require(std::isfinite(options_.warmup_steps) && options_.warmup_steps >= 0, type(),
          "warmup_steps", options_.warmup_steps, "at least 0");
}

double CosineDecay::at(double step) const {
  double highest = options_.initial_learning_rate;
  if (options_.warmup_target) {
    if (step < options_.warmup_steps) {
      return highest + (*options_.warmup_target - highest) * (step / options_.warmup_steps);
    }
    step -= options_.warmup_steps;
    highest = *options_.warmup_target;
  }
  const double share = std::min(step, options_.decay_steps) / options_.decay_steps;
  return highest * cosine_share(share, options_.alpha, 1);
}

Config CosineDecay::config() const { return config_of(options_); }

CosineDecayRestarts::CosineDecayRestarts(CosineDecayRestartsOptions options)
    : LearningRateSchedule("CosineDecayRestarts"), options_(std::move(options)) {
  require_finite(type(), "initial_learning_rate", options_.initial_learning_rate);
  require_steps(type(), "first_decay_steps", options_.first_decay_steps);
  require(std::isfinite(options_.t_mul) && options_.t_mul > 0, type(), "t_mul", options_.t_mul,
          "above 0");
  require_finite(type(), "m_mul", options_.m_mul);
  require_finite(type(), "alpha", options_.alpha);
}

// Period i is t_mul^i first ones long, so it begins after (1 - t_mul^i) / (1 - t_mul) of them.
double CosineDecayRestarts::at(double step) const {
  double share = step / options_.first_decay_steps;
  double period;
  if (options_.t_mul == 1) {
    period = std::floor(share);
    share -= period;
  } else {
    const double growth = options_.t_mul;
    period = std::floor(std::log(1 - share * (1 - growth)) / std::log(growth));
    const double length = std::pow(growth, period);
    share = (share - (1 - length) / (1 - growth)) / length;
  }
  return options_.initial_learning_rate *
         cosine_share(share, options_.alpha, std::pow(options_.m_mul, period));
}

Config CosineDecayRestarts::config() const { return config_of(options_); }

LearningRate LearningRate::read(const Config& options, std::string_view key) {
  if (options.kind(key) != Config::Kind::object) return options.number(key);
  const Config given = options.child(key);
  return LearningRateSchedule::make(given.string("class_name"), given.child("config"));
}

void LearningRate::write(Config& options, std::string_view key) const {
  if (function_) {
    fail(ErrorKind::value,
         "a learning rate that is a function cannot be saved; use a LearningRateSchedule");
  }
  if (schedule_) {
    options.set(key, class_config(schedule_->type(), schedule_->config()));
  } else {
    options.set(key, rate_);
  }
}

}  // namespace lamina
