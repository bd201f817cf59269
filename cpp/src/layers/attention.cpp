#include "lamina/layers/attention.hpp"

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/dropout.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/ops/softmax.hpp"
#include "layers/attention_calls.hpp"
#include "layers/call_scope.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, AttentionOptions& options) {
  visit("use_scale", options.use_scale);
  visit("score_mode", options.score_mode);
  visit("dropout", options.dropout);
  visit("seed", options.seed);
}

namespace {

// What a masked score loses, as in Keras: its weight rounds to 0 unless all are masked.
constexpr double masked_score = 1e9;

}  // namespace

Attention::Attention(AttentionOptions options) : Attention("Attention", std::move(options)) {}

Attention::Attention(std::string type, AttentionOptions options)
    : Layer(std::move(type), options.name), options_(std::move(options)) {
  require(options_.score_mode == "dot" || options_.score_mode == "concat", label(), "score_mode",
          options_.score_mode, "dot or concat");
  require(options_.dropout >= 0 && options_.dropout <= 1, label(), "dropout", options_.dropout,
          "in [0, 1]");
}

std::shared_ptr<Layer> Attention::from_config(const Config& config) {
  return layer_from_config<Attention>(config, AttentionOptions{});
}

Config Attention::config() const { return with_options(base_config(), options_); }

std::vector<std::string> Attention::argument_names() const {
  return {"return_attention_scores", "use_causal_mask"};
}

void Attention::build(const Shapes& input_shapes) {
  accepts(input_shapes);
  build_scores(input_shapes[0][2]);
  random_ = add_random_stream("dropout");
  if (options_.seed) random_.restore(static_cast<std::uint64_t>(*options_.seed), 0);
}

void Attention::build_scores(std::int64_t /*dim*/) {
  if (options_.use_scale) scale_ = add_weight("scale", {}, "ones");
  if (options_.score_mode == "concat") {
    concat_score_weight_ = add_weight("concat_score_weight", {}, "ones");
  }
}

bool Attention::accepts(const Shapes& shapes) const {
  if (shapes.size() != 2 && shapes.size() != 3) {
    fail(ErrorKind::value, label(), " takes [query, value] or [query, value, key], got ",
         shapes.size(), " tensors");
  }
  const Shape &query = shapes[0], &value = shapes[1], &key = shapes.back();
  const bool fit = query.rank() == 3 && value.rank() == 3 && key.rank() == 3 &&
                   agree(query[0], value[0]) && agree(query[0], key[0]) &&
                   agree(query[2], key[2]) && agree(value[1], key[1]);
  if (!fit) {
    fail(ErrorKind::value, label(), " got ", shapes.str(),
         ", expected a query (batch, Tq, dim), a value (batch, Tv, any) and a key (batch, Tv, dim),"
         " which is the value unless it is given");
  }
  return true;
}

Shapes Attention::output_shapes(const Shapes& shapes) const {
  accepts(shapes);
  const Shape output{shapes[0][0], shapes[0][1], shapes[1][2]};
  if (!flag(CallScope::arguments_of(*this), "return_attention_scores")) return output;
  return {output, Shape{shapes[0][0], shapes[0][1], shapes[1][1]}};
}

Tensor Attention::scores(const Tensor& query, const Tensor& key) const {
  if (options_.score_mode == "dot") {
    const Tensor products = ops::matmul(query, ops::transpose(key, {0, 2, 1}));
    return options_.use_scale ? products * scale_.value() : products;
  }
  const Tensor sums = ops::expand_dims(query, 2) + ops::expand_dims(key, 1);
  const Tensor scaled = options_.use_scale ? sums * scale_.value() : sums;
  return ops::sum(ops::tanh(scaled), {-1}) * concat_score_weight_.value();
}

Tensors Attention::call(const Tensors& inputs, const CallContext& context) {
  const Tensor &query = inputs[0], &value = inputs[1], &key = inputs.back();
  Tensor weights = scores(query, key);
  const Shape square{1, weights.shape()[1], weights.shape()[2]};
  Tensor seen = value.mask().defined() ? ops::expand_dims(value.mask(), 1) : Tensor();
  if (flag(context.arguments, "use_causal_mask")) {
    const Tensor before = ops::tril(Tensor::full(square, 1, weights.dtype(), weights.device()));
    const Tensor causal = before.cast(Dtype::boolean);
    seen = seen.defined() ? ops::logical_and(seen, causal) : causal;
  }
  if (seen.defined()) weights = ops::where(seen, weights, weights - masked_score);
  weights = ops::softmax(weights);
  if (context.is_training() && options_.dropout > 0) {
    weights = ops::dropout(weights, options_.dropout, random_);
  }
  Tensor output = ops::matmul(weights, value);
  if (query.mask().defined()) {
    output = ops::where(ops::expand_dims(query.mask(), 2), output,
                        Tensor::scalar(0, output.dtype(), output.device()));
  }
  if (!flag(context.arguments, "return_attention_scores")) return output;
  return {output, weights};
}

}  // namespace lamina
