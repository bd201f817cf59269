// Values with masks and weights of time steps are those of Keras 3.15.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

const Tensor y({{{1}, {2}, {3}}, {{4}, {5}, {6}}});
const Tensor p({{{1.5}, {2}, {1}}, {{4}, {7}, {6.5}}});
const Tensor step_weights({{1, 2, 3}, {0.5, 0, 4}});

Tensor mask() { return Tensor({{1, 1, 0}, {1, 0, 0}}).cast(Dtype::boolean); }

TEST(Loss, WeightsOfTimeSteps) {
  EXPECT_NEAR(MeanSquaredError()(y, p, step_weights).item(), 2.2083332538604736, 1e-6);
  // One for each sample, as a vector or as a column, holds for all its steps.
  const Tensor per_sample({2, 0.5});
  const double expected = (2 * 4.25 + 0.5 * 4.25) / 6;
  EXPECT_NEAR(MeanSquaredError()(y, p, per_sample).item(), expected, 1e-6);
  EXPECT_NEAR(MeanSquaredError()(y, p, per_sample.reshape({2, 1})).item(), expected, 1e-6);
}

TEST(Loss, AMaskTakesStepsOutOfTheMean) {
  const Tensor masked = p.with_mask(mask());
  EXPECT_NEAR(MeanSquaredError()(y, masked).item(), 0.25 / 3, 1e-7);
  EXPECT_NEAR(MeanSquaredError({.reduction = "sum"})(y, masked).item(), 0.25, 1e-7);
  EXPECT_NEAR(MeanSquaredError()(y, masked, step_weights).item(), 0.25 / 3, 1e-7);
  EXPECT_NEAR(MeanSquaredError()(y, masked, Tensor({2, 0.5})).item(), 0.5 / 3, 1e-7);
  // Where nothing counts there is no loss, and no division by zero.
  const Tensor nothing = p.with_mask(Tensor::zeros({2, 3}, Dtype::boolean));
  EXPECT_EQ(MeanSquaredError()(y, nothing).item(), 0);
}

TEST(Loss, AMaskedStepHasNoGradient) {
  Tensor leaf = Tensor::copy_of(p.data(), 6, p.shape(), Dtype::float32);
  leaf.set_requires_grad();
  MeanSquaredError()(y, leaf.with_mask(mask())).backward();
  const auto grad = leaf.grad().values<float>();
  EXPECT_NEAR(grad[0], 2 * 0.5 / 3, 1e-6);  // d/dp of (p - y)^2 over the 3 steps that count
  EXPECT_EQ(grad[2], 0);
  EXPECT_EQ(grad[4], 0);
}

TEST(Loss, EachSamplesLossUnreduced) {
  const Tensor each = MeanSquaredError().each(y, p);
  ASSERT_EQ(each.shape(), (Shape{2, 3}));
  const std::vector<float> expected{0.25, 0, 4, 0, 4, 0.25};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(each.values<float>()[i], expected[i]);
}

TEST(Loss, GradientsOfUnreducedLosses) {
  const Tensor target = test::spread_values({4, 3}, 0.1, 0.9, 2);
  const Tensor prediction = test::spread_values({4, 3}, 0.1, 0.9);
  const ops::LossOptions none{.reduction = ops::Reduction::none};
  test::check_gradients(
      [&](const TensorList& in) { return ops::mean_squared_error(target, in[0], none); },
      {prediction});
  test::check_gradients(
      [&](const TensorList& in) { return ops::binary_crossentropy(target, in[0], none); },
      {prediction});
  test::check_gradients(
      [&](const TensorList& in) {
        return ops::sparse_categorical_crossentropy(Tensor({0, 2, 1, 1}), in[0], none);
      },
      {prediction});
}

TEST(Loss, LogCosh) {
  const double expected = (std::log(std::cosh(0.5)) + std::log(std::cosh(3.0))) / 2;
  EXPECT_NEAR(LogCosh()(Tensor({{0.0, 1.0}}), Tensor({{0.5, -2.0}})).item(), expected, 1e-6);
  EXPECT_EQ(Loss::from_name("logcosh")->type(), "LogCosh");
  const Tensor target = test::spread_values({4, 3}, -2, 2, 2);
  test::check_gradients([&](const TensorList& in) { return ops::log_cosh(target, in[0]); },
                        {test::spread_values({4, 3}, -2, 2)});
}

TEST(Loss, OptionsAreItsOwn) {
  EXPECT_DOUBLE_EQ(Huber({.delta = 2})(Tensor({{0}}), Tensor({{5}})).item(), 2 * 5 - 2);
  EXPECT_DOUBLE_EQ(SmoothL1({.beta = 0.5})(Tensor({{0}}), Tensor({{3}})).item(), 2.75);
  const Config config = Huber({.delta = 2, .name = "h"}).config();
  EXPECT_EQ(config.keys(), (std::vector<std::string>{"delta", "reduction", "name"}));
  EXPECT_EQ(Loss::make("Huber", config)->config(), config);
  EXPECT_NE(error_of(ErrorKind::value, [] { Loss::make("mse", Config().set("delta", 2.0)); })
                .find("MeanSquaredError has no option 'delta'; expected one of reduction, name"),
            std::string::npos);
  EXPECT_EQ(error_of(ErrorKind::value, [] { SmoothL1({.beta = 0}); }),
            "SmoothL1 needs beta finite and above 0, got beta=0");
}

const char* const types[] = {
#define LOSS(Class, type, function, ...) type,
#include "losses/losses.def"
#undef LOSS
};

// Labels and predictions that a loss takes.
Tensor labels_for(const std::string& type) {
  if (type == "SparseCategoricalCrossentropy" || type == "CategoricalGeneralizedCrossEntropy" ||
      type == "Circle") {
    return Tensor({0, 2, 0, 1});
  }
  if (type == "CTC") return Tensor({{1, 2}, {1, 1}, {2, 0}, {0, 0}});
  return test::spread_values({4, 3}, 0.1, 0.9, 2);
}
Tensor predictions_for(const std::string& type) {
  return test::spread_values(type == "CTC" ? Shape{4, 5, 3} : Shape{4, 3}, 0.1, 0.9);
}

TEST(Loss, GradientsOfEach) {
  for (const std::string type : types) {
    SCOPED_TRACE(type);
    for (const char* reduction : {"none", "sum", "mean"}) {
      const auto loss = Loss::make(type, Config().set("reduction", reduction));
      test::check_gradients([&](const TensorList& in) { return (*loss)(labels_for(type), in[0]); },
                            {predictions_for(type)}, 1e-6);
    }
  }
}

TEST(Loss, ConfigurationsMakeEqualOnes) {
  for (const std::string type : types) {
    SCOPED_TRACE(type);
    const Config config = Loss::from_name(type)->config();
    const auto made = Loss::make(type, config);
    EXPECT_EQ(made->config(), config);
    EXPECT_EQ(made->type(), type);
    EXPECT_EQ(Loss::from_name(made->name())->type(), type);
  }
  EXPECT_EQ(Loss::from_name("KLD")->type(), "KLDivergence");
  EXPECT_EQ(Loss::from_name("kullback_leibler_divergence")->type(), "KLDivergence");
}

TEST(Loss, Reductions) {
  const Tensor target({{0}, {0}}), prediction({{1}, {2}}), weights({3, 1});
  const auto loss = [&](const char* reduction, const Tensor& weight = {}) {
    return MeanSquaredError({.reduction = reduction})(target, prediction, weight);
  };
  EXPECT_EQ(loss("sum_over_batch_size").item(), 2.5);
  EXPECT_EQ(loss("mean", weights).item(), (3 * 1 + 1 * 4) / 2.0);
  EXPECT_EQ(loss("sum", weights).item(), 3 * 1 + 1 * 4);
  EXPECT_EQ(loss("mean_with_sample_weight", weights).item(), (3 * 1 + 1 * 4) / 4.0);
  EXPECT_EQ(loss("mean_with_sample_weight", Tensor({0, 0})).item(), 0);
  EXPECT_EQ(loss("none", weights).to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(loss("sum", Tensor::scalar(2)).item(), 10);
  EXPECT_NE(error_of(ErrorKind::value, [&] { loss("median"); }).find("got 'median'"),
            std::string::npos);
}

TEST(Loss, ConfiguredAnew) {
  Huber huber;
  const LossHandle held = std::make_shared<Huber>(huber);
  huber.configure(huber.config().set("delta", 2.0));
  EXPECT_EQ(huber(Tensor({{0}}), Tensor({{5}})).item(), 2 * 5 - 2);
  EXPECT_EQ((*held.pointer())(Tensor({{0}}), Tensor({{5}})).item(), 4.5);  // a copy of before
  EXPECT_NE(error_of(ErrorKind::value, [&] { huber.configure(Config().set("delta", -1.0)); })
                .find("delta finite and above 0"),
            std::string::npos);
}

TEST(Loss, DtypeToComputeIn) {
  const MeanSquaredError loss({.dtype = Dtype::float64});
  EXPECT_EQ(loss(Tensor({{0}}), Tensor({{3}})).dtype(), Dtype::float64);
  EXPECT_EQ(loss.config().string("dtype"), "float64");
  EXPECT_NE(error_of(ErrorKind::value, [] { Hinge({.dtype = Dtype::int32}); })
                .find("computes in float32 or float64, got dtype=int32"),
            std::string::npos);
}

TEST(Loss, IgnoredClassDoesNotCount) {
  const SparseCategoricalCrossentropy loss({.ignore_class = 9});
  const Tensor value = loss(Tensor({1, 9}), Tensor({{0.25, 0.75}, {0.5, 0.5}}));
  EXPECT_NEAR(value.item(), -std::log(0.75), 1e-6);
}

TEST(Loss, CirclesAgainstReferences) {
  const Tensor points({{1, 0}, {0, 1}});
  const Tensor own = Circle({.remove_diagonal = false}).each(Tensor({0, 1}), points);
  const Tensor same =
      Circle::between(Tensor({0, 1}), points, Tensor({0, 1}), points, {.remove_diagonal = false});
  EXPECT_EQ(own.to_vector<float>(), same.to_vector<float>());
}

// The value that Keras's own tests expect: a label may be 0 among others.
TEST(Loss, CtcOfALabelOfZero) {
  std::vector<float> logits(24);
  for (std::size_t i = 0; i < 24; ++i) logits[i] = (static_cast<float>(i) - 12) / 100;
  const Tensor labels({{1, 2, 1, 0}, {1, 2, 0, 2}});
  EXPECT_NEAR(CTC()(labels, Tensor::copy_of<float>(logits, {2, 4, 3})).item(), 2.448645, 3e-6);
}

TEST(Loss, LabelsThatAreDifferentiatedBy) {
  const Tensor target = test::spread_values({2, 3}, 0.1, 0.9, 2);
  const Tensor prediction = test::spread_values({2, 3}, 0.2, 0.8);
  const auto check = [&](const Loss& loss) {
    test::check_gradients([&](const TensorList& in) { return loss(in[0], in[1]); },
                          {target, prediction});
    Tensor leaf = target.copy();
    leaf.set_requires_grad();
    EXPECT_NEAR(loss(leaf, prediction).item(), loss(target, prediction).item(), 1e-12);
  };
  check(MeanSquaredError());
  check(MeanAbsoluteError());
  check(Huber({.delta = 0.2}));
  check(SmoothL1({.beta = 0.2}));
  check(LogCosh());
  check(BinaryCrossentropy({.label_smoothing = 0.2}));
  check(BinaryCrossentropy({.from_logits = true}));
  check(CategoricalCrossentropy({.label_smoothing = 0.2}));
  check(CategoricalCrossentropy({.from_logits = true, .axis = 0}));
}

TEST(Loss, WeightsThatDoNotFit) {
  for (const Shape& shape : {Shape{3}, Shape{2, 2}, Shape{2, 3, 4}}) {
    EXPECT_NE(error_of(ErrorKind::value, [&] { MeanSquaredError()(y, p, Tensor::zeros(shape)); })
                  .find("expected (2,): one for each sample, or further leading axes of (2, 3)"),
              std::string::npos)
        << shape.str();
  }
}

}  // namespace
}  // namespace lamina
