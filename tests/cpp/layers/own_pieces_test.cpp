// Initializers, regularizers, constraints and activations of a program's own, and options of layers
// that change.
#include <gtest/gtest.h>

#include <span>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

Tensor doubled(const Tensor& x) { return x + x; }
Tensor total(const Tensor& x) { return ops::sum(x); }
Tensor capped(const Tensor& x) {
  return ops::minimum(x, Tensor::scalar(0.25, x.dtype(), x.device()));
}

DenseOptions own_options() {
  return {.units = 2,
          .activation = Activation::own(doubled, "tests>doubled"),
          .kernel_initializer = Initializer::own(
              [](const Shape& shape, Dtype dtype) { return Tensor::full(shape, 0.5, dtype); },
              "tests>halves"),
          .kernel_regularizer = Regularizer::own(total, "tests>total"),
          .kernel_constraint = Constraint::own(capped, "tests>capped")};
}

TEST(OwnPieces, LayersUseThem) {
  Sequential model;
  model.add(Input({.shape = {3}}));
  model.add(std::make_shared<Dense>(own_options()));
  // 2 (0.5 * (1 + 2 + 3)).
  EXPECT_EQ(model(Tensor({{1, 2, 3}})).front().to_vector<float>()[0], 6);
  ASSERT_EQ(model.losses().size(), 1U);
  EXPECT_EQ(model.losses()[0].item(), 3);
  model.compile(
      {.optimizer = std::make_shared<SGD>(SGDOptions{.learning_rate = 0}), .loss = "mse"});
  model.train_on_batch(Tensor({{1, 2, 3}}), Tensor({{1, 2}}));
  EXPECT_EQ(model.weights()[0].value().to_vector<float>()[0], 0.25F);
}

TEST(OwnPieces, FilesFindThemByName) {
  Sequential model;
  model.add(Input({.shape = {3}}));
  model.add(std::make_shared<Dense>(own_options()));
  const std::string file = model.save_to_memory();
  const auto load = [&] { return load_model(std::as_bytes(std::span(file.data(), file.size()))); };
  EXPECT_THROW(load(), Error);
  register_activation("tests>doubled",
                      [](const Config&) { return Activation::own(doubled, "tests>doubled"); });
  register_regularizer("tests>total",
                       [](const Config&) { return Regularizer::own(total, "tests>total"); });
  register_constraint("tests>capped",
                      [](const Config&) { return Constraint::own(capped, "tests>capped"); });
  register_initializer("tests>halves", [](const Config&) {
    return Initializer::own(
        [](const Shape& shape, Dtype dtype) { return Tensor::full(shape, 0.5, dtype); },
        "tests>halves");
  });
  const Tensor x({{1, 2, 3}});
  EXPECT_EQ((*load())(x).front().to_vector<float>(), model(x).front().to_vector<float>());
}

TEST(OwnPieces, NamesOfLaminaAreTaken) {
  const auto regularizer = [](const Config&) { return Regularizer(); };
  EXPECT_THROW(register_regularizer("l2", regularizer), Error);
  EXPECT_THROW(register_activation("relu", [](const Config&) { return Activation(); }), Error);
}

TEST(Initializers, ConstantsOfTensors) {
  const Initializer values = Initializer::constant(Tensor({{1, 2, 3}, {4, 5, 6}}));
  RandomStream random = RandomStream::open("test");
  const Tensor made = values({2, 3}, Dtype::float64, random);
  EXPECT_EQ(made.to_vector<double>(), (std::vector<double>{1, 2, 3, 4, 5, 6}));
  const Initializer again = Initializer::from_config(values.config());
  EXPECT_EQ(again({2, 3}, Dtype::float64, random).to_vector<double>(), made.to_vector<double>());
  EXPECT_THROW(again({3, 2}, Dtype::float64, random), Error);
}

TEST(Options, ChangeWhereNothingDependsOnThem) {
  Dense dense({.units = 2, .kernel_initializer = "ones"});
  Config config = dense.config();
  EXPECT_TRUE(dense.change_option("units", config.set("units", 3)));
  EXPECT_EQ(dense(Tensor({{1, 2}})).shape(), (Shape{1, 3}));
  config = dense.config();
  EXPECT_FALSE(dense.change_option("units", config.set("units", 4)));
  config = dense.config();
  EXPECT_TRUE(dense.change_option("activation", config.set("activation", "sigmoid")));
  EXPECT_LT(dense(Tensor({{1, 2}})).to_vector<float>()[0], 1);
}

TEST(Options, FusedLayersFollowThem) {
  const auto dense =
      std::make_shared<Dense>(DenseOptions{.units = 1, .kernel_initializer = "ones"});
  const auto relu = std::make_shared<ReLU>();
  Sequential model;
  model.add(Input({.shape = {2}}));
  model.add(dense);
  model.add(relu);
  const Tensor x({{1, 2}});
  EXPECT_EQ(model(x).front().item(), 3);
  Config config = relu->config();
  EXPECT_TRUE(relu->change_option("max_value", config.set("max_value", 2.0)));
  EXPECT_EQ(model(x).front().item(), 2);
}

}  // namespace
}  // namespace lamina
