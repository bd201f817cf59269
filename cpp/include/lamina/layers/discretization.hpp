#pragma once

#include <optional>
#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

struct DiscretizationOptions {
  std::vector<double> bin_boundaries = {};    ///< ascending
  std::optional<std::int64_t> num_bins = {};  ///< how many bins to learn boundaries of
  double epsilon = 0.01;                      ///< of the quantiles that are learnt
  std::string output_mode = "int";            ///< or "one_hot", "multi_hot", "count"
  std::string name = {};
};

/// Numbers to the bins that they fall in: the number of boundaries that are not above them, int32;
/// or rows over all bins. Python's `adapt` learns the boundaries.
class LAMINA_API Discretization : public UnaryLayer {
 public:
  explicit Discretization(DiscretizationOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Dtype> output_dtypes() const override;

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  bool gives_rows() const { return options_.output_mode != "int"; }
  std::int64_t bins() const;

  DiscretizationOptions options_;
};

}  // namespace lamina
