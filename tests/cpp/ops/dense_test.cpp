// Values by hand, gradients by central differences in float64.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::spread_values;

TEST(Dense, GradientsWithEveryActivation) {
  const Tensor x = spread_values({5, 3}, -1, 1), w = spread_values({3, 4}, -1, 1, 2);
  const Tensor b = spread_values({4}, -0.5, 0.5, 4);
  for (const char* name : {"linear", "relu", "tanh", "sigmoid", "softmax", "log_softmax"}) {
    SCOPED_TRACE(name);
    check_gradients([&](const TensorList& t) { return ops::dense(t[0], t[1], t[2], name); },
                    {x, w, b});
  }
}

}  // namespace
}  // namespace lamina
