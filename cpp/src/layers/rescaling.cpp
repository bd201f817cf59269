#include "lamina/layers/rescaling.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "layers/options.hpp"

namespace lamina {
namespace {

bool fits(const ChannelNumbers& numbers, const Shape& inputs) {
  if (!numbers.is_list()) return true;
  return inputs.rank() > 0 && inputs.last() == static_cast<std::int64_t>(numbers.values().size());
}

// The list as a tensor that broadcasts along the last axis.
Tensor beside(const Tensor& inputs, const ChannelNumbers& numbers) {
  const std::vector<double>& values = numbers.values();
  return Tensor::copy_of(std::span<const double>(values),
                         {static_cast<std::int64_t>(values.size())}, inputs.device())
      .cast(is_floating(inputs.dtype()) ? inputs.dtype() : Dtype::float32);
}

}  // namespace

ChannelNumbers ChannelNumbers::read(const Config& options, std::string_view key) {
  const std::vector<double> values = options.numbers(key);
  if (options.kind(key) == Config::Kind::list) return values;
  return values.front();
}

void ChannelNumbers::write(Config& options, std::string_view key) const {
  if (is_list_) {
    options.set(key, values_);
  } else {
    options.set(key, values_.front());
  }
}

template <class Visitor>
void describe(Visitor& visit, RescalingOptions& options) {
  visit("scale", options.scale);
  visit("offset", options.offset);
}

Rescaling::Rescaling(RescalingOptions options)
    : UnaryLayer("Rescaling", options.name), options_(std::move(options)) {
  const auto check = [&](const char* option, const ChannelNumbers& numbers) {
    for (const double each : numbers.values()) {
      require(std::isfinite(each), label(), option, each, "finite");
    }
  };
  check("scale", options_.scale);
  check("offset", options_.offset);
}

std::shared_ptr<Layer> Rescaling::from_config(const Config& config) {
  return layer_from_config<Rescaling>(config, RescalingOptions{.scale = 1});
}

Config Rescaling::config() const { return with_options(base_config(), options_); }

void Rescaling::build(const Shape& input_shape) {
  const auto check = [&](const char* option, const ChannelNumbers& numbers) {
    if (fits(numbers, input_shape)) return;
    fail(ErrorKind::value, label(), " has one ", option, " for each of ", numbers.values().size(),
         " places of the last axis, got inputs ", input_shape);
  };
  check("scale", options_.scale);
  check("offset", options_.offset);
}

Tensor Rescaling::call(const Tensor& inputs, bool /*training*/) {
  const ChannelNumbers &scale = options_.scale, &offset = options_.offset;
  const Tensor scaled =
      scale.is_list() ? inputs * beside(inputs, scale) : inputs * scale.values().front();
  return offset.is_list() ? scaled + beside(scaled, offset) : scaled + offset.values().front();
}

bool Rescaling::accepts(const Shape& input_shape) const {
  return fits(options_.scale, input_shape) && fits(options_.offset, input_shape);
}

}  // namespace lamina
