#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(RepeatVector, RepeatsSamples) {
  RepeatVector layer({.n = 3});
  EXPECT_EQ(layer(Tensor({{1, 2}})).shape(), (Shape{1, 3, 2}));
  error_of(ErrorKind::value, [&] { RepeatVector({.n = 2})(Tensor({{{1}}})); });
}

}  // namespace
}  // namespace lamina
