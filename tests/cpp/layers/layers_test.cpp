#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

TEST(Dense, TheLecturesThreeLayerNetwork) {
  // Each row of the lecture's matrices is a neuron; lamina's kernels are (inputs, units).
  Sequential model;
  for (int i = 0; i < 3; ++i) model.add(Dense({.units = 2, .activation = "sigmoid"}));
  model.ensure_built(Shape{Shape::none, 2});
  model.set_weights({Tensor({{1, -1}, {-2, 1}}), Tensor({1, 0}), Tensor({{2, -2}, {-1, -1}}),
                     Tensor({0, 0}), Tensor({{3, -1}, {-1, 4}}), Tensor({-2, 2})});
  const Tensor first = (*model.layers()[0])(Tensor({{1, -1}}));
  EXPECT_NEAR(first.values<float>()[0], 0.98, 0.005);
  EXPECT_NEAR(first.values<float>()[1], 0.12, 0.005);
  const Tensor second = (*model.layers()[1])(first);
  EXPECT_NEAR(second.values<float>()[0], 0.86, 0.005);
  EXPECT_NEAR(second.values<float>()[1], 0.11, 0.005);
  const Tensor y = model.predict(Tensor({{1, -1}, {0, 0}}));
  EXPECT_NEAR(y.values<float>()[0], 0.62, 0.005);
  EXPECT_NEAR(y.values<float>()[1], 0.83, 0.005);
  EXPECT_NEAR(y.values<float>()[2], 0.51, 0.005);
  EXPECT_NEAR(y.values<float>()[3], 0.85, 0.005);
}

TEST(Dense, NamesWeightsAndRefusesOtherInputs) {
  Dense layer({.units = 4, .name = "hidden"});
  layer(Tensor({{1, 2, 3}}));
  ASSERT_EQ(layer.weights().size(), 2U);
  EXPECT_EQ(layer.weights()[0].path(), "hidden/kernel");
  EXPECT_EQ(layer.weights()[0].shape(), (Shape{3, 4}));
  EXPECT_EQ(layer.count_params(), 16);
  const std::string message = error_of(ErrorKind::value, [&] { layer(Tensor({{1, 2}})); });
  EXPECT_EQ(message,
            "Dense 'hidden' was built for inputs (None, 3) but got (1, 2); check the layer before "
            "it, or build a new layer");
}

TEST(Dense, OptionsAreChecked) {
  EXPECT_NE(error_of(ErrorKind::value, [] { Dense({.units = 0}); }).find("units=0"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [] { Dense({.units = 1, .activation = "rleu"}); })
                .find("unknown activation 'rleu'; expected one of linear, relu"),
            std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value,
                     [] { make_layer("Dense", Config().set("units", 3).set("unit", 4)); })
                .find("no option 'unit'"),
            std::string::npos);
  error_of(ErrorKind::type, [] { make_layer("Dense", Config().set("units", 3.5)); });
}

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

TEST(Flatten, JoinsAllAxesButTheBatch) {
  Flatten layer;
  EXPECT_EQ(layer(Tensor::zeros({5, 2, 3})).shape(), (Shape{5, 6}));
  EXPECT_EQ(layer.output_shape({Shape::none, 4, 4}), (Shape{Shape::none, 16}));
}

TEST(BatchNormalization, NormalizesAndRemembers) {
  BatchNormalization layer({.momentum = 0.9, .epsilon = 1e-3});
  const Tensor x({{1, 10}, {3, 30}});
  const Tensor y = layer(x, true);
  // mean 2, variance 1: (1 - 2) / sqrt(1 + 0.001)
  EXPECT_NEAR(y.values<float>()[0], -1 / std::sqrt(1.001), 1e-6);
  EXPECT_NEAR(layer.weights()[2].value().values<float>()[0], 0.2, 1e-6);       // 0.9*0 + 0.1*2
  EXPECT_NEAR(layer.weights()[3].value().values<float>()[1], 0.9 + 10, 1e-4);  // 0.9*1 + 0.1*100
  const Tensor z = layer(Tensor({{0.2, 2}}), false);
  EXPECT_NEAR(z.values<float>()[0], 0, 1e-6);
}

TEST(BatchNormalization, AnInnerAxisGivesWhatTheLastOneGives) {
  const Tensor x = RandomStream::with_key(3).normal({6, 4, 5}, 1, 2);
  // The same values with the last two axes exchanged, by hand.
  std::vector<float> turned(120);
  for (std::size_t b = 0; b < 6; ++b) {
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = 0; j < 5; ++j) {
        turned[b * 20 + j * 4 + i] = x.values<float>()[b * 20 + i * 5 + j];
      }
    }
  }
  BatchNormalization inner({.axis = 1, .momentum = 0.5}), last({.momentum = 0.5});
  for (const bool training : {true, false}) {
    const Tensor y = inner(x, training);
    const Tensor z = last(Tensor::copy_of<float>(turned, {6, 5, 4}), training);
    for (std::size_t b = 0; b < 6; ++b) {
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 5; ++j) {
          EXPECT_NEAR(y.values<float>()[b * 20 + i * 5 + j], z.values<float>()[b * 20 + j * 4 + i],
                      1e-5);
        }
      }
    }
  }
}

TEST(Dropout, OnlyTrainsAndDoesNothingOtherwise) {
  Dropout layer({.rate = 0.5});
  const Tensor x = Tensor::full({10, 10}, 1);
  EXPECT_EQ(layer(x).data(), x.data());
  EXPECT_NE(layer(x, true).data(), x.data());
}

TEST(SpatialDropout, DropsWholeChannels) {
  SpatialDropout2D layer({.rate = 0.5, .data_format = "channels_first", .seed = 1});
  const Tensor y = layer(Tensor::full({20, 5, 3, 4}, 1), true);
  const auto values = y.values<float>();
  int kept = 0;
  for (std::size_t channel = 0; channel < 100; ++channel) {
    for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(values[channel * 12 + i], values[channel * 12]);
    EXPECT_TRUE(values[channel * 12] == 0 || values[channel * 12] == 2);
    kept += values[channel * 12] == 2;
  }
  EXPECT_GT(kept, 25);
  EXPECT_LT(kept, 75);
  EXPECT_EQ(error_of(ErrorKind::value, [&] { SpatialDropout1D({.rate = 0.5})(Tensor({{1}})); }),
            "SpatialDropout1D 'spatial_dropout1d' needs inputs (batch, steps, channels), got "
            "(None, 1)");
}

TEST(Layer, FreezingStopsItsGradients) {
  Dense layer({.units = 2});
  layer.set_trainable(false);
  const Tensor x({{1, 2}});
  EXPECT_FALSE(layer(x, true).requires_grad());
  EXPECT_TRUE(layer.trainable_weights().empty());
  layer.set_trainable(true);
  EXPECT_TRUE(layer(x, true).requires_grad());
}

class Scale : public UnaryLayer {
 public:
  explicit Scale(double by) : UnaryLayer("Scale"), by_(by) {}
  explicit Scale(const Config& config) : UnaryLayer("Scale"), by_(config.number("by")) {
    apply_base_config(config);
  }
  Config config() const override { return base_config().set("by", by_); }

 protected:
  void build(const Shape&) override { offset_ = add_weight("offset", {1}, "zeros"); }
  Tensor call(const Tensor& x, bool) override { return x * by_ + offset_.value(); }

 private:
  double by_;
  Variable offset_;
};

TEST(Layer, AUsersLayerTrainsAndLoads) {
  register_layer<Scale>("Scale");
  Sequential model;
  model.add(Scale(2));
  model.compile({.optimizer = SGD({.learning_rate = 0.1}), .loss = "mse"});
  const Tensor x({{1}, {2}}), y({{3}, {5}});
  model.fit(x, y, {.epochs = 200});
  EXPECT_NEAR(model.weights()[0].value().item(), 1, 1e-3);
  const std::string file = model.save_to_memory();
  const auto loaded = load_model(std::as_bytes(std::span(file.data(), file.size())));
  EXPECT_EQ(loaded->predict(x).to_vector<float>()[1], model.predict(x).to_vector<float>()[1]);
  error_of(ErrorKind::value, [] { register_layer<Scale>("Dense"); });
}

TEST(Conv2D, ItsKernelRunsOverTheImage) {
  Conv2D layer({.filters = 1, .kernel_size = {1, 2}, .kernel_initializer = "ones", .name = "c"});
  const Tensor x = Tensor({{1, 2, 3}, {4, 5, 6}}).reshape({1, 2, 3, 1});
  const Tensor y = layer(x);
  EXPECT_EQ(y.shape(), (Shape{1, 2, 2, 1}));
  const std::vector<float> expected{3, 5, 9, 11};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), y.values<float>().begin()));
  const std::string message = error_of(ErrorKind::value, [&] { layer(x.reshape({1, 6, 1, 1})); });
  EXPECT_NE(message.find("at least 2 along axis 2, got 1"), std::string::npos) << message;
  error_of(ErrorKind::value, [] { Conv2D({.filters = 1, .kernel_size = {1, 2, 3}}); });
}

TEST(Conv2D, ATransposedOneIsItsGradient) {
  const Tensor x = test::spread_values({1, 4, 5, 2}, -1, 1).cast(Dtype::float32);
  const Tensor kernel = test::spread_values({3, 2, 2, 3}, -1, 1).cast(Dtype::float32);
  const Variable image(x, "image");
  const Tensor y = ops::conv(image, kernel, {}, {.strides = {2, 1}, .padding = "same"});
  ops::sum(y).backward();
  const Tensor back = ops::conv_transpose(Tensor::full(y.shape(), 1), kernel, {},
                                          {.strides = {2, 1}, .padding = "same"});
  ASSERT_EQ(back.shape(), x.shape());
  for (std::int64_t i = 0; i < x.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(back.values<float>()[at], image.grad().values<float>()[at], 1e-5);
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

TEST(Pooling, TheLecturesImage) {
  const Tensor x = Tensor({1, 3, 5, 3, 4, 2, 3, 1, 3, 1, 1, 3, 0, 1, 0, 4}).reshape({1, 4, 4, 1});
  const Tensor y = MaxPooling2D({.pool_size = 2})(x);
  EXPECT_EQ(y.shape(), (Shape{1, 2, 2, 1}));
  const std::vector<float> expected{4, 5, 3, 4};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(y.values<float>()[i], expected[i]);
}

TEST(Pooling, WorksAlongOneAndThreeAxes) {
  const Tensor x = Tensor({9, 4, 2, 9, 0, 9, 0, 3, 6});
  EXPECT_EQ(MaxPooling1D()(x.reshape({1, 9, 1})).shape(), (Shape{1, 4, 1}));
  EXPECT_EQ(MaxPooling1D({.padding = "same"})(x.reshape({1, 9, 1})).shape(), (Shape{1, 5, 1}));
  const Tensor volume = x.reshape({1, 1, 3, 3, 1});
  EXPECT_EQ(AveragePooling3D({.pool_size = {1, 3, 3}})(volume).item(), 42.0F / 9);
  EXPECT_EQ(GlobalMaxPooling3D()(volume).item(), 9);
  EXPECT_EQ(ZeroPadding3D({.padding = {1, 0, 2}})(volume).shape(), (Shape{1, 3, 3, 7, 1}));
  EXPECT_EQ(ZeroPadding1D({.padding = {1, 2}})(x.reshape({1, 9, 1})).shape(), (Shape{1, 12, 1}));
  EXPECT_EQ(Cropping1D({.cropping = {3, 1}})(x.reshape({1, 9, 1})).shape(), (Shape{1, 5, 1}));
  EXPECT_EQ(UpSampling3D({.size = {3, 1, 2}})(volume).shape(), (Shape{1, 3, 3, 6, 1}));
}

TEST(Pooling, SaysWhatDoesNotFit) {
  EXPECT_EQ(error_of(ErrorKind::value,
                     [] {
                       MaxPooling2D({.pool_size = 3, .strides = 2, .name = "pool"})(
                           Tensor::zeros({1, 2, 5, 1}));
                     }),
            "MaxPooling2D 'pool' needs inputs of at least 3 along axis 1, got 2: there are "
            "floor((2 - 3) / 2) + 1 < 1 windows");
  EXPECT_EQ(error_of(ErrorKind::value, [] { MaxPooling2D({.pool_size = {2, 0}}); }),
            "MaxPooling2D 'max_pooling2d' needs pool_size of one integer or 2, at least 1, got "
            "pool_size=(2, 0)");
}

TEST(Embedding, LooksUpRows) {
  Embedding layer({.input_dim = 5, .output_dim = 2});
  const Tensor y = layer(Tensor({{0, 4}, {4, 1}}));
  EXPECT_EQ(y.shape(), (Shape{2, 2, 2}));
  EXPECT_EQ(y.values<float>()[2], y.values<float>()[4]);
  error_of(ErrorKind::index, [&] { layer(Tensor({{5}})); });
}

TEST(RepeatVector, RepeatsSamples) {
  RepeatVector layer({.n = 3});
  EXPECT_EQ(layer(Tensor({{1, 2}})).shape(), (Shape{1, 3, 2}));
  error_of(ErrorKind::value, [&] { RepeatVector({.n = 2})(Tensor({{{1}}})); });
}

TEST(Normalization, TakesItsStatisticsFromData) {
  Normalization layer;
  layer.adapt(Tensor({{0, 10}, {2, 30}}));
  const Tensor y = layer(Tensor({{2, 10}}));
  EXPECT_FLOAT_EQ(y.values<float>()[0], 1);
  EXPECT_FLOAT_EQ(y.values<float>()[1], -1);
}

}  // namespace
}  // namespace lamina
