// The callbacks of the core but EarlyStopping. The facts were seen in Keras 3.15.1; that a run
// which was cut off ends in the same bits is what the library promises.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"
#include "training/path_format.hpp"

namespace lamina {
namespace {

using test::error_of;

Sequential one_weight(double learning_rate = 1) {
  Sequential model;
  model.add(Input({.shape = {1}}));
  model.add(Dense({.units = 1, .use_bias = false, .kernel_initializer = "zeros"}));
  model.compile({.optimizer = SGD({.learning_rate = learning_rate}), .loss = "mse"});
  return model;
}

const Tensor ones = Tensor::full({6, 1}, 1);

// A folder that is removed again.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "lamina-XXXXXX").native();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string operator/(const char* name) const { return (path / name).native(); }
  std::size_t files() const {
    const std::filesystem::directory_iterator begin(path), end;
    return static_cast<std::size_t>(std::distance(begin, end));
  }
};

TEST(ReduceLROnPlateau, LowersTheRateWhenTheValueStays) {
  const auto rates = [](const ReduceLROnPlateauOptions& options,
                        const std::vector<double>& values) {
    Sequential model = one_weight();
    ReduceLROnPlateau callback(options);
    callback.set_model(&model);
    callback.on_train_begin();
    std::vector<double> result;
    std::int64_t epoch = 0;
    for (const double value : values) {
      Logs logs{{options.monitor, value}};
      callback.on_epoch_end(epoch++, logs);
      EXPECT_EQ(logs.back().first, "learning_rate");
      result.push_back(logs.back().second);
    }
    return result;
  };
  EXPECT_EQ(rates({.factor = 0.5, .patience = 2}, {3, 2, 2, 2, 1, 1, 1}),
            (std::vector<double>{1, 1, 1, 1, 0.5, 0.5, 0.5}));
  EXPECT_EQ(rates({.factor = 0.5, .patience = 1, .cooldown = 2}, {3, 2, 2, 2, 2, 2, 2, 2}),
            (std::vector<double>{1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.125}));
  EXPECT_EQ(rates({.factor = 0.5, .patience = 1, .min_lr = 0.25}, {1, 1, 1, 1, 1}),
            (std::vector<double>{1, 1, 0.5, 0.25, 0.25}));
  EXPECT_EQ(rates({.monitor = "auc", .factor = 0.5, .patience = 1}, {1, 2, 2, 3, 3}),
            (std::vector<double>{1, 1, 1, 0.5, 0.5}));
  error_of(ErrorKind::value, [] { ReduceLROnPlateau({.factor = 1}); });
}

TEST(Callbacks, WhatOneWritesReachesTheNextAndTheHistory) {
  struct Write : Callback {
    void on_epoch_end(std::int64_t epoch, Logs& logs) override {
      write(logs, "mine", static_cast<double>(epoch));
    }
  };
  Sequential model = one_weight();
  const auto stop = std::make_shared<EarlyStopping>(
      EarlyStoppingOptions{.monitor = "mine", .patience = 9, .mode = "max"});
  const History history =
      model.fit(ones, ones, {.epochs = 2, .callbacks = {stop, std::make_shared<Write>(), stop}});
  EXPECT_EQ(history["mine"], (std::vector<double>{0, 1}));
  EXPECT_EQ(stop->best(), 1.0);
}

TEST(LearningRateScheduler, SetsTheRateBeforeEachEpoch) {
  Sequential model = one_weight(1);
  const auto halving = std::make_shared<LearningRateScheduler>(
      [](std::int64_t epoch, double rate) { return epoch == 0 ? rate : rate / 2; });
  const History history = model.fit(ones, ones, {.epochs = 3, .callbacks = {halving}});
  EXPECT_EQ(history["learning_rate"], (std::vector<double>{1, 0.5, 0.25}));
  error_of(ErrorKind::value, [] { LearningRateScheduler({}); });
}

TEST(TerminateOnNaN, EndsTheRunAfterTheBatch) {
  Sequential model = one_weight();
  const Tensor x({{1}, {std::numeric_limits<float>::quiet_NaN()}, {1}});
  const FitOptions options{.batch_size = 1,
                           .epochs = 5,
                           .shuffle = false,
                           .callbacks = {std::make_shared<TerminateOnNaN>()}};
  EXPECT_EQ(model.fit(x, x, options).epoch.size(), 1U);
  EXPECT_EQ(model.optimizer().iterations(), 2);
  FitOptions raising = options;
  raising.callbacks = {std::make_shared<TerminateOnNaN>(true)};
  EXPECT_NE(error_of(ErrorKind::state, [&] { model.fit(x, x, raising); }).find("the loss is nan"),
            std::string::npos);
}

TEST(PathFormat, WritesValuesAsPythonDoes) {
  const PathValues values{{"epoch", 7}, {"loss", 0.12345}, {"x", -2.0}};
  const auto formatted = [&](const std::string& pattern) {
    return format_path("Test", pattern, values);
  };
  EXPECT_EQ(formatted("a/{epoch:02d}-{loss:.2f}{{}}"), "a/07-0.12{}");
  EXPECT_EQ(formatted("{epoch}{loss}{x}"), "70.12345-2.0");
  EXPECT_EQ(formatted("{x:06.1f}|{epoch:3}|{loss:.1%}|{loss:.1e}"), "-002.0|  7|12.3%|1.2e-01");
  for (const char* wrong : {"{gain}", "{loss:d}", "{loss:.2", "}", "{epoch:x}", "{x:.999f}"}) {
    error_of(ErrorKind::value, [&] { formatted(wrong); });
  }
}

TEST(ModelCheckpoint, SavesTheBestOnly) {
  const Folder folder;
  Sequential model = one_weight();
  ModelCheckpoint callback({.filepath = folder / "{epoch}.lamina", .save_best_only = true});
  callback.set_model(&model);
  callback.on_train_begin();
  std::int64_t epoch = 0;
  for (const double value : {3.0, 2.0, 2.0, 1.0, 4.0}) {
    Logs logs{{"val_loss", value}};
    callback.on_epoch_end(epoch++, logs);
  }
  EXPECT_EQ(folder.files(), 3U);
  EXPECT_TRUE(load_model(folder / "4.lamina")->compiled());
  EXPECT_EQ(callback.best(), 1.0);
  EXPECT_NE(error_of(ErrorKind::value, [] { ModelCheckpoint({.filepath = "best.keras"}); })
                .find("has the suffix of Keras"),
            std::string::npos);
}

TEST(ModelCheckpoint, SavesAfterBatchesAndReadsLogsOnlyThen) {
  const Folder folder;
  Sequential model = one_weight();
  const auto callback = std::make_shared<ModelCheckpoint>(
      ModelCheckpointOptions{.filepath = folder / "{epoch}-{batch}", .save_freq = 4});
  EXPECT_FALSE(callback->reads_batch_logs());
  model.fit(ones, ones, {.batch_size = 2, .epochs = 4, .callbacks = {callback}});
  EXPECT_EQ(folder.files(), 3U);
  EXPECT_TRUE(std::filesystem::exists(folder / "3-2"));
}

struct CutOff {};

// Ends the run in the given batch of all its epochs.
struct Cut : Callback {
  std::int64_t left;
  explicit Cut(std::int64_t batches) : left(batches) {}
  bool reads_batch_logs() const override { return false; }
  void on_train_batch_begin(std::int64_t /*batch*/) override {
    if (left-- == 0) throw CutOff();
  }
};

std::vector<float> trained(const std::string& folder, std::int64_t save_freq,
                           const std::vector<std::int64_t>& cuts, History& history) {
  for (std::size_t run = 0;; ++run) {
    set_random_seed(4);
    Sequential model;
    model.add(Input({.shape = {3}}));
    model.add(Dense({.units = 5, .activation = "tanh"}));
    model.add(Dropout({.rate = 0.4}));
    model.add(Dense({.units = 1}));
    model.compile({.optimizer = Adam(), .loss = "mse", .metrics = {"mae"}});
    const Tensor x = RandomStream::with_key(1).uniform({26, 3}, -1, 1);
    const Tensor y = RandomStream::with_key(2).uniform({26, 1}, -1, 1);
    FitOptions options{.batch_size = 4, .epochs = 4, .validation_split = 0.2};
    options.callbacks = {std::make_shared<BackupAndRestore>(
                             BackupAndRestoreOptions{.backup_dir = folder, .save_freq = save_freq}),
                         std::make_shared<ReduceLROnPlateau>(ReduceLROnPlateauOptions{
                             .monitor = "loss", .patience = 1, .min_delta = 0.1})};
    if (run < cuts.size()) options.callbacks.push_back(std::make_shared<Cut>(cuts[run]));
    try {
      history = model.fit(x, y, options);
    } catch (const CutOff&) {
      continue;
    }
    std::vector<float> bits;
    for (const Tensor& weight : model.get_weights()) {
      const auto values = weight.values<float>();
      bits.insert(bits.end(), values.begin(), values.end());
    }
    return bits;
  }
}

TEST(BackupAndRestore, ARunThatIsCutOffEndsInTheSameBits) {
  const Folder folder;
  History whole, rest;
  const std::vector<float> expected = trained(folder / "backup", 0, {}, whole);
  for (const std::int64_t save_freq : {0, 1, 3}) {
    for (std::int64_t cut = 0; cut < 24; cut += 5) {
      EXPECT_EQ(trained(folder / "backup", save_freq, {cut, 3, 0}, rest), expected);
      const auto& course = rest["loss"];
      for (std::size_t i = 1; i <= course.size(); ++i) {
        EXPECT_EQ(course[course.size() - i], whole["loss"][whole["loss"].size() - i]);
      }
      EXPECT_EQ(folder.files(), 0U);  // the backups are removed
    }
  }
}

TEST(Model, ACheckpointOutsideARunHoldsWeightsAndOptimizer) {
  const Folder folder;
  Sequential model = one_weight(0.1);
  model.fit(ones, ones, {.epochs = 3});
  model.save_checkpoint(folder / "c");
  Sequential other = one_weight(0.5);
  other.load_checkpoint(folder / "c");
  EXPECT_EQ(other.optimizer().iterations(), 3);
  EXPECT_NEAR(other.optimizer().learning_rate(), 0.1, 1e-7);
  EXPECT_EQ(other.get_weights()[0].item(), model.get_weights()[0].item());
  error_of(ErrorKind::value, [&] { load_model(folder / "c"); });
  model.save(folder / "m");
  EXPECT_NE(error_of(ErrorKind::value, [&] { other.load_checkpoint(folder / "m"); })
                .find("load_model reads what save wrote"),
            std::string::npos);
}

}  // namespace
}  // namespace lamina
