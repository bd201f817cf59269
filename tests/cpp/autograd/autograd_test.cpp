#include <gtest/gtest.h>

#include <cmath>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

Tensor leaf(double value) {
  Tensor t = Tensor::scalar(value, Dtype::float64);
  return t.set_requires_grad();
}

TEST(Autograd, GradientsOfOneTensorUsedTwiceAdd) {
  const Tensor x = leaf(3);
  (x * x + x).backward();
  EXPECT_DOUBLE_EQ(x.grad().item(), 7);
}

TEST(Autograd, GradientsAccumulateUntilZeroed) {
  Tensor x = leaf(2);
  ops::square(x).backward();
  ops::square(x).backward();
  EXPECT_DOUBLE_EQ(x.grad().item(), 8);
  x.zero_grad();
  EXPECT_FALSE(x.grad().defined());
}

TEST(Autograd, ASecondBackwardIsRefused) {
  const Tensor x = leaf(2);
  const Tensor y = ops::square(x);
  y.backward();
  EXPECT_NE(error_of(ErrorKind::state, [&] { y.backward(); }).find("already called"),
            std::string::npos);
  EXPECT_DOUBLE_EQ(x.grad().item(), 4);
}

TEST(Autograd, AnAssignmentInBetweenIsRefused) {
  Variable w(Tensor::scalar(3), "w");
  const Tensor y = w.value() * w.value();
  w.assign(Tensor::scalar(5));
  EXPECT_NE(error_of(ErrorKind::state, [&] { y.backward(); }).find("assigned"), std::string::npos);
}

TEST(Autograd, NoGradRecordsNothing) {
  const Tensor x = leaf(2);
  const NoGrad no_grad;
  EXPECT_FALSE((x * x).requires_grad());
}

TEST(Autograd, ANonScalarNeedsAGradient) {
  Tensor x({1, 2});
  x.set_requires_grad();
  const Tensor y = x * 2.0;
  error_of(ErrorKind::value, [&] { y.backward(); });
  y.backward(Tensor({10, 100}));
  EXPECT_EQ(x.grad().values<float>()[1], 200.0F);
}

TEST(Autograd, AConstantHasNoBackward) {
  error_of(ErrorKind::state, [] { Tensor::scalar(1).backward(); });
}

TEST(Autograd, AChainOfManyStepsReleasesWithoutRecursion) {
  const Tensor x = leaf(1);
  Tensor y = x;
  for (int i = 0; i < 200'000; ++i) y = y + 1.0;
  y.backward();
  EXPECT_DOUBLE_EQ(x.grad().item(), 1);
  Tensor dropped = x;
  for (int i = 0; i < 200'000; ++i) dropped = dropped * 1.0;
}

TEST(Autograd, AnOperationMayHaveSeveralOutputs) {
  const Tensor x = leaf(3);
  const Tensor twice = Tensor::scalar(6, Dtype::float64);
  const Tensor cube = Tensor::scalar(27, Dtype::float64);
  record("twice_and_cube", {x}, TensorList{twice, cube}, {x},
         [](const TensorList& grads, const TensorList& saved, Needs) {
           const double value = saved[0].item();
           return TensorList{grads[0] * 2.0 + grads[1] * (3 * value * value)};
         });
  (twice + cube * 10.0).backward();
  EXPECT_DOUBLE_EQ(x.grad().item(), 2 + 270);
}

TEST(Autograd, GradientsNobodyNeedsAreNotAskedFor) {
  const Tensor x = leaf(2), constant = Tensor::scalar(5, Dtype::float64);
  const Tensor y = Tensor::scalar(10, Dtype::float64);
  bool asked_for_constant = true;
  record("probe", {x, constant}, y, {}, [&](const Tensor& dy, const TensorList&, Needs needs) {
    asked_for_constant = needs[1];
    return TensorList{dy};
  });
  y.backward();
  EXPECT_FALSE(asked_for_constant);
  EXPECT_DOUBLE_EQ(x.grad().item(), 1);
}

TEST(Autograd, MoreThan64Inputs) {
  TensorList leaves(130, Tensor());
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    leaves[i] = Tensor({static_cast<double>(i)});
    if (i % 3 == 0) leaves[i].set_requires_grad();
  }
  const Tensor joined = ops::concatenate(leaves);
  ops::sum(joined * joined).backward();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    ASSERT_EQ(leaves[i].grad().defined(), i % 3 == 0) << i;
    if (i % 3 == 0) {
      EXPECT_EQ(leaves[i].grad().item(), 2.0 * static_cast<double>(i));
    }
  }
}

TEST(Autograd, AKeptGraphRunsBackwardAgain) {
  const Tensor x = leaf(3);
  const Tensor y = ops::square(ops::exp(x * 0.5));  // exp(x)
  y.backward({}, true);
  y.backward({}, true);
  EXPECT_DOUBLE_EQ(x.grad().item(), 2 * std::exp(3.0));
  y.backward();
  error_of(ErrorKind::state, [&] { y.backward(); });
}

TEST(Autograd, ResultsKeepTheGradientsThatWereAskedFor) {
  const Tensor x = leaf(3);
  Tensor y = x * x;
  EXPECT_FALSE(y.is_leaf());
  y.retain_grad();
  y.retain_grad();
  const Tensor z = y * 5.0 + y;
  z.backward();
  EXPECT_DOUBLE_EQ(y.grad().item(), 6);
  EXPECT_DOUBLE_EQ(x.grad().item(), 36);
  EXPECT_FALSE(z.grad().defined());
}

TEST(Gradients, ReachWhatTheyAreAskedForAndNothingElse) {
  const Tensor x = leaf(3), w = leaf(2), unused = leaf(1);
  const Tensor between = x * w;
  const Tensor y = between * between;
  const TensorList found = gradients({y}, {x, between, unused, x}, {}, true);
  EXPECT_DOUBLE_EQ(found[0].item(), 2 * 3 * 4);  // d (x w)^2 / dx
  EXPECT_DOUBLE_EQ(found[1].item(), 2 * 6);
  EXPECT_FALSE(found[2].defined());
  EXPECT_DOUBLE_EQ(found[3].item(), 24);
  EXPECT_FALSE(x.grad().defined() || w.grad().defined() || between.grad().defined());
  y.backward();
  EXPECT_DOUBLE_EQ(w.grad().item(), 2 * 2 * 9);
  EXPECT_NE(error_of(ErrorKind::state, [&] { gradients({y}, {x}); }).find("already called"),
            std::string::npos);
}

TEST(Gradients, RunNoOperationThatLeadsNowhere) {
  const Tensor x = leaf(2), other = leaf(5);
  const Tensor probe = Tensor::scalar(10, Dtype::float64);
  record("probe", {other}, probe, {}, [](const Tensor& dy, const TensorList&, Needs) {
    ADD_FAILURE() << "its input was not asked for";
    return TensorList{dy};
  });
  EXPECT_DOUBLE_EQ(gradients({x * probe}, {x})[0].item(), 10);
}

TEST(Gradients, OfSeveralOutputsAdd) {
  const Tensor x = leaf(2);
  const TensorList found =
      gradients({x * 3.0, x * x}, {x}, {Tensor(), Tensor::scalar(10, Dtype::float64)});
  EXPECT_DOUBLE_EQ(found[0].item(), 3 + 40);
  EXPECT_DOUBLE_EQ(gradients({x}, {x})[0].item(), 1);
}

TEST(Gradients, OfATableAreDenseAndDoNotTouchIt) {
  Tensor table({{1, 2}, {3, 4}, {5, 6}});
  table.set_requires_grad();
  const std::vector<std::int64_t> rows{2, 2};
  const Tensor chosen = ops::embedding(table, Tensor::copy_of(std::span(rows), {2}));
  const Tensor found = gradients({ops::sum(chosen)}, {table})[0];
  EXPECT_EQ(found.to_vector<float>(), (std::vector<float>{0, 0, 0, 0, 2, 2}));
  EXPECT_FALSE(table.grad().defined());
}

TEST(Autograd, EnableGradRecordsInsideOfNoGrad) {
  const Tensor x = leaf(2);
  const NoGrad no_grad;
  {
    const EnableGrad enable_grad;
    EXPECT_TRUE((x * x).requires_grad());
  }
  EXPECT_FALSE((x * x).requires_grad());
}

TEST(Autograd, AGradientCanBeReplaced) {
  Tensor x({1, 2});
  x.set_requires_grad();
  x.set_grad(Tensor({5, 6}));
  ops::sum(x).backward();
  EXPECT_EQ(x.grad().to_vector<float>(), (std::vector<float>{6, 7}));
  error_of(ErrorKind::value, [&] { x.set_grad(Tensor({1})); });
  x.set_grad({});
  EXPECT_FALSE(x.grad().defined());
}

}  // namespace
}  // namespace lamina
