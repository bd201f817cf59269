// Which samples fit trains on, and which it validates with.
#pragma once

#include <optional>
#include <string>

#include "training/feed.hpp"
#include "training/run_options.hpp"

namespace lamina {

struct Samples {
  Tensors x, y, sample_weight;
};

struct Split {
  Samples trained, held_out;
};

/// validation_split keeps the last samples for validation, unless validation data are given.
Split split_samples(const std::string& owner, const Samples& all, const FitOptions& options);

/// The batches that fit validates with: those that options give, else of the samples held out;
/// there may be none.
class Validation {
 public:
  Validation(const std::string& owner, const Samples& held_out, const FitOptions& options,
             Dtype dtype);
  Feed* feed() { return feed_ ? &*feed_ : nullptr; }

 private:
  std::optional<Batches> batches_;
  std::optional<Feed> feed_;
};

}  // namespace lamina
