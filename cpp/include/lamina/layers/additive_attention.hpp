#pragma once

#include "lamina/layers/attention.hpp"

namespace lamina {

struct AdditiveAttentionOptions {
  bool use_scale = true;  ///< a trainable factor of each feature
  double dropout = 0;     ///< share of the weights that training leaves out, in [0, 1]
  std::optional<std::int64_t> seed = {};
  std::string name = {};
};

/// Attention whose scores are sum(scale * tanh(query + key)) over the features. Inputs, outputs and
/// the arguments of a call are Attention's.
/// Bahdanau et al., 2015, "Neural machine translation by jointly learning to align and translate".
class LAMINA_API AdditiveAttention : public Attention {
 public:
  explicit AdditiveAttention(AdditiveAttentionOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;

 protected:
  void build_scores(std::int64_t dim) override;
  Tensor scores(const Tensor& query, const Tensor& key) const override;

 private:
  AdditiveAttentionOptions own_;
};

}  // namespace lamina
