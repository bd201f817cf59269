// The facts were worked by hand from Keras 3.15's early_stopping.py.
#include <gtest/gtest.h>

#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

// What the library says while it lives.
struct Heard {
  std::vector<std::string> said, warned;
  Heard() {
    set_message_handler([this](Severity severity, const std::string& text) {
      (severity == Severity::warning ? warned : said).push_back(text);
    });
  }
  ~Heard() { set_message_handler({}); }
};

Sequential one_weight() {
  Sequential model;
  model.add(Input({.shape = {1}}));
  model.add(Dense({.units = 1, .use_bias = false}));
  model.compile({.optimizer = SGD({.learning_rate = 0}),
                 .loss = "mse",
                 .metrics = {BinaryAccuracy({.name = "hits"})}});
  return model;
}

// A run whose epochs give these values and leave weights of 0, 1, 2 ...
struct Outcome {
  EarlyStopping stop;
  std::int64_t epochs = 0;
  float weight = 0;
};

Outcome run(const EarlyStoppingOptions& options, const std::vector<double>& values) {
  Outcome result{.stop = EarlyStopping(options)};
  Sequential model = one_weight();
  result.stop.set_model(&model);
  result.stop.on_train_begin();
  while (result.epochs < static_cast<std::int64_t>(values.size()) && !model.stop_training()) {
    const auto epoch = result.epochs++;
    model.set_weights({Tensor::full({1, 1}, static_cast<double>(epoch))});
    Logs logs{{options.monitor, values[static_cast<std::size_t>(epoch)]}};
    result.stop.on_epoch_end(epoch, logs);
  }
  result.stop.on_train_end({});
  result.weight = model.get_weights()[0].values<float>()[0];
  return result;
}

TEST(EarlyStopping, StopsWhenPatienceIsExhausted) {
  const std::vector<double> losses{3, 2, 2, 2, 1, 5, 5, 5, 5};
  // Not to fall is enough at once for patience 0, and after one epoch, which is the same, for 1.
  for (const std::int64_t patience : {0, 1}) {
    const Outcome stopped = run({.patience = patience}, losses);
    EXPECT_EQ(stopped.stop.stopped_epoch(), 2);
    EXPECT_EQ(stopped.epochs, 3);
    EXPECT_EQ(stopped.stop.best_epoch(), 1);
    EXPECT_EQ(stopped.stop.best(), 2.0);
    EXPECT_EQ(stopped.stop.wait(), 1);
    EXPECT_EQ(stopped.weight, 2);
    EXPECT_TRUE(stopped.stop.best_weights().empty());
  }
  EXPECT_EQ(run({.patience = 2}, losses).stop.stopped_epoch(), 3);
  const Outcome later = run({.patience = 3}, losses);
  EXPECT_EQ(later.stop.stopped_epoch(), 7);
  EXPECT_EQ(later.stop.best_epoch(), 4);
  EXPECT_EQ(run({.patience = 5}, losses).stop.stopped_epoch(), 0);
}

TEST(EarlyStopping, RestoresTheBestWeightsHoweverTheRunEnds) {
  const std::vector<double> losses{3, 1, 2, 2};
  const Outcome stopped = run({.patience = 1, .restore_best_weights = true}, losses);
  EXPECT_EQ(stopped.epochs, 3);
  EXPECT_EQ(stopped.weight, 1);
  const Outcome ran_out = run({.patience = 9, .restore_best_weights = true}, losses);
  EXPECT_EQ(ran_out.epochs, 4);
  EXPECT_EQ(ran_out.stop.stopped_epoch(), 0);
  EXPECT_EQ(ran_out.weight, 1);
  EXPECT_EQ(ran_out.stop.best_weights()[0].values<float>()[0], 1);
}

TEST(EarlyStopping, AChangeBelowMinDeltaIsNoImprovement) {
  for (const double min_delta : {0.5, -0.5}) {
    const Outcome falls =
        run({.min_delta = min_delta, .patience = 2}, {3, 2.625, 2.25, 1.75, 2, 2});
    EXPECT_EQ(falls.stop.best_epoch(), 2);  // 2.25 + 0.5 < 3, but 1.75 + 0.5 is not below 2.25
    EXPECT_EQ(falls.stop.stopped_epoch(), 4);
  }
  const Outcome rises =
      run({.min_delta = 0.5, .patience = 1, .mode = "max"}, {1, 1.75, 2.5, 3.0, 4.0});
  EXPECT_EQ(rises.stop.best_epoch(), 2);
  EXPECT_EQ(rises.stop.stopped_epoch(), 3);
}

TEST(EarlyStopping, OnlyWhatBeatsTheBaselineRestartsTheWait) {
  const EarlyStoppingOptions options{.patience = 2, .baseline = 1.0, .restore_best_weights = true};
  EXPECT_EQ(run(options, {3, 4, 5}).stop.stopped_epoch(), 1);
  EXPECT_EQ(run(options, {3, 4, 5}).weight, 0);  // the best there was
  // An improvement never stops, though it waits on.
  const Outcome improving = run(options, {5, 4, 3, 2, 2, 0});
  EXPECT_EQ(improving.stop.stopped_epoch(), 4);
  EXPECT_EQ(improving.stop.wait(), 5);
  EXPECT_EQ(improving.weight, 3);
  EXPECT_EQ(run(options, {3, 0.5, 2, 2, 2}).stop.stopped_epoch(), 3);
}

TEST(EarlyStopping, FirstEpochsMayBePassedOver) {
  const Outcome late = run({.start_from_epoch = 2}, {1, 2, 3, 4, 5});
  EXPECT_EQ(late.stop.best_epoch(), 2);
  EXPECT_EQ(late.stop.best(), 3.0);
  EXPECT_EQ(late.stop.stopped_epoch(), 3);
}

TEST(EarlyStopping, NotANumberIsNoImprovement) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(run({.patience = 2}, {3, nan, nan, 1}).stop.stopped_epoch(), 2);
}

TEST(EarlyStopping, TheNameTellsTheDirection) {
  const std::vector<double> rising{1, 2, 3};
  for (const char* name :
       {"loss", "val_loss", "mse", "val_mean_absolute_error", "val_rmse", "binary_crossentropy",
        "accuracy_loss", "val_log_cosh", "val_smooth_l1", "kl_divergence", "false_positives"}) {
    EXPECT_EQ(run({.monitor = name}, rising).stop.stopped_epoch(), 1) << name;
  }
  for (const char* name : {"accuracy", "acc", "val_sparse_categorical_accuracy", "accuracy_1",
                           "auc", "val_auc", "AUC", "BinaryAccuracy", "val_hits", "val_mean_io_u",
                           "OneHotMeanIoU", "true_positives", "r2_score"}) {
    EXPECT_EQ(run({.monitor = name}, rising).stop.stopped_epoch(), 0) << name;
  }
  EXPECT_EQ(run({.monitor = "gain", .mode = "min"}, rising).stop.stopped_epoch(), 1);
  EXPECT_EQ(run({.monitor = "loss", .mode = "max"}, rising).stop.stopped_epoch(), 0);
  for (const char* name : {"gain", "val_gain", "classes", "backlosses"}) {
    EXPECT_NE(error_of(ErrorKind::value, [&] { run({.monitor = name}, rising); })
                  .find("pass mode='max' or mode='min'"),
              std::string::npos);
  }
}

TEST(EarlyStopping, WarnsOnceARunOfWhatIsNotThere) {
  Sequential model = one_weight();
  const auto stop = std::make_shared<EarlyStopping>();
  const Heard heard;
  const Tensor x({{1}, {2}});
  for (const std::size_t runs : {1U, 2U}) {
    EXPECT_EQ(model.fit(x, x, {.epochs = 3, .callbacks = {stop}}).epoch.size(), 3U);
    ASSERT_EQ(heard.warned.size(), runs);
  }
  EXPECT_EQ(heard.warned[0],
            "EarlyStopping monitors 'val_loss', which is not available, so it stops nothing; "
            "available are loss, hits; pass validation_data or validation_split to fit");
}

TEST(EarlyStopping, SaysWhatItDidWhenAsked) {
  const EarlyStoppingOptions options{.patience = 1, .verbose = 1, .restore_best_weights = true};
  const std::vector<std::string> expected{
      "Epoch 3: early stopping", "Restoring model weights from the end of the best epoch: 2."};
  const Heard heard;
  run({.patience = 1}, {3, 1, 2});
  EXPECT_TRUE(heard.said.empty());
  run(options, {3, 1, 2});
  EXPECT_EQ(heard.said, expected);
}

TEST(EarlyStopping, StopsFit) {
  Sequential model = one_weight();
  const auto stop =
      std::make_shared<EarlyStopping>(EarlyStoppingOptions{.monitor = "loss", .patience = 3});
  const Tensor x({{1}, {2}});
  // A learning rate of 0: no epoch after the first improves. A second run begins anew.
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(model.fit(x, x, {.epochs = 100, .callbacks = {stop}}).epoch.size(), 4U);
    EXPECT_EQ(stop->stopped_epoch(), 3);
    EXPECT_EQ(stop->best_epoch(), 0);
  }
}

TEST(EarlyStopping, BadOptionsAreRefusedByName) {
  const auto refused = [](const EarlyStoppingOptions& options) {
    return error_of(ErrorKind::value, [&] { EarlyStopping{options}; });
  };
  EXPECT_EQ(refused({.mode = "best"}),
            "EarlyStopping needs mode auto, min or max, got mode='best'");
  EXPECT_EQ(refused({.patience = -1}),
            "EarlyStopping needs patience of at least 0, got patience=-1");
  refused({.start_from_epoch = -1});
  refused({.min_delta = std::numeric_limits<double>::infinity()});
  refused({.baseline = std::numeric_limits<double>::quiet_NaN()});
  EarlyStopping stop({.monitor = "loss", .restore_best_weights = true});
  Logs logs{{"loss", 1}};
  EXPECT_NE(error_of(ErrorKind::state, [&] { stop.on_epoch_end(0, logs); }).find("has no model"),
            std::string::npos);
}

}  // namespace
}  // namespace lamina
