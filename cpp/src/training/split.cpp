#include "training/split.hpp"

#include <cmath>

#include "core/check.hpp"

namespace lamina {
namespace {

Tensors rows_of(const Tensors& tensors, std::int64_t begin, std::int64_t end) {
  return tensors.each([&](const Tensor& t) { return t.defined() ? t.slice(begin, end) : t; });
}

Samples rows_of(const Samples& samples, std::int64_t begin, std::int64_t end) {
  return {rows_of(samples.x, begin, end), rows_of(samples.y, begin, end),
          rows_of(samples.sample_weight, begin, end)};
}

}  // namespace

Split split_samples(const std::string& owner, const Samples& all, const FitOptions& options) {
  if (options.validation_x.defined()) {
    return {all, {options.validation_x, options.validation_y, options.validation_sample_weight}};
  }
  if (options.validation_source || options.validation_split == 0) return {all, {}};
  const std::int64_t samples = all.x.front().shape()[0];
  const auto kept = static_cast<std::int64_t>(
      std::floor(static_cast<double>(samples) * (1 - options.validation_split)));
  if (kept == 0 || kept == samples) {
    fail(ErrorKind::value, owner, " got validation_split=", options.validation_split, " for ",
         samples, " samples, which leaves ", kept, " to train on and ", samples - kept,
         " to validate with");
  }
  return {rows_of(all, 0, kept), rows_of(all, kept, samples)};
}

Validation::Validation(const std::string& owner, const Samples& held_out, const FitOptions& options,
                       Dtype dtype) {
  const std::string validating = owner + ", to validate,";
  const std::int64_t steps = options.validation_steps;
  if (held_out.x.defined()) {
    const std::int64_t own_size = options.validation_batch_size;
    batches_.emplace(validating, held_out.x, held_out.y, held_out.sample_weight,
                     own_size > 0 ? own_size : options.batch_size, dtype);
    feed_.emplace(validating, *batches_, steps, dtype);
  } else if (options.validation_source) {
    feed_.emplace(validating, *options.validation_source, steps, dtype);
  }
}

}  // namespace lamina
