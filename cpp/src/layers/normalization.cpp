#include "lamina/layers/normalization.hpp"

#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, NormalizationOptions& options) {
  visit("axis", options.axis);
  visit("mean", options.mean);
  visit("variance", options.variance);
  visit("invert", options.invert);
}

Normalization::Normalization(NormalizationOptions options)
    : UnaryLayer("Normalization", options.name), options_(std::move(options)) {
  if (options_.mean.size() != options_.variance.size()) {
    fail(ErrorKind::value, label(), " needs as many means as variances, got ", options_.mean.size(),
         " and ", options_.variance.size());
  }
  for (double variance : options_.variance) {
    require(variance >= 0, label(), "variance", variance, "at least 0");
  }
}

std::shared_ptr<Layer> Normalization::from_config(const Config& config) {
  return layer_from_config<Normalization>(config, NormalizationOptions{});
}

Config Normalization::config() const { return with_options(base_config(), options_); }

std::vector<bool> Normalization::kept_axes(const Shape& input_shape) const {
  std::vector<bool> kept(static_cast<std::size_t>(input_shape.rank()), false);
  for (const std::int64_t given : options_.axis) {
    const int axis = axis_of(input_shape, given);
    if (input_shape[axis] == Shape::none) {
      fail(ErrorKind::value, label(), " keeps axes of known extent, got axis=", given,
           " for inputs ", input_shape);
    }
    kept[static_cast<std::size_t>(axis)] = true;
  }
  return kept;
}

void Normalization::build(const Shape& input_shape) {
  const std::vector<bool> kept = kept_axes(input_shape);
  Shape statistics;
  spread_ = {};
  for (int axis = 0; axis < input_shape.rank(); ++axis) {
    const bool keeps = kept[static_cast<std::size_t>(axis)];
    if (!options_.axis.empty()) spread_.push_back(keeps ? input_shape[axis] : 1);
    if (keeps) statistics.push_back(input_shape[axis]);
  }
  if (!options_.mean.empty()) {
    const auto count = static_cast<std::int64_t>(options_.mean.size());
    require(count == 1 || count == statistics.size(), label(), "mean", count,
            "to be one, or one for each kept place");
    return;
  }
  mean_ = add_weight("mean", statistics, "zeros", {.trainable = false});
  variance_ = add_weight("variance", statistics, "ones", {.trainable = false});
}

void Normalization::adapt(const Tensor& samples) {
  if (!options_.mean.empty())
    fail(ErrorKind::state, label(), " was given its mean; it takes none from data");
  if (samples.size() == 0) fail(ErrorKind::value, label(), " got no samples to adapt to");
  ensure_built(samples.shape());
  if (!accepts(samples.shape())) {
    fail(ErrorKind::value, label(), " was built for inputs ", build_shapes().front(),
         ", got samples ", samples.shape());
  }
  const NoGrad no_grad;
  // In double precision: the squares of large values would lose their differences.
  const Tensor x = samples.cast(Dtype::float64);
  const std::vector<bool> kept = kept_axes(samples.shape());
  std::vector<int> reduced;
  for (int axis = 0; axis < x.rank(); ++axis) {
    if (!kept[static_cast<std::size_t>(axis)]) reduced.push_back(axis);
  }
  const Tensor mean = reduced.empty() ? x : ops::mean(x, reduced);
  const Tensor variance = reduced.empty() ? x * 0.0 : ops::var(x, reduced);
  mean_.assign(mean.reshape(mean_.shape()).cast(dtype()));
  variance_.assign(variance.reshape(variance_.shape()).cast(dtype()));
}

Tensor Normalization::call(const Tensor& inputs, bool /*training*/) {
  const bool is_given = !options_.mean.empty();
  const Tensor mean =
      is_given ? given(options_.mean).to(inputs.device()) : mean_.value().reshape(spread_);
  const Tensor variance =
      is_given ? given(options_.variance).to(inputs.device()) : variance_.value().reshape(spread_);
  // Keras's bound: what does not vary is not divided by 0.
  const Tensor deviation =
      ops::maximum(ops::sqrt(variance), Tensor::scalar(1e-7, inputs.dtype(), inputs.device()));
  return options_.invert ? inputs * deviation + mean : (inputs - mean) / deviation;
}

Tensor Normalization::given(const std::vector<double>& values) const {
  const Tensor list =
      Tensor::copy_of(std::span<const double>(values), {static_cast<std::int64_t>(values.size())});
  return (values.size() == 1 ? list.reshape({}) : list.reshape(spread_)).cast(dtype());
}

bool Normalization::accepts(const Shape& input_shape) const {
  if (options_.axis.empty()) return true;  // one mean for whatever shape
  bool fits = input_shape.rank() == spread_.rank();
  for (int axis = 0; fits && axis < input_shape.rank(); ++axis) {
    fits = spread_[axis] == 1 || spread_[axis] == input_shape[axis];
  }
  return fits;
}

}  // namespace lamina
