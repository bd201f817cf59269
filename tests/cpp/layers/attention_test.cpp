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

}  // namespace
}  // namespace lamina
