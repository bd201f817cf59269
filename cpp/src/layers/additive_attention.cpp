#include "lamina/layers/additive_attention.hpp"

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, AdditiveAttentionOptions& options) {
  visit("use_scale", options.use_scale);
  visit("dropout", options.dropout);
  visit("seed", options.seed);
}

AdditiveAttention::AdditiveAttention(AdditiveAttentionOptions options)
    : Attention("AdditiveAttention", {.use_scale = options.use_scale,
                                      .dropout = options.dropout,
                                      .seed = options.seed,
                                      .name = options.name}),
      own_(std::move(options)) {}

std::shared_ptr<Layer> AdditiveAttention::from_config(const Config& config) {
  return layer_from_config<AdditiveAttention>(config, AdditiveAttentionOptions{});
}

Config AdditiveAttention::config() const { return with_options(base_config(), own_); }

void AdditiveAttention::build_scores(std::int64_t dim) {
  if (own_.use_scale) scale_ = add_weight("scale", {dim}, "glorot_uniform");
}

Tensor AdditiveAttention::scores(const Tensor& query, const Tensor& key) const {
  const Tensor bent = ops::tanh(ops::expand_dims(query, 2) + ops::expand_dims(key, 1));
  return own_.use_scale ? ops::matmul(bent, scale_) : ops::sum(bent, {-1});
}

}  // namespace lamina
