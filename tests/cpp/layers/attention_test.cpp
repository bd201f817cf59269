// Attention worked by hand, and its gradients.
#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

TEST(Attention, TwoOutputsByHand) {
  // Scores log(3) and 0: weights 3/4 and 1/4.
  const Tensor query({{{std::log(3.0F), 0}}}), key({{{1, 0}, {0, 1}}}), value({{{4}, {8}}});
  Attention layer;
  CallArguments arguments;
  arguments.values.set("return_attention_scores", true);
  const Tensors outputs = layer({query, value, key}, {false, &arguments});
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_NEAR(outputs[0].to_vector<float>()[0], 5, 1e-6);
  EXPECT_NEAR(outputs[1].to_vector<float>()[0], 0.75, 1e-6);
  arguments.values.set("use_causal_mask", true);
  EXPECT_EQ(layer({query, value, key}, {false, &arguments})[0].to_vector<float>()[0], 4);
  const Tensor rest = value.with_mask(Tensor({{0, 1}}).cast(Dtype::boolean));
  EXPECT_EQ(layer({query, rest, key})[0].to_vector<float>()[0], 8);
}

TEST(Attention, TwoOutputsInAGraph) {
  const SymbolicTensor query = input({.shape = {3, 4}}), value = input({.shape = {5, 4}});
  SymbolicArguments arguments;
  arguments.values = Config().set("return_attention_scores", true);
  const SymbolicTensors outputs =
      connect_all(std::make_shared<Attention>(), {query, value}, arguments);
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(outputs[1].shape(), (Shape{Shape::none, 3, 5}));
  Functional model({query, value}, outputs);
  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  const Tensors given{Tensor::full({2, 3, 4}, 1), Tensor::full({2, 5, 4}, 2)};
  EXPECT_NEAR(loaded->predict_all(given)[1].to_vector<float>()[0], 0.2, 1e-6);
}

TEST(Attention, Gradients) {
  for (const char* mode : {"dot", "concat"}) {
    Attention layer({.use_scale = true, .score_mode = mode});
    layer.set_dtype(Dtype::float64);
    const TensorList inputs{test::spread_values({2, 3, 4}, -1, 1),
                            test::spread_values({2, 5, 3}, -1, 1, 2),
                            test::spread_values({2, 5, 4}, -1, 1, 3)};
    test::check_gradients(
        [&](const TensorList& in) -> Tensor { return layer({in[0], in[1], in[2]}); }, inputs);
  }
}

TEST(AdditiveAttention, ByHand) {
  // Scores 2 tanh(0) = 0 and 2 tanh(x) = log(3): weights 1/4 and 3/4.
  const double x = std::atanh(std::log(3.0) / 2);
  const Tensor query({{{0}}}), value({{{0}, {x}}});
  AdditiveAttention layer({.name = "scores"});
  layer.ensure_built({Shape{1, 1, 1}, Shape{1, 2, 1}});
  ASSERT_EQ(layer.weights()[0].path(), "scores/scale");
  layer.weights()[0].assign(Tensor({2}));
  EXPECT_NEAR(Tensor(layer({query, value})).item(), 0.75 * x, 1e-6);
}

TEST(MultiHeadAttention, OneHeadByHand) {
  MultiHeadAttention layer({.num_heads = 1, .key_dim = 1, .use_bias = false});
  layer.ensure_built({Shape{1, 1, 1}, Shape{1, 2, 1}});
  const auto paths = {"query/kernel", "key/kernel", "value/kernel", "attention_output/kernel"};
  std::size_t i = 0;
  for (const char* path : paths) {
    EXPECT_EQ(layer.weights()[i].path(), "multi_head_attention/" + std::string(path));
    layer.weights()[i++].assign(Tensor({{{1}}}));
  }
  // Scores log(3) and 0.
  const Tensor query({{{std::log(3.0)}}}), value({{{1}, {0}}});
  EXPECT_NEAR(Tensor(layer({query, value})).item(), 0.75, 1e-6);
  CallArguments arguments;
  arguments.tensors = {{"attention_mask", Tensor({{0, 1}})}};
  EXPECT_NEAR(Tensor(layer({query, value}, {false, &arguments})).item(), 0, 1e-6);
  arguments.tensors = {{"value_mask", Tensor({{1, 0}})}};
  arguments.values.set("return_attention_scores", true);
  const Tensors outputs = layer({query, value}, {false, &arguments});
  EXPECT_NEAR(outputs[0].item(), 1, 1e-6);
  EXPECT_EQ(outputs[1].shape(), (Shape{1, 1, 1, 2}));
}

TEST(MultiHeadAttention, Gradients) {
  MultiHeadAttention layer({.num_heads = 2, .key_dim = 3, .value_dim = 2, .use_gate = true});
  layer.set_dtype(Dtype::float64);
  const TensorList inputs{test::spread_values({2, 3, 4}, -1, 1),
                          test::spread_values({2, 5, 3}, -1, 1, 2),
                          test::spread_values({2, 5, 4}, -1, 1, 3)};
  test::check_gradients(
      [&](const TensorList& in) -> Tensor { return layer({in[0], in[1], in[2]}); }, inputs);
}

TEST(GroupQueryAttention, TwoHeadsOfOneKeyInAModelAndItsFile) {
  const SymbolicTensor x = input({.shape = {Shape::none, 4}});
  const auto layer = std::make_shared<GroupQueryAttention>(
      GroupQueryAttentionOptions{.head_dim = 3, .num_query_heads = 2, .num_key_value_heads = 1});
  Functional model({x}, {connect(layer, {x, x})});
  EXPECT_EQ(layer->weights()[2].shape(), (Shape{4, 1, 3}));
  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  const Tensor given = test::spread_values({2, 5, 4}, -1, 1).cast(Dtype::float32);
  EXPECT_EQ(loaded->predict(given).to_vector<float>(), model.predict(given).to_vector<float>());
}

TEST(DotProductAttention, Gradients) {
  const Tensor query = test::spread_values({2, 3, 4, 3}, -1, 1),
               key = test::spread_values({2, 5, 2, 3}, -1, 1, 2),
               value = test::spread_values({2, 5, 2, 2}, -1, 1, 3),
               bias = test::spread_values({4, 3, 5}, -1, 1, 4);
  const Tensor mask = Tensor({{1, 0, 1, 1, 0}, {0, 0, 0, 0, 0}, {1, 1, 1, 0, 1}});
  for (const bool causal : {false, true}) {
    for (const Tensor& its : {Tensor(), mask}) {
      test::check_gradients(
          [&](const TensorList& in) {
            return ops::dot_product_attention(in[0], in[1], in[2],
                                              {.mask = its, .is_causal = causal});
          },
          {query, key, value});
      test::check_gradients(
          [&](const TensorList& in) {
            return ops::dot_product_attention(
                in[0], in[1], in[2],
                {.bias = in[3], .mask = its, .scale = 0.3, .is_causal = causal});
          },
          {query, key, value, bias});
    }
  }
}

TEST(DotProductAttention, TheSameInTwoSteps) {
  const Tensor query = test::spread_values({2, 3, 4, 3}, -1, 1),
               key = test::spread_values({2, 5, 2, 3}, -1, 1, 2);
  const ops::AttentionArguments arguments{.mask = Tensor({{1, 0, 0, 1, 1}}), .is_causal = true};
  const Tensor whole = ops::dot_product_attention(query, key, key, arguments);
  const Tensor steps = ops::weighted_values(ops::attention_weights(query, key, arguments), key);
  const auto a = whole.to_vector<double>(), b = steps.to_vector<double>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-14);
}

}  // namespace
}  // namespace lamina
