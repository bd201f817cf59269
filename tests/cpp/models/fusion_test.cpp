// Models run layers as one only where that computes what they say.
#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

// A layer of the user's around one of lamina's, whose own `call` is final: what models fuse, no
// subclass can change unseen.
template <class Inner>
class Doubled : public UnaryLayer {
 public:
  template <class Options>
  explicit Doubled(Options options) : UnaryLayer("Doubled"), inner_(std::move(options)) {}

 protected:
  Tensor call(const Tensor& inputs, bool training) override {
    return inner_(inputs, training) * 2.0;
  }

 private:
  Inner inner_;
};

TEST(Fusion, LeavesLayersOfTheUsersAlone) {
  const Tensor x = Tensor::full({1, 2, 2, 1}, 1.0);
  Sequential model;
  model.add(Input({.shape = {2, 2, 1}}));
  model.add(Conv2D({.filters = 1, .kernel_size = {1, 1}, .kernel_initializer = "ones"}));
  model.add(Doubled<BatchNormalization>(BatchNormalizationOptions{.epsilon = 1e-12}));
  model.add(ReLU());
  model.add(Flatten());
  model.add(Doubled<Dense>(DenseOptions{.units = 1, .kernel_initializer = "ones"}));
  model.add(ReLU());
  EXPECT_FLOAT_EQ(model.predict(x).item(), 2 * 4 * 2);
}

// A product, a normalization and an activation run as one call outside training, and give what the
// three give one by one.
TEST(Fusion, GivesWhatTheLayersGiveOneByOne) {
  const auto convolution =
      std::make_shared<Conv2D>(ConvOptions{.filters = 3, .kernel_size = {2, 2}, .use_bias = false});
  const auto normalization = std::make_shared<BatchNormalization>();
  const auto activation = std::make_shared<ReLU>();
  Sequential model;
  model.add(Input({.shape = {4, 4, 1}}));
  for (const std::shared_ptr<Layer>& layer :
       {std::shared_ptr<Layer>(convolution), std::shared_ptr<Layer>(normalization),
        std::shared_ptr<Layer>(activation)}) {
    model.add(layer);
  }
  const Tensor x =
      Tensor({{1, -2, 3, 4, 5, -6, 7, 8, 9, 1, -2, 3, 4, 5, 6, -7}}).reshape({1, 4, 4, 1});
  const Tensor whole = model.predict(x);
  const Tensor steps = (*activation)((*normalization)((*convolution)(x)));
  for (std::size_t i = 0; i < static_cast<std::size_t>(whole.size()); ++i) {
    EXPECT_NEAR(whole.values<float>()[i], steps.values<float>()[i], 1e-5);
  }
}

}  // namespace
}  // namespace lamina
