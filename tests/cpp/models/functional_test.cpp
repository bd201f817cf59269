#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

SymbolicTensor named_input(const char* name, std::int64_t extent) {
  return input({.shape = {extent}, .name = name});
}

// Two inputs share a layer and end in two outputs.
Functional two_by_two() {
  const SymbolicTensor a = named_input("a", 3), b = named_input("b", 3);
  const auto shared = std::make_shared<Dense>(DenseOptions{.units = 4, .activation = "tanh"});
  const SymbolicTensor both = connect(Concatenate(), {connect(shared, a), connect(shared, b)});
  return Functional({a, b}, {connect(Dense({.units = 1, .name = "score"}), both),
                             connect(Dense({.units = 2, .name = "kind"}), both)});
}

const Tensor x_a({{1, 2, 3}, {4, 5, 6}, {0, 1, 0}, {1, 1, 1}});
const Tensor x_b({{3, 2, 1}, {0, 0, 1}, {1, 0, 0}, {2, 2, 2}});
const Tensor y_score({{1}, {2}, {3}, {4}});
const Tensor y_kind({{1, 0}, {0, 1}, {1, 0}, {0, 1}});

TEST(Functional, IsBuiltWhenMade) {
  const Functional model = two_by_two();
  EXPECT_TRUE(model.built());
  EXPECT_EQ(model.layers().size(), 6U);
  EXPECT_EQ(model.weights().size(), 6U);  // those of the shared layer once
  EXPECT_EQ(model.count_params(), (3 * 4 + 4) + (8 + 1) + (16 + 2));
  const Shapes shapes = model.output_shapes({{5, 3}, {5, 3}});
  EXPECT_EQ(shapes[0], Shape({5, 1}));
  EXPECT_EQ(shapes[1], Shape({5, 2}));
  EXPECT_NE(model.summary().find("Connected to"), std::string::npos);
  EXPECT_NE(model.dot().find("->"), std::string::npos);
}

TEST(Functional, ComputesWhatItsLayersDo) {
  const SymbolicTensor x = named_input("x", 2);
  Functional model(x, connect(Add(), {x, connect(Multiply(), {x, x})}));
  const Tensor y = model(Tensor({{1, 2}, {3, 4}}));
  const std::vector<float> expected{2, 6, 12, 20};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(y.values<float>()[i], expected[i]);
}

TEST(Functional, TrainsAndResumesFromAFile) {
  set_random_seed(2);
  Functional model = two_by_two();
  model.compile({.optimizer = Adam({.learning_rate = 0.05}),
                 .output_losses = {{"score", "mse"}, {"kind", "mse", 0.5}},
                 .output_metrics = {{"kind", {"categorical_accuracy"}}}});
  const History history = model.fit({x_a, x_b}, {y_score, y_kind}, {.epochs = 50});
  ASSERT_EQ(history.values.size(), 4U);
  EXPECT_EQ(history.values[1].first, "score_loss");
  EXPECT_EQ(history.values[3].first, "kind_categorical_accuracy");
  EXPECT_LT(history["loss"].back(), history["loss"].front() / 4);
  EXPECT_NEAR(history["loss"].back(),
              history["score_loss"].back() + 0.5 * history["kind_loss"].back(), 1e-5);

  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  const auto more = [](Model& each) {
    return each.fit({x_a, x_b}, {y_score, y_kind}, {.epochs = 3})["loss"];
  };
  EXPECT_EQ(more(model), more(*loaded));
  const TensorList first = model.predict_all({x_a, x_b}), second = loaded->predict_all({x_a, x_b});
  ASSERT_EQ(second.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    for (std::int64_t i = 0; i < first[k].size(); ++i) {
      EXPECT_EQ(first[k].values<float>()[static_cast<std::size_t>(i)],
                second[k].values<float>()[static_cast<std::size_t>(i)]);
    }
  }
}

TEST(Functional, GivesFeaturesOfASequential) {
  Sequential model;
  model.add(Input({.shape = {3}}));
  model.add(Dense({.units = 4}));
  model.add(Dense({.units = 2}));
  Functional features(model.symbolic_inputs(), outputs_of(*model.layers()[1]));
  const Tensor expected = (*model.layers()[1])(x_a), got = features(x_a);
  EXPECT_EQ(got.shape(), Shape({4, 4}));
  EXPECT_EQ(got.values<float>()[5], expected.values<float>()[5]);
  EXPECT_EQ(features.weights()[0], model.weights()[0]);
}

TEST(Functional, MayHoldModels) {
  const auto inner = std::make_shared<Functional>(two_by_two());
  const SymbolicTensor a = named_input("left", 3), b = named_input("right", 3);
  const SymbolicTensors parts = connect_all(inner, {a, b});
  Functional model({a, b}, connect(Concatenate(), {parts[0], parts[1]}));
  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  const Tensor y = loaded->predict({x_a, x_b});
  EXPECT_EQ(y.shape(), Shape({4, 3}));
  EXPECT_EQ(y.values<float>()[0], inner->predict_all({x_a, x_b})[0].values<float>()[0]);
}

TEST(Functional, RefusesWhatIsNoModel) {
  const SymbolicTensor a = named_input("a", 2), b = named_input("b", 2), wide = named_input("c", 3);
  const SymbolicTensor sum = connect(Add(), {a, b});
  EXPECT_NE(error_of(ErrorKind::value, [&] { Functional(a, sum); }).find("needs the input 'b'"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [&] { Functional({}, sum); }).find("at least one"),
            std::string::npos);
  EXPECT_NE(
      error_of(ErrorKind::value, [&] { Functional({a, SymbolicTensor()}, sum); }).find("empty"),
      std::string::npos);
  EXPECT_NE(
      error_of(ErrorKind::value, [&] { connect(Add(), {a, wide}); }).find("do not go together"),
      std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [&] { two_by_two().predict_all(x_a); })
                .find("takes 2 inputs (a, b)"),
            std::string::npos);
  Functional model = two_by_two();
  EXPECT_NE(error_of(ErrorKind::value, [&] { model.predict({x_a, x_b}); }).find("2 outputs"),
            std::string::npos);
  EXPECT_NE(
      error_of(ErrorKind::value, [&] { model.compile({.output_losses = {{"nobody", "mse"}}}); })
          .find("score, kind"),
      std::string::npos);
  model.compile({.loss = "mse"});
  EXPECT_NE(
      error_of(ErrorKind::value, [&] { model.fit({x_a, x_b}, y_score); }).find("2 outputs, got 1"),
      std::string::npos);
}

}  // namespace
}  // namespace lamina
