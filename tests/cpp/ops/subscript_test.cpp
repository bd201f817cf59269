#include "ops/subscript.hpp"

#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using ops::subscript;
using ops::SubscriptKey;
using Kind = SubscriptKey::Kind;
using test::error_of;

// 0, 1, ... 23 of shape (2, 3, 4): element [i, j, k] is 12 i + 4 j + k.
Tensor counted() {
  std::vector<float> values;
  for (int i = 0; i < 24; ++i) values.push_back(static_cast<float>(i));
  return Tensor::copy_of(std::span<const float>(values), {2, 3, 4});
}

SubscriptKey places(const std::vector<std::int64_t>& values) {
  SubscriptKey key{Kind::places};
  key.places = Tensor::copy_of(std::span(values), {static_cast<std::int64_t>(values.size())});
  return key;
}

SubscriptKey mask(const Shape& shape, const std::vector<int>& where) {
  SubscriptKey key{Kind::places};
  Tensor numbers = Tensor::zeros(shape, Dtype::int64);
  for (int place : where) static_cast<std::int64_t*>(numbers.mutable_data())[place] = 1;
  key.places = numbers.cast(Dtype::boolean);
  return key;
}

const SubscriptKey all = SubscriptKey::slice(nullptr, nullptr, 1);

TEST(Subscript, SeveralArraysChooseTogether) {
  const Tensor y = subscript(counted(), {places({0, 1, -1}), places({2, 0, 1})});
  EXPECT_EQ(y.shape(), Shape({3, 4}));
  EXPECT_EQ(y.to_vector<float>(),
            (std::vector<float>{8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
}

TEST(Subscript, AxesOfArraysApartComeFirst) {
  const Tensor y = subscript(counted(), {places({0, 1}), all, places({3, 0})});
  EXPECT_EQ(y.shape(), Shape({2, 3}));
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{3, 7, 11, 12, 16, 20}));
  const Tensor beside_a_number = subscript(counted(), {{Kind::index, 1}, all, places({3, 0})});
  EXPECT_EQ(beside_a_number.shape(), Shape({2, 3}));
  EXPECT_EQ(beside_a_number.to_vector<float>(), (std::vector<float>{15, 19, 23, 12, 16, 20}));
}

TEST(Subscript, AMaskStandsForThePlacesWhereItIsTrue) {
  const Tensor y = subscript(counted(), {mask({2, 3}, {1, 5})});
  EXPECT_EQ(y.to_vector<float>(), (std::vector<float>{4, 5, 6, 7, 20, 21, 22, 23}));
  const Tensor none = subscript(counted(), {all, mask({3}, {})});
  EXPECT_EQ(none.shape(), Shape({2, 0, 4}));
  EXPECT_NE(error_of(ErrorKind::index, [] { subscript(counted(), {mask({3}, {0})}); })
                .find("a mask of shape (3,) does not fit a Tensor of shape (2, 3, 4) at axis 0"),
            std::string::npos);
}

TEST(Subscript, EachArrayIsCheckedAgainstItsOwnAxis) {
  // 1 * 3 + 3 is a place of the two axes together, but 3 is none of the second.
  error_of(ErrorKind::index, [] { subscript(counted(), {places({0}), places({3})}); });
}

TEST(Subscript, GradientsOfPlacesChosenTwiceAdd) {
  Tensor x = counted();
  x.set_requires_grad();
  ops::sum(subscript(x, {places({1, 1}), places({0, 0}), places({2, 2})})).backward();
  EXPECT_EQ(x.grad().to_vector<float>()[14], 2);
  EXPECT_EQ(ops::sum(x.grad()).item(), 2);
}

}  // namespace
}  // namespace lamina
