#include "core/did_you_mean.hpp"

#include <gtest/gtest.h>

namespace lamina {
namespace {

TEST(DidYouMean, TheNearestKnownName) {
  const std::string known = "linear, relu, relu6, tanh, sigmoid";
  EXPECT_EQ(did_you_mean("rellu", known), " (did you mean 'relu'?)");
  EXPECT_EQ(did_you_mean("Sigmiod", known), " (did you mean 'sigmoid'?)");
  EXPECT_EQ(did_you_mean("TANH", known), " (did you mean 'tanh'?)");
  EXPECT_EQ(did_you_mean("softmax", known), "");
  EXPECT_EQ(did_you_mean("", known), "");
  EXPECT_EQ(did_you_mean("relu", ""), "");
  EXPECT_EQ(did_you_mean(std::string(1000, 'a'), known), "");
}

}  // namespace
}  // namespace lamina
