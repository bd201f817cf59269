#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lamina
