#include <gtest/gtest.h>

#include <algorithm>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

const Tensor xor_x({{0, 0}, {0, 1}, {1, 0}, {1, 1}});
const Tensor xor_y({{0}, {1}, {1}, {0}});

Sequential small_model() {
  Sequential model;
  model.add(Dense({.units = 8, .activation = "tanh"}));
  model.add(Dense({.units = 1, .activation = "sigmoid"}));
  return model;
}

TEST(Fit, LearnsXor) {
  set_random_seed(1);
  Sequential model = small_model();
  model.compile({.optimizer = Adam({.learning_rate = 0.05}),
                 .loss = "binary_crossentropy",
                 .metrics = {"accuracy"}});
  const History history = model.fit(xor_x, xor_y, {.batch_size = 4, .epochs = 300});
  EXPECT_EQ(history["accuracy"].back(), 1.0);
  EXPECT_LT(history["loss"].back(), 0.05);
  const Tensor p = model.predict(xor_x);
  EXPECT_LT(p.values<float>()[0], 0.5F);
  EXPECT_GT(p.values<float>()[1], 0.5F);
}

TEST(Fit, EpochLossIsAMeanOverSamples) {
  Sequential model;
  model.add(Dense({.units = 1, .kernel_initializer = "zeros"}));
  model.compile({.optimizer = SGD({.learning_rate = 0}), .loss = "mse"});
  // Losses 1, 1, 1, 1 and 100 in batches of 4 and 1: (4 * 1 + 1 * 100) / 5, not (1 + 100) / 2.
  const Tensor x({{1}, {1}, {1}, {1}, {1}}), y({{1}, {1}, {1}, {1}, {10}});
  const History history = model.fit(x, y, {.batch_size = 4, .shuffle = false});
  EXPECT_DOUBLE_EQ(history["loss"][0], 20.8);
}

TEST(Fit, ValidatesWithTheLastSamples) {
  Sequential model;
  model.add(Dense({.units = 1, .kernel_initializer = "zeros"}));
  model.compile({.optimizer = SGD({.learning_rate = 0}), .loss = "mse"});
  const Tensor x({{1}, {1}, {1}, {1}}), y({{1}, {1}, {1}, {5}});
  const History history = model.fit(x, y, {.validation_split = 0.25});
  EXPECT_DOUBLE_EQ(history["loss"][0], 1);
  EXPECT_DOUBLE_EQ(history["val_loss"][0], 25);
}

TEST(Fit, SampleWeightsScaleTheLoss) {
  Sequential model;
  model.add(Dense({.units = 1, .kernel_initializer = "zeros"}));
  model.compile({.optimizer = SGD({.learning_rate = 0}), .loss = "mse"});
  const Tensor x({{1}, {1}}), y({{1}, {2}});
  EXPECT_DOUBLE_EQ(model.evaluate(x, y, {.sample_weight = Tensor({1, 3})})[0].second,
                   (1 * 1 + 3 * 4) / 2.0);
}

struct Recorder : Callback {
  std::vector<std::string> calls;
  void on_train_begin() override { calls.push_back("train_begin"); }
  void on_train_end(const Logs&) override { calls.push_back("train_end"); }
  void on_epoch_begin(std::int64_t) override { calls.push_back("epoch_begin"); }
  void on_epoch_end(std::int64_t, Logs& logs) override {
    calls.push_back("epoch_end " + std::to_string(logs.size()));
    model()->set_stop_training(true);
  }
  void on_train_batch_end(std::int64_t batch, const Logs&) override {
    calls.push_back("batch_end " + std::to_string(batch));
  }
  void on_test_begin() override { calls.push_back("test_begin"); }
  void on_test_end(const Logs&) override { calls.push_back("test_end"); }
};

TEST(Fit, CallsHooksInOrderAndStopsWhenAsked) {
  Sequential model = small_model();
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto recorder = std::make_shared<Recorder>();
  model.fit(xor_x, xor_y,
            {.batch_size = 2,
             .epochs = 9,
             .validation_x = xor_x,
             .validation_y = xor_y,
             .callbacks = {recorder}});
  const std::vector<std::string> expected{"train_begin", "epoch_begin", "batch_end 0",
                                          "batch_end 1", "test_begin",  "test_end",
                                          "epoch_end 2", "train_end"};
  EXPECT_EQ(recorder->calls, expected);
}

TEST(Fit, WhatProgressThrowsStopsItAndLeavesTheModelUsable) {
  Sequential model = small_model();
  model.compile({.optimizer = "sgd", .loss = "mse"});
  FitOptions options{.epochs = 100};
  options.on_progress = [](const Progress&) { throw std::runtime_error("stop"); };
  EXPECT_THROW(model.fit(xor_x, xor_y, options), std::runtime_error);
  EXPECT_EQ(model.predict(xor_x).shape(), (Shape{4, 1}));
  EXPECT_EQ(model.fit(xor_x, xor_y).epoch.size(), 1U);
}

TEST(Fit, ProgressShowsTheEpochsLogs) {
  Sequential model = small_model();
  model.compile({.optimizer = "sgd", .loss = "mse", .metrics = {"mae"}});
  std::vector<Logs> shown;
  FitOptions options{.epochs = 2};
  options.on_progress = [&](const Progress& at) { shown.push_back(at.logs()); };
  const History history = model.fit(xor_x, xor_y, options);
  ASSERT_GE(shown.size(), 2U);
  EXPECT_EQ(shown.back(), (Logs{{"loss", history["loss"][1]}, {"mae", history["mae"][1]}}));
}

TEST(Fit, BadCallsAreRefusedByName) {
  Sequential model = small_model();
  error_of(ErrorKind::state, [&] { model.fit(xor_x, xor_y); });
  model.compile({.optimizer = "sgd", .loss = "mse"});
  EXPECT_NE(error_of(ErrorKind::value, [&] { model.fit(xor_x, Tensor({{1}, {0}})); })
                .find("y of shape (2, 1) for x of shape (4, 2)"),
            std::string::npos);
  error_of(ErrorKind::value, [&] { model.fit(Tensor::zeros({0, 2}), Tensor::zeros({0, 1})); });
  error_of(ErrorKind::value, [&] { model.fit(xor_x, xor_y, {.batch_size = 0}); });
  error_of(ErrorKind::value, [&] { model.fit(xor_x, xor_y, {.validation_split = 1.5}); });
  error_of(ErrorKind::value, [&] { model.fit(xor_x, xor_y, {.validation_split = 0.9}); });
  error_of(ErrorKind::value, [&] { model.predict(Tensor()); });
  error_of(ErrorKind::value, [&] { model.compile({.optimizer = "adm"}); });
  error_of(ErrorKind::value, [&] { model.compile({.loss = "msee"}); });
  error_of(ErrorKind::value, [&] { model.compile({.metrics = {"acuracy"}}); });
}

// Batches of a program's own.
class Repeated : public BatchSource {
 public:
  explicit Repeated(int batches) : batches_(batches) {}
  void begin() override { given_ = 0; }
  bool next(Batch& batch) override {
    if (given_ == batches_) return false;
    ++given_;
    batch = {xor_x, xor_y, {}};
    return true;
  }

 private:
  int batches_, given_ = 0;
};

// One batch.
class BatchesOf : public BatchSource {
 public:
  BatchesOf(Tensor x, Tensor y) : batch_{std::move(x), std::move(y), {}} {}
  void begin() override { given_ = false; }
  bool next(Batch& batch) override {
    batch = batch_;
    return !std::exchange(given_, true);
  }

 private:
  Batch batch_;
  bool given_ = false;
};

TEST(Fit, TakesBatchesOfOnesOwn) {
  set_random_seed(1);
  Sequential own = small_model();
  own.compile({.optimizer = "sgd", .loss = "mse"});
  Repeated source(10);
  const History history = own.fit(source, {.epochs = 3});
  EXPECT_EQ(history["loss"].size(), 3U);
  EXPECT_EQ(own.optimizer().iterations(), 30);

  set_random_seed(1);
  Sequential arrays = small_model();
  arrays.compile({.optimizer = "sgd", .loss = "mse"});
  arrays.fit(xor_x, xor_y, {.batch_size = 4, .epochs = 30, .shuffle = false});
  EXPECT_EQ(own.get_weights()[0].values<float>()[0], arrays.get_weights()[0].values<float>()[0]);
}

TEST(Fit, RegularizersAndConstraints) {
  Sequential model;
  model.add(Dense({.units = 1,
                   .use_bias = false,
                   .kernel_initializer = "ones",
                   .kernel_regularizer = Regularizer::l2(0.5),
                   .kernel_constraint = "non_neg"}));
  model.compile({.optimizer = SGD({.learning_rate = 10}), .loss = "mse"});
  const Tensor x({{0, 0}}), y({{0}});
  EXPECT_DOUBLE_EQ(model.train_on_batch(x, y)[0].second, 1.0);  // 0.5 (1 + 1)
  EXPECT_EQ(model.get_weights()[0].values<float>()[0], 0.0F);   // 1 - 10, brought back to 0
}

TEST(Fit, ClassWeights) {
  Sequential weighted = small_model(), plain = small_model();
  for (Sequential* model : {&weighted, &plain}) {
    set_random_seed(2);
    model->compile({.optimizer = "sgd", .loss = "mse"});
    model->ensure_built(Shape{Shape::none, 2});
  }
  plain.set_weights(weighted.get_weights());
  weighted.fit(xor_x, xor_y, {.batch_size = 4, .class_weight = {{1, 3.0}}});
  plain.fit(xor_x, xor_y, {.batch_size = 4, .sample_weight = Tensor({1, 3, 3, 1})});
  EXPECT_EQ(weighted.get_weights()[0].values<float>()[0],
            plain.get_weights()[0].values<float>()[0]);
}

Sequential line() {
  Sequential model;
  model.add(Input({.shape = {1}}));
  model.add(Dense({.units = 1, .kernel_initializer = "ones"}));
  return model;
}

// The values are Keras 3.15's.
TEST(Fit, WeightedMetricsCountSamplesByTheirWeights) {
  Sequential model = line();
  model.compile({.optimizer = "sgd",
                 .loss = "mse",
                 .metrics = {"mae", "accuracy"},
                 .weighted_metrics = {"mae", "accuracy", "mse", "mae"}});
  const Tensor x({{1}, {2}, {3}, {4}}), y({{1}, {0}, {1}, {0}});
  const Logs logs = model.evaluate(x, y, {.batch_size = 3, .sample_weight = Tensor({1, 2, 3, 4})});
  const Logs expected{{"loss", 21},
                      {"mae", 2},
                      {"accuracy", 0.5},
                      {"weighted_mae", 2.6},
                      {"weighted_accuracy", 0.4},
                      {"mse", 8.4},
                      {"weighted_mae_1", 2.6}};
  ASSERT_EQ(logs.size(), expected.size());
  for (std::size_t i = 0; i < logs.size(); ++i) {
    EXPECT_EQ(logs[i].first, expected[i].first);
    EXPECT_NEAR(logs[i].second, expected[i].second, 1e-6) << logs[i].first;
  }
}

TEST(Fit, ClassWeightsReachWeightedMetrics) {
  Sequential model = line();
  model.compile({.optimizer = SGD({.learning_rate = 0}),
                 .loss = "mse",
                 .metrics = {"mae"},
                 .weighted_metrics = {"mse"}});
  const Tensor x({{1}, {3}}), y({{1}, {0}});  // errors 0 and 3
  const History history = model.fit(x, y, {.class_weight = {{1, 2.0}}});
  EXPECT_DOUBLE_EQ(history["mae"][0], 1.5);
  EXPECT_DOUBLE_EQ(history["mse"][0], 9.0 / 3);
}

TEST(Fit, WeightsOfTimeStepsReachTheLoss) {
  Sequential model;
  model.add(Input({.shape = {2, 1}}));
  model.add(Dense({.units = 1, .kernel_initializer = "ones"}));
  model.compile({.optimizer = SGD({.learning_rate = 0}), .loss = "mse"});
  const Tensor x({{{1}, {2}}, {{3}, {4}}}), y = Tensor::zeros({2, 2, 1});
  const Tensor weights({{1, 0}, {0, 2}});
  const double expected = (1 * 1 + 2 * 16) / 4.0;
  EXPECT_DOUBLE_EQ(model.evaluate(x, y, {.sample_weight = weights})[0].second, expected);
  EXPECT_DOUBLE_EQ(model.fit(x, y, {.sample_weight = weights})["loss"][0], expected);
}

TEST(Fit, ValidationDataOverrideTheSplit) {
  const Tensor x({{1}, {2}, {3}, {4}});
  Sequential model = line();
  model.compile({.optimizer = SGD({.learning_rate = 0}), .loss = "mse"});
  const FitOptions options{.validation_split = 0.5,
                           .validation_source = std::make_shared<BatchesOf>(x, x + 10)};
  const History history = model.fit(x, x, options);
  EXPECT_DOUBLE_EQ(history["val_loss"][0], 100);
}

struct Miscounted : Loss {
  Miscounted() : Loss("Miscounted", "miscounted") {}
  Tensor operator()(const Tensor& target, const Tensor& prediction,
                    const Tensor& /*sample_weight*/) const override {
    return ops::mean(ops::not_equal(target, prediction).cast(Dtype::float32));
  }
};

TEST(Fit, ALossWithoutAGradientIsRefusedUnlessNothingIsTrained) {
  Sequential model = line();
  model.compile({.optimizer = "sgd", .loss = Miscounted()});
  const Tensor x({{1}, {2}}), y({{1}, {0}});
  EXPECT_NE(error_of(ErrorKind::value, [&] { model.fit(x, y); })
                .find("loss 'miscounted' does not depend on the predictions"),
            std::string::npos);
  EXPECT_DOUBLE_EQ(model.evaluate(x, y)[0].second, 0.5);
  model.set_trainable(false);
  EXPECT_DOUBLE_EQ(model.fit(x, y)["loss"][0], 0.5);
}

// A callback that looks at no batch's logs does not make the run read them.
struct Blind : Callback {
  bool reads_batch_logs() const override { return false; }
  void on_train_batch_end(std::int64_t, const Logs& logs) override { seen += logs.size(); }
  void on_epoch_end(std::int64_t, Logs& logs) override { at_end = logs.size(); }
  std::size_t seen = 0, at_end = 0;
};

TEST(Fit, BatchLogsAreReadForThoseWhoLook) {
  Sequential model = line();
  model.compile({.optimizer = "sgd", .loss = "mse"});
  const auto blind = std::make_shared<Blind>();
  model.fit(xor_y, xor_y, {.callbacks = {blind}});
  EXPECT_EQ(blind->seen, 0U);
  EXPECT_EQ(blind->at_end, 1U);
}

}  // namespace
}  // namespace lamina
