#include "lamina/layers/discretization.hpp"

#include <algorithm>
#include <span>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "layers/options.hpp"
#include "layers/token_encoding.hpp"

namespace lamina {
namespace {

void require_ascending(const std::string& owner, const std::vector<double>& boundaries) {
  const auto falls = std::adjacent_find(boundaries.begin(), boundaries.end(),
                                        [](double a, double b) { return !(a <= b); });
  if (falls != boundaries.end()) {
    fail(ErrorKind::value, owner, " needs bin_boundaries that ascend, got ", *falls, " before ",
         *(falls + 1));
  }
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, DiscretizationOptions& options) {
  visit("bin_boundaries", options.bin_boundaries);
  visit("num_bins", options.num_bins);
  visit("epsilon", options.epsilon);
  visit("output_mode", options.output_mode);
}

Discretization::Discretization(DiscretizationOptions options)
    : UnaryLayer("Discretization", options.name), options_(std::move(options)) {
  if (options_.bin_boundaries.empty() && !options_.num_bins) {
    fail(ErrorKind::value, label(), " needs bin_boundaries, or num_bins to learn them");
  }
  require_ascending(label(), options_.bin_boundaries);
  if (options_.num_bins) {
    require(*options_.num_bins > 0, label(), "num_bins", *options_.num_bins, "above 0");
  }
  require(options_.epsilon > 0 && options_.epsilon <= 1, label(), "epsilon", options_.epsilon,
          "in (0, 1]");
  options_.output_mode = output_mode_from(label(), options_.output_mode);
  require(options_.output_mode != "tf_idf", label(), "output_mode", options_.output_mode,
          "to be 'int', 'one_hot', 'multi_hot' or 'count'");
}

std::shared_ptr<Layer> Discretization::from_config(const Config& config) {
  return layer_from_config<Discretization>(config, DiscretizationOptions{});
}

Config Discretization::config() const { return with_options(base_config(), options_); }

std::int64_t Discretization::bins() const {
  if (options_.bin_boundaries.empty() && options_.num_bins.value_or(1) > 1) {
    fail(ErrorKind::state, label(), " has no bin_boundaries yet: call adapt(data) first");
  }
  return static_cast<std::int64_t>(options_.bin_boundaries.size()) + 1;
}

Shape Discretization::output_shape(const Shape& input_shape) const {
  return gives_rows() ? encoded_shape(input_shape, options_.output_mode, bins()) : input_shape;
}

std::vector<Dtype> Discretization::output_dtypes() const {
  return {gives_rows() ? dtype() : Dtype::int32};
}

void Discretization::build(const Shape& /*input_shape*/) { bins(); }

Tensor Discretization::call(const Tensor& inputs, bool /*training*/) {
  const std::int64_t count = bins();
  const std::vector<double>& boundaries = options_.bin_boundaries;
  const Tensor limits =
      Tensor::copy_of(std::span<const double>(boundaries), {count - 1}, inputs.device())
          .cast(inputs.dtype());
  // Those that are not above it are all but those that are: so a NaN is in the last bin, as NumPy
  // has it.
  const Tensor above =
      ops::count_nonzero(ops::less(ops::expand_dims(inputs, inputs.rank()), limits), {-1});
  Tensor bin = Tensor::scalar(count - 1, Dtype::int32, inputs.device()) - above;
  if (!gives_rows()) return bin;
  return encode_tokens(bin.cast(Dtype::int64), options_.output_mode, count, dtype());
}

}  // namespace lamina
