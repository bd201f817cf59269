#include "lamina/layers/grouped_query_attention.hpp"

#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, GroupedQueryAttentionOptions& options) {
  visit("head_dim", options.head_dim);
  visit("num_query_heads", options.num_query_heads);
  visit("num_key_value_heads", options.num_key_value_heads);
  visit("dropout", options.dropout);
  visit("use_bias", options.use_bias);
  visit("sliding_window", options.sliding_window);
  visit("flash_attention", options.flash_attention);
  visit("kernel_initializer", options.kernel_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("bias_constraint", options.bias_constraint);
  visit("use_gate", options.use_gate);
  visit("seed", options.seed);
}

namespace {

MultiHeadAttentionOptions with_all_heads(const GroupedQueryAttentionOptions& o) {
  return {.num_heads = o.num_query_heads,
          .key_dim = o.head_dim,
          .dropout = o.dropout,
          .use_bias = o.use_bias,
          .sliding_window = o.sliding_window,
          .flash_attention = o.flash_attention,
          .kernel_initializer = o.kernel_initializer,
          .bias_initializer = o.bias_initializer,
          .kernel_regularizer = o.kernel_regularizer,
          .bias_regularizer = o.bias_regularizer,
          .activity_regularizer = o.activity_regularizer,
          .kernel_constraint = o.kernel_constraint,
          .bias_constraint = o.bias_constraint,
          .use_gate = o.use_gate,
          .seed = o.seed,
          .name = o.name};
}

}  // namespace

GroupedQueryAttention::GroupedQueryAttention(GroupedQueryAttentionOptions options)
    : MultiHeadAttention("GroupedQueryAttention", with_all_heads(options),
                         options.num_key_value_heads),
      own_(std::move(options)) {
  require(own_.num_key_value_heads > 0 && own_.num_query_heads % own_.num_key_value_heads == 0,
          label(), "num_key_value_heads", own_.num_key_value_heads,
          concat("above 0 and a divisor of num_query_heads=", own_.num_query_heads).c_str());
}

std::shared_ptr<Layer> GroupedQueryAttention::from_config(const Config& config) {
  return layer_from_config<GroupedQueryAttention>(
      config,
      GroupedQueryAttentionOptions{.head_dim = 0, .num_query_heads = 0, .num_key_value_heads = 0});
}

Config GroupedQueryAttention::config() const { return with_options(base_config(), own_); }

}  // namespace lamina
