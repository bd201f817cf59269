#include "lamina/models/perceptron.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "core/options.hpp"
#include "lamina/core/random.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, PerceptronOptions& options) {
  visit("activation", options.activation);
  visit("learning_rate", options.learning_rate);
  visit("max_epochs", options.max_epochs);
  visit("shuffle", options.shuffle);
  visit("seed", options.seed);
}

namespace {

bool is_finite(double value) { return std::isfinite(value); }

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), is_finite);
}

// Rosenblatt's rule looks at one sample at a time: it works on the host, wherever the samples lie.

// The samples as float64, all of them finite.
Tensor samples_from(const Tensor& x) {
  if (!x.defined() || x.rank() != 2) {
    fail(ErrorKind::value, "Perceptron needs x of shape (samples, features), got ",
         x.defined() ? x.shape().str() : "nothing");
  }
  if (x.size() == 0) {
    fail(ErrorKind::value, "Perceptron got x of shape ", x.shape(),
         ", which holds no samples or no features");
  }
  Tensor samples = x.to(Device()).cast(Dtype::float64);
  const auto values = samples.values<double>();
  const auto bad = std::find_if_not(values.begin(), values.end(), is_finite);
  if (bad != values.end()) {
    const std::int64_t at = bad - values.begin(), features = x.shape()[1];
    fail(ErrorKind::value, "Perceptron needs finite numbers, got ", *bad, " in feature ",
         at % features, " of sample ", at / features);
  }
  return samples;
}

std::span<const double> row(const Tensor& samples, std::size_t i) {
  const auto features = static_cast<std::size_t>(samples.shape()[1]);
  return samples.values<double>().subspan(i * features, features);
}

// Learning and predicting sum in the same order, so samples learnt without error are predicted so.
double weighted_sum(std::span<const double> weights, double bias, std::span<const double> x) {
  return std::inner_product(weights.begin(), weights.end(), x.begin(), 0.0) + bias;
}

std::vector<double> weights_from(const Tensor& weights, double bias) {
  if (weights.rank() != 1 || weights.size() == 0) {
    fail(ErrorKind::value, "Perceptron needs weights of shape (features,), got ", weights.shape());
  }
  const Tensor wide = weights.to(Device()).cast(Dtype::float64);
  const auto values = wide.values<double>();
  if (!std::isfinite(bias) || !all_finite(values)) {
    fail(ErrorKind::value, "Perceptron needs finite weights and bias, got ", wide.str(), " and ",
         bias);
  }
  return {values.begin(), values.end()};
}

void require_features(const Tensor& samples, std::size_t weights) {
  if (samples.shape()[1] != static_cast<std::int64_t>(weights)) {
    fail(ErrorKind::value, "Perceptron has ", weights, " weights, but got x of shape ",
         samples.shape());
  }
}

}  // namespace

PerceptronOptions PerceptronOptions::from_config(const Config& config) {
  PerceptronOptions options;
  OptionReader read(config);
  describe(read, options);
  read.refuse_unknown("Perceptron");
  return options;
}

Perceptron::Perceptron(PerceptronOptions options)
    : options_(std::move(options)), other_class_(options_.activation == "sign" ? -1 : 0) {
  const std::string owner = "Perceptron";
  const std::string& activation = options_.activation;
  require(activation == "step" || activation == "sign", owner, "activation", "'" + activation + "'",
          "step or sign");
  require(std::isfinite(options_.learning_rate) && options_.learning_rate > 0, owner,
          "learning_rate", options_.learning_rate, "finite and above 0");
  require(options_.max_epochs >= 1, owner, "max_epochs", options_.max_epochs, "of at least 1");
}

Config Perceptron::config() const {
  Config config;
  OptionWriter write(config);
  PerceptronOptions options = options_;
  describe(write, options);
  return config;
}

std::int64_t Perceptron::class_of(double sum) const noexcept { return sum >= 0 ? 1 : other_class_; }

std::vector<std::int64_t> Perceptron::labels_from(const Tensor& y, std::int64_t samples) const {
  const bool is_column = y.defined() && y.rank() == 2 && y.shape()[1] == 1;
  if (!y.defined() || (y.rank() != 1 && !is_column) || y.size() != samples) {
    fail(ErrorKind::value, "Perceptron needs y of shape (", samples, ",), a label a sample, got ",
         y.defined() ? y.shape().str() : "nothing");
  }
  const Tensor wide = y.to(Device()).cast(Dtype::float64);
  std::vector<std::int64_t> labels;
  for (const double label : wide.values<double>()) {
    if (label != 1 && label != static_cast<double>(other_class_)) {
      fail(ErrorKind::value, "Perceptron with activation '", options_.activation, "' needs labels ",
           other_class_, " and 1, got ", label, " for sample ", labels.size(),
           other_class_ == 0 && label == -1   ? "; for -1 and 1 pass activation='sign'"
           : other_class_ == -1 && label == 0 ? "; for 0 and 1 pass activation='step'"
                                              : "");
    }
    labels.push_back(static_cast<std::int64_t>(label));
  }
  return labels;
}

std::int64_t Perceptron::run_epoch(const Tensor& samples, const std::vector<std::int64_t>& labels,
                                   const Tensor& order, std::vector<double>& weights,
                                   double& bias) const {
  std::int64_t wrong = 0;
  for (std::size_t step = 0; step < labels.size(); ++step) {
    const auto i =
        order.defined() ? static_cast<std::size_t>(order.values<std::int64_t>()[step]) : step;
    const auto sample = row(samples, i);
    const std::int64_t error = labels[i] - class_of(weighted_sum(weights, bias, sample));
    if (error == 0) continue;
    ++wrong;
    const double change = options_.learning_rate * static_cast<double>(error);
    for (std::size_t j = 0; j < weights.size(); ++j) weights[j] += change * sample[j];
    bias += change;
  }
  return wrong;
}

void Perceptron::fit(const Tensor& x, const Tensor& y, const PerceptronFitOptions& options) {
  const Tensor samples = samples_from(x);
  const std::int64_t count = samples.shape()[0], features = samples.shape()[1];
  const std::vector<std::int64_t> labels = labels_from(y, count);
  const Tensor zeros = Tensor::zeros({features}, Dtype::float64);
  std::vector<double> weights =
      weights_from(options.weights.defined() ? options.weights : zeros, options.bias);
  require_features(samples, weights.size());
  double bias = options.bias;
  RandomStream random;
  if (options_.shuffle) {
    random = options_.seed ? RandomStream::with_key(static_cast<std::uint64_t>(*options_.seed))
                           : RandomStream::open("perceptron/shuffle");
  }

  std::vector<std::int64_t> errors;
  for (std::int64_t epoch = 1; epoch <= options_.max_epochs; ++epoch) {
    const Tensor order = options_.shuffle ? random.permutation(count).to(Device()) : Tensor();
    errors.push_back(run_epoch(samples, labels, order, weights, bias));
    if (!std::isfinite(bias) || !all_finite(weights)) {
      fail(ErrorKind::value, "Perceptron's weights overflowed in epoch ", epoch,
           "; scale the features, or take a smaller learning_rate than ", options_.learning_rate);
    }
    if (options.on_epoch) options.on_epoch();
    if (errors.back() == 0) break;
  }
  weights_ = std::move(weights);
  bias_ = bias;
  errors_ = std::move(errors);
}

void Perceptron::require_weights() const {
  if (weights_.empty()) {
    fail(ErrorKind::state, "Perceptron has no weights yet; call fit or set_weights first");
  }
}

Tensor Perceptron::decision_function(const Tensor& x) const {
  require_weights();
  const Tensor samples = samples_from(x);
  require_features(samples, weights_.size());
  Tensor sums = Tensor::empty({samples.shape()[0]}, Dtype::float64, Device());
  auto* out = static_cast<double*>(sums.mutable_data());
  for (std::size_t i = 0; i < sums.values<double>().size(); ++i) {
    out[i] = weighted_sum(weights_, bias_, row(samples, i));
  }
  return sums;
}

Tensor Perceptron::predict(const Tensor& x) const {
  const Tensor sums = decision_function(x);
  Tensor classes = Tensor::empty(sums.shape(), Dtype::int64, Device());
  auto* out = static_cast<std::int64_t*>(classes.mutable_data());
  for (const double sum : sums.values<double>()) *out++ = class_of(sum);
  return classes;
}

double Perceptron::score(const Tensor& x, const Tensor& y) const {
  const Tensor predicted = predict(x);
  const std::vector<std::int64_t> labels = labels_from(y, predicted.size());
  const auto classes = predicted.values<std::int64_t>();
  std::int64_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += classes[i] == labels[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

void Perceptron::set_weights(const Tensor& weights, double bias) {
  weights_ = weights_from(weights, bias);
  bias_ = bias;
  errors_.clear();
}

Tensor Perceptron::weights() const {
  require_weights();
  return Tensor::copy_of<double>(weights_, {static_cast<std::int64_t>(weights_.size())});
}

double Perceptron::bias() const {
  require_weights();
  return bias_;
}

}  // namespace lamina
