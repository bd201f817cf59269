#pragma once

#include "lamina/layers/layer.hpp"

namespace lamina {

struct CategoryEncodingOptions {
  std::int64_t num_tokens;
  std::string output_mode = "multi_hot";  ///< or "one_hot", "count"
  std::string name = {};
};

/// Whole numbers in [0, num_tokens) as rows of that many: (..., length) to (..., num_tokens), in
/// the mode one_hot (..., length, num_tokens). Others count nowhere. In the mode count, the keyword
/// `count_weights` says how much each counts.
class LAMINA_API CategoryEncoding : public Layer {
 public:
  explicit CategoryEncoding(CategoryEncodingOptions options);
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  std::vector<std::string> argument_names() const override { return {"count_weights"}; }
  Shapes output_shapes(const Shapes& input_shapes) const override;

 protected:
  Tensors call(const Tensors& inputs, const CallContext& context) override;
  Dtype input_dtype(Dtype /*given*/) const override { return Dtype::int64; }

 private:
  CategoryEncodingOptions options_;
};

}  // namespace lamina
