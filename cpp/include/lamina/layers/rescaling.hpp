#pragma once

#include <initializer_list>
#include <vector>

#include "lamina/layers/unary_layer.hpp"

namespace lamina {

/// One number for all, or one for each place of the last axis.
class LAMINA_API ChannelNumbers {
 public:
  ChannelNumbers(double value) : values_{value} {}
  ChannelNumbers(std::vector<double> values) : values_(std::move(values)), is_list_(true) {}
  ChannelNumbers(std::initializer_list<double> values)
      : ChannelNumbers(std::vector<double>(values)) {}

  const std::vector<double>& values() const { return values_; }
  bool is_list() const { return is_list_; }

  /// From a configuration, where a number is one for all.
  static ChannelNumbers read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

 private:
  std::vector<double> values_;
  bool is_list_ = false;
};

struct RescalingOptions {
  ChannelNumbers scale;
  ChannelNumbers offset = 0;
  std::string name = {};
};

/// scale x + offset.
class LAMINA_API Rescaling : public UnaryLayer {
 public:
  explicit Rescaling(RescalingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  bool supports_masking() const override { return true; }

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  bool accepts(const Shape& input_shape) const override;

 private:
  RescalingOptions options_;
};

}  // namespace lamina
