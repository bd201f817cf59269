#include <gtest/gtest.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

TEST(Layers, ConfigurationsRoundTrip) {
  const std::vector<std::shared_ptr<Layer>> layers{
      std::make_shared<Dense>(
          DenseOptions{.units = 3,
                       .activation = "tanh",
                       .use_bias = false,
                       .kernel_initializer = Initializer::random_normal(0, 0.1).with_seed(3)}),
      std::make_shared<ActivationLayer>(ActivationLayerOptions{.activation = "relu"}),
      std::make_shared<Flatten>(),
      std::make_shared<Dropout>(DropoutOptions{.rate = 0.4}),
      std::make_shared<BatchNormalization>(BatchNormalizationOptions{.momentum = 0.8}),
      std::make_shared<Input>(InputOptions{.shape = {3, 2}})};
  for (const auto& layer : layers) {
    const Config config = layer->config();
    EXPECT_EQ(make_layer(layer->type(), Config::parse(config.dump()))->config(), config)
        << layer->type();
  }
}

// Every layer that takes (batch, 4, 6), made in C++ with options of its own.
std::vector<std::shared_ptr<Layer>> family() {
  const auto made = [](auto layer) -> std::shared_ptr<Layer> {
    return std::make_shared<decltype(layer)>(std::move(layer));
  };
  return {
      made(Dense({.units = 3,
                  .kernel_regularizer = Regularizer::l1_l2(0.1, 0.2),
                  .activity_regularizer = "l2",
                  .kernel_constraint = Constraint::max_norm(1)})),
      made(ActivationLayer({.activation = "gelu"})),
      made(ReLU({.max_value = 0.5, .negative_slope = 0.1})),
      made(LeakyReLU({.negative_slope = 0.2})),
      made(PReLU({.alpha_initializer = "ones", .shared_axes = {1}})),
      made(ELU({.alpha = 0.5})),
      made(Softmax({.axis = {1}})),
      made(Identity()),
      made(Flatten()),
      made(Reshape({.target_shape = {2, -1}})),
      made(Permute({.dims = {2, 1}})),
      made(Dropout({.rate = 0.5})),
      made(GaussianNoise({.stddev = 0.1})),
      made(GaussianDropout({.rate = 0.2})),
      made(AlphaDropout({.rate = 0.2})),
      made(ActivityRegularization({.l1 = 0.1})),
      made(Rescaling({.scale = 2, .offset = 1})),
      made(BatchNormalization({.axis = 1})),
      made(LayerNormalization({.axis = {1, 2}})),
      made(RMSNormalization()),
      made(GroupNormalization({.groups = 3})),
      made(UnitNormalization()),
      made(Normalization({.axis = {2}})),
      made(Conv1D({.filters = 3, .kernel_size = 2, .padding = "causal", .activation = "relu"})),
      made(Conv1DTranspose({.filters = 2, .kernel_size = 3, .strides = 2, .padding = "same"})),
      made(DepthwiseConv1D({.kernel_size = 2, .depth_multiplier = 2})),
      made(SeparableConv1D({.filters = 3, .kernel_size = 2, .data_format = "channels_first"})),
  };
}

TEST(Layers, EachRunsAndIsSavedAndLoaded) {
  const Tensor x = test::spread_values({2, 4, 6}, -1, 1).cast(Dtype::float32);
  for (const auto& layer : family()) {
    SCOPED_TRACE(layer->type());
    Sequential model;
    model.add(layer);
    const Tensor y = model.predict(x);
    EXPECT_EQ(y.shape(), layer->output_shapes(x.shape()).front());
    EXPECT_EQ(make_layer(layer->type(), layer->config())->config(), layer->config());
    const std::string file = model.save_to_memory();
    const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
    const Tensor again = loaded->predict(x);
    ASSERT_EQ(again.size(), y.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(y.size()); ++i) {
      EXPECT_EQ(again.values<float>()[i], y.values<float>()[i]);
    }
  }
}

// Every layer that takes (batch, 4, 6, 2), made in C++ with options of its own.
std::vector<std::shared_ptr<Layer>> image_family() {
  const auto made = [](auto layer) -> std::shared_ptr<Layer> {
    return std::make_shared<decltype(layer)>(std::move(layer));
  };
  return {
      made(MaxPooling2D()),
      made(MaxPooling2D({.pool_size = {2, 3}, .strides = {1, 2}, .padding = "same"})),
      made(MinPooling2D({.pool_size = 2, .strides = 1, .data_format = "channels_first"})),
      made(AveragePooling2D({.pool_size = 3})),
      made(GlobalMaxPooling2D()),
      made(GlobalAveragePooling2D({.data_format = "channels_first", .keepdims = true})),
      made(AdaptiveMaxPooling2D({.output_size = {3, 4}})),
      made(AdaptiveAveragePooling2D({.output_size = 3})),
      made(ZeroPadding2D({.padding = {{1, 2}, {0, 3}}})),
      made(ZeroPadding2D({.padding = {1, 2}, .data_format = "channels_first"})),
      made(Cropping2D({.cropping = 1})),
      made(UpSampling2D({.size = {2, 3}, .interpolation = "bilinear"})),
      made(UpSampling2D()),
      made(SpatialDropout2D({.rate = 0.5})),
  };
}

TEST(Layers, EachOverImagesRunsAndIsSavedAndLoaded) {
  const Tensor x = test::spread_values({2, 4, 6, 2}, -1, 1).cast(Dtype::float32);
  for (const auto& layer : image_family()) {
    SCOPED_TRACE(layer->type());
    Sequential model;
    model.add(layer);
    const Tensor y = model.predict(x);
    EXPECT_EQ(y.shape(), layer->output_shapes(x.shape()).front());
    EXPECT_EQ(make_layer(layer->type(), layer->config())->config(), layer->config());
    const std::string file = model.save_to_memory();
    const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
    const Tensor again = loaded->predict(x);
    ASSERT_EQ(again.size(), y.size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(y.size()); ++i) {
      EXPECT_EQ(again.values<float>()[i], y.values<float>()[i]);
    }
  }
}

}  // namespace
}  // namespace lamina
