#include <gtest/gtest.h>

#include "lamina/lamina.hpp"

namespace lamina {
namespace {

Tensor row_of(std::int64_t images) {
  return ops::broadcast_to(Tensor({1, 2}).reshape({1, 1, 2, 1}), {images, 1, 2, 1});
}

TEST(RandomFlip, FlipsHalfOfTheImagesInTraining) {
  RandomFlip layer({.mode = "horizontal", .seed = 1});
  const Tensor x = row_of(1000);
  EXPECT_EQ(layer(x).data(), x.data());
  const Tensor y = layer(x, true);
  const double first = ops::sum(ops::slice(y, {{0, 1000}, {0, 1}, {0, 1}, {0, 1}})).item();
  EXPECT_NEAR(first, 1500, 100);
}

TEST(RandomFlip, AModelSaysWhetherItTrains) {
  Sequential model;
  model.add(Input({.shape = {1, 2, 1}}));
  model.add(RandomFlip({.mode = "horizontal", .seed = 1}));
  const Tensor x = row_of(64);
  EXPECT_EQ(model.predict(x).to_vector<float>(), x.to_vector<float>());
  EXPECT_EQ(Tensors(model(x)).front().to_vector<float>(), x.to_vector<float>());
  EXPECT_NE(Tensors(model(x, true)).front().to_vector<float>(), x.to_vector<float>());
}

// Python alone has these layers; what they do outside of training is known here too.
TEST(Augmentation, LoadsAndPassesImagesOn) {
  const Config config = Config::parse(
      R"({"name": "turn", "trainable": true, "dtype": "float32", "factor": [-0.1, 0.1],
          "data_format": "channels_last", "seed": null})");
  const auto layer = make_layer("RandomRotation", config);
  EXPECT_EQ(layer->config(), config);
  const Tensor x = row_of(3);
  EXPECT_EQ((*layer)(x, false).front().data(), x.data());
  EXPECT_EQ(layer->random_streams().front().first, "turn/augmentation");
  EXPECT_THROW((*layer)(x, true), Error);
}

TEST(Augmentation, RandomCropTakesTheMiddle) {
  const Config config =
      Config::parse(R"({"name": "crop", "height": 1, "width": 2, "data_format": null})");
  const auto layer = make_layer("RandomCrop", config);
  const Tensor x = Tensor({1, 2, 3, 4}).reshape({1, 1, 4, 1});
  EXPECT_EQ((*layer)(x, false).front().to_vector<float>(), (std::vector<float>{2, 3}));
  EXPECT_EQ(layer->output_shapes({Shape{Shape::none, 5, 5, 3}}).front(),
            (Shape{Shape::none, 1, 2, 3}));
  EXPECT_THROW(make_layer("RandomCrop", Config::parse(R"({"height": -1, "width": 2})")), Error);
  EXPECT_THROW(make_layer("RandomCrop", Config::parse(R"({"name": "crop"})")), Error);
}

TEST(Discretization, CountsBoundariesThatAreNotAbove) {
  Discretization layer({.bin_boundaries = {0, 1, 2}});
  const Tensor x({-1, 0, 0.5, 1, 7});
  EXPECT_EQ(layer(x).to_vector<std::int32_t>(), (std::vector<std::int32_t>{0, 1, 1, 2, 3}));
  Discretization rows({.bin_boundaries = {0, 1}, .output_mode = "count"});
  EXPECT_EQ(rows(x.reshape({1, 5})).to_vector<float>(), (std::vector<float>{1, 2, 2}));
  EXPECT_THROW(Discretization({.bin_boundaries = {1, 0}}), Error);
  EXPECT_THROW(Discretization({.num_bins = 3})(x), Error);
}

TEST(ImageLayers, ConfigurationsRoundTrip) {
  const std::vector<std::shared_ptr<Layer>> layers{
      std::make_shared<Resizing>(ResizingOptions{
          .height = 4, .width = 5, .interpolation = "bicubic", .data_format = "channels_first"}),
      std::make_shared<CenterCrop>(CenterCropOptions{.height = 4, .width = 5}),
      std::make_shared<RandomFlip>(RandomFlipOptions{.mode = "vertical", .seed = 3})};
  for (const auto& layer : layers) {
    const Config config = layer->config();
    EXPECT_EQ(make_layer(layer->type(), Config::parse(config.dump()))->config(), config);
  }
}

TEST(ImageLayers, TakeABatchOrOneImage) {
  Resizing layer({.height = 4, .width = 6});
  EXPECT_EQ(layer(Tensor::zeros({2, 8, 9, 3})).shape(), (Shape{2, 4, 6, 3}));
  EXPECT_EQ(layer(Tensor::zeros({8, 9, 3})).shape(), (Shape{4, 6, 3}));
  EXPECT_EQ(layer.output_shape({Shape::none, Shape::none, Shape::none, 3}),
            (Shape{Shape::none, 4, 6, 3}));
  EXPECT_THROW(layer(Tensor::zeros({8, 9})), Error);
}

}  // namespace
}  // namespace lamina
