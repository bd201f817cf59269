// Models run layers as one only where that computes what they say.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

// Layers of the user's that change what one of lamina's computes.
class DoubledDense : public Dense {
 public:
  using Dense::Dense;

 protected:
  Tensor call(const Tensor& inputs, bool training) override {
    return Dense::call(inputs, training) * 2.0;
  }
};

class DoubledNormalization : public BatchNormalization {
 public:
  using BatchNormalization::BatchNormalization;

 protected:
  Tensor call(const Tensor& inputs, bool training) override {
    return BatchNormalization::call(inputs, training) * 2.0;
  }
};

TEST(Fusion, LeavesSubclassesAlone) {
  const Tensor x = Tensor::full({1, 2, 2, 1}, 1.0);
  Sequential model;
  model.add(Input({.shape = {2, 2, 1}}));
  model.add(Conv2D({.filters = 1, .kernel_size = {1, 1}, .kernel_initializer = "ones"}));
  model.add(DoubledNormalization({.epsilon = 1e-12}));
  model.add(ReLU());
  model.add(Flatten());
  model.add(DoubledDense({.units = 1, .kernel_initializer = "ones"}));
  model.add(ReLU());
  EXPECT_FLOAT_EQ(model.predict(x).item(), 2 * 4 * 2);
}

}  // namespace
}  // namespace lamina
