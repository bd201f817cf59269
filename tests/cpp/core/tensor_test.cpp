#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Tensor, LiteralsAreRowMajor) {
  const Tensor t({{1, 2, 3}, {4, 5, 6}});
  EXPECT_EQ(t.shape(), (Shape{2, 3}));
  EXPECT_EQ(t.dtype(), Dtype::float32);
  EXPECT_EQ(t.values<float>()[4], 5.0F);
}

TEST(Tensor, RaggedLiteralsAreRefused) {
  const std::string message = error_of(ErrorKind::value, [] { Tensor({{1, 2}, {3, 4, 5}}); });
  EXPECT_NE(message.find("got a list of 3, expected a list of 2"), std::string::npos) << message;
}

TEST(Tensor, MemoryIsAlignedToCacheLines) {
  for (std::int64_t n : {0, 1, 7, 100, 100'000}) {
    const Tensor t = Tensor::empty({n});
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(t.data()) % 64, 0U) << n;
  }
}

TEST(Tensor, ReshapeAndSliceAreViews) {
  const Tensor t({{1, 2}, {3, 4}, {5, 6}});
  EXPECT_EQ(t.reshape({2, -1}).data(), t.data());
  EXPECT_EQ(t.reshape({2, -1}).shape(), (Shape{2, 3}));
  const Tensor rows = t.slice(1, 3);
  EXPECT_EQ(rows.shape(), (Shape{2, 2}));
  EXPECT_EQ(rows.values<float>()[0], 3.0F);
  EXPECT_EQ(static_cast<const char*>(rows.data()), static_cast<const char*>(t.data()) + 8);
}

TEST(Tensor, ImpossibleShapesAreRefused) {
  const Tensor t({1, 2, 3, 4});
  EXPECT_NE(error_of(ErrorKind::value, [&] { (void)t.reshape({3, -1}); }).find("(3, None)"),
            std::string::npos);
  error_of(ErrorKind::index, [&] { (void)t.slice(2, 9); });
  error_of(ErrorKind::value, [&] { (void)Tensor::empty({2, -1}); });
  error_of(ErrorKind::type, [&] { (void)t.values<double>(); });
  error_of(ErrorKind::state, [] { (void)Tensor().shape(); });
}

TEST(Tensor, BorrowReadsInPlaceAndKeepsTheOwner) {
  auto owner = std::make_shared<std::vector<float>>(std::vector<float>{1, 2, 3});
  const std::weak_ptr<std::vector<float>> watch = owner;
  Tensor t = Tensor::borrow(owner->data(), {3}, Dtype::float32, owner);
  EXPECT_EQ(t.data(), owner->data());
  owner.reset();
  EXPECT_FALSE(watch.expired());
  t = Tensor();
  EXPECT_TRUE(watch.expired());
}

TEST(Tensor, CastConvertsBetweenAllDtypes) {
  const Tensor t({-1.5, 0, 2.75, 200});
  EXPECT_EQ(t.cast(Dtype::int32).to_vector<std::int32_t>()[2], 2);
  EXPECT_EQ(t.cast(Dtype::int64).to_vector<std::int64_t>()[0], -1);
  EXPECT_EQ(t.cast(Dtype::uint8).to_vector<std::uint8_t>()[3], 200);
  EXPECT_TRUE(t.cast(Dtype::boolean).to_vector<bool>()[0]);
  EXPECT_FALSE(t.cast(Dtype::boolean).to_vector<bool>()[1]);
  EXPECT_EQ(t.cast(Dtype::float64).to_vector<double>()[2], 2.75);
  EXPECT_EQ(t.cast(Dtype::boolean).cast(Dtype::float32).to_vector<float>()[3], 1.0F);
}

TEST(Dtype, TheWiderOneOrTheFloat) {
  EXPECT_EQ(promote(Dtype::float32, Dtype::int64), Dtype::float32);
  EXPECT_EQ(promote(Dtype::int32, Dtype::int64), Dtype::int64);
  const std::string message =
      error_of(ErrorKind::type, [] { promote(Dtype::float32, Dtype::float64); });
  EXPECT_NE(message.find("float32 and float64"), std::string::npos);
}

TEST(Scalar, KeepsWholeNumbersExact) {
  constexpr std::int64_t beyond_double = (std::int64_t{1} << 53) + 1;
  const Tensor x = Tensor::full({2}, beyond_double, Dtype::int64);
  EXPECT_EQ(x.values<std::int64_t>()[1], beyond_double);
  EXPECT_EQ((x + beyond_double).to_vector<std::int64_t>()[0], 2 * beyond_double);
  EXPECT_EQ(ops::clip(x, 0, beyond_double - 1).to_vector<std::int64_t>()[0], beyond_double - 1);
  EXPECT_FALSE(Scalar(~std::uint64_t{0}).is_whole());
  EXPECT_EQ(Scalar(~std::uint64_t{0}).value(), 0x1p64);
}

TEST(Scalar, WidensWholeNumbersThatCannotHoldIt) {
  EXPECT_EQ(dtype_beside(-1, Dtype::uint8), Dtype::int32);
  EXPECT_EQ(dtype_beside(255, Dtype::uint8), Dtype::uint8);
  EXPECT_EQ(dtype_beside(std::int64_t{1} << 31, Dtype::int32), Dtype::int64);
  EXPECT_EQ(dtype_beside(1, Dtype::boolean), Dtype::int32);
  EXPECT_EQ(dtype_beside(0.5, Dtype::int64), Dtype::float32);
  EXPECT_EQ(dtype_beside(2, Dtype::float64), Dtype::float64);
}

TEST(Scalar, WhatADtypeCannotHoldIsRefused) {
  for (const double value : {std::nan(""), 1e20, -2.0}) {
    error_of(ErrorKind::value, [&] { Tensor::full({1}, value, Dtype::uint8); });
  }
  EXPECT_NE(error_of(ErrorKind::value, [] { Tensor::full({1}, 300, Dtype::uint8); }).find("300"),
            std::string::npos);
  EXPECT_EQ(Tensor::full({1}, -2.7, Dtype::int32).to_vector<std::int32_t>()[0], -2);
  error_of(ErrorKind::value, [] { Tensor::full({1}, 0x1p63, Dtype::int64); });
  EXPECT_EQ(Tensor::full({1}, -0x1p63, Dtype::int64).to_vector<std::int64_t>()[0],
            std::numeric_limits<std::int64_t>::min());
}

TEST(Shape, WritesAsPython) {
  EXPECT_EQ((Shape{Shape::none, 64}).str(), "(None, 64)");
  EXPECT_EQ((Shape{3}).str(), "(3,)");
  EXPECT_EQ(Shape{}.str(), "()");
}

TEST(Shape, BroadcastsAsNumPy) {
  EXPECT_EQ(broadcast({5, 1, 3}, {4, 1}), (Shape{5, 4, 3}));
  EXPECT_EQ(broadcast({}, {2}), (Shape{2}));
  EXPECT_EQ(broadcast({0}, {1}), (Shape{0}));
  error_of(ErrorKind::value, [] { broadcast({2, 3}, {4, 3}); });
}

TEST(Mask, TravelsWithItsTensorAndLetsGradientsPass) {
  Tensor x({{1, 2}, {3, 4}});
  x.set_requires_grad();
  EXPECT_FALSE(x.mask().defined());
  const Tensor mask = Tensor({1, 0}).cast(Dtype::boolean);
  const Tensor masked = x.with_mask(mask);
  EXPECT_EQ(masked.mask().data(), mask.data());
  EXPECT_EQ(masked.data(), x.data());  // a view
  EXPECT_FALSE(masked.with_mask({}).mask().defined());
  masked.backward(Tensor({{1, 2}, {3, 4}}));
  EXPECT_EQ(x.grad().values<float>()[3], 4);
  error_of(ErrorKind::type, [&] { x.with_mask(Tensor({1, 0})); });
  error_of(ErrorKind::value, [&] { x.with_mask(Tensor({1, 0, 0}).cast(Dtype::boolean)); });
}

TEST(Memory, ASteadyTrainingStepAsksTheSystemForNothing) {
  Sequential model;
  model.add(Dense({.units = 64, .activation = "relu"}));
  model.add(Dense({.units = 1}));
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x = Tensor::full({32, 16}, 0.5), y = Tensor::full({32, 1}, 1.0);
  for (int i = 0; i < 3; ++i) model.train_on_batch(x, y);
  const auto before = memory_statistics().system_calls;
  for (int i = 0; i < 20; ++i) model.train_on_batch(x, y);
  EXPECT_EQ(memory_statistics().system_calls, before);
}

TEST(Memory, TheCacheKeepsToItsLimit) {
  set_memory_cache_limit(1 << 20);
  {
    const Tensor t = Tensor::empty({1 << 20});
  }
  EXPECT_LE(memory_statistics().cached_bytes, std::size_t{1} << 20);
  set_memory_cache_limit(std::size_t{1} << 30);
  release_cached_memory();
  EXPECT_EQ(memory_statistics().cached_bytes, 0U);
}

}  // namespace
}  // namespace lamina
