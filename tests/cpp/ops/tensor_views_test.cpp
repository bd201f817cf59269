// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::spread_values;

TEST(Views, Gradients) {
  const Tensor x = spread_values({4, 3}, -2, 2);
  check_gradients([](const TensorList& t) { return ops::square(t[0].reshape({2, 6})); }, {x});
  check_gradients([](const TensorList& t) { return ops::square(t[0].slice(1, 3)); }, {x});
}

}  // namespace
}  // namespace lamina
