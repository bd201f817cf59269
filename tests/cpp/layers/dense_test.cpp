#include <gtest/gtest.h>

#include <string>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Dense, TheLecturesThreeLayerNetwork) {
  // Each row of the lecture's matrices is a neuron; lamina's kernels are (inputs, units).
  Sequential model;
  for (int i = 0; i < 3; ++i) model.add(Dense({.units = 2, .activation = "sigmoid"}));
  model.ensure_built(Shape{Shape::none, 2});
  model.set_weights({Tensor({{1, -1}, {-2, 1}}), Tensor({1, 0}), Tensor({{2, -2}, {-1, -1}}),
                     Tensor({0, 0}), Tensor({{3, -1}, {-1, 4}}), Tensor({-2, 2})});
  const Tensor first = (*model.layers()[0])(Tensor({{1, -1}}));
  EXPECT_NEAR(first.values<float>()[0], 0.98, 0.005);
  EXPECT_NEAR(first.values<float>()[1], 0.12, 0.005);
  const Tensor second = (*model.layers()[1])(first);
  EXPECT_NEAR(second.values<float>()[0], 0.86, 0.005);
  EXPECT_NEAR(second.values<float>()[1], 0.11, 0.005);
  const Tensor y = model.predict(Tensor({{1, -1}, {0, 0}}));
  EXPECT_NEAR(y.values<float>()[0], 0.62, 0.005);
  EXPECT_NEAR(y.values<float>()[1], 0.83, 0.005);
  EXPECT_NEAR(y.values<float>()[2], 0.51, 0.005);
  EXPECT_NEAR(y.values<float>()[3], 0.85, 0.005);
}

TEST(Dense, NamesWeightsAndRefusesOtherInputs) {
  Dense layer({.units = 4, .name = "hidden"});
  layer(Tensor({{1, 2, 3}}));
  ASSERT_EQ(layer.weights().size(), 2U);
  EXPECT_EQ(layer.weights()[0].path(), "hidden/kernel");
  EXPECT_EQ(layer.weights()[0].shape(), (Shape{3, 4}));
  EXPECT_EQ(layer.count_params(), 16);
  const std::string message = error_of(ErrorKind::value, [&] { layer(Tensor({{1, 2}})); });
  EXPECT_EQ(message,
            "Dense 'hidden' was built for inputs (None, 3) but got (1, 2); give inputs of that "
            "shape, or make a new layer for these");
}

TEST(Dense, OptionsAreChecked) {
  EXPECT_NE(error_of(ErrorKind::value, [] { Dense({.units = 0}); }).find("units=0"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [] { Dense({.units = 1, .activation = "rleu"}); })
                .find("unknown activation 'rleu'; expected one of linear, relu"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value,
                     [] { make_layer("Dense", Config().set("units", 3).set("unit", 4)); })
                .find("no option 'unit'"),
            std::string::npos);
  error_of(ErrorKind::type, [] { make_layer("Dense", Config().set("units", 3.5)); });
}

}  // namespace
}  // namespace lamina
