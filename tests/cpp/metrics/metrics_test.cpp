// Values with masks and weights of time steps are those of Keras 3.15.
#include <gtest/gtest.h>

#include <cmath>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

const Tensor y({{{1}, {2}, {3}}, {{4}, {5}, {6}}});
const Tensor p({{{1.5}, {2}, {1}}, {{4}, {7}, {6.5}}});
const Tensor step_weights({{1, 2, 3}, {0.5, 0, 4}});

Tensor masked() { return p.with_mask(Tensor({{1, 1, 0}, {1, 0, 0}}).cast(Dtype::boolean)); }

double value_of(Metric&& metric, const Tensor& target, const Tensor& prediction,
                const Tensor& weight = {}) {
  metric.update(target, prediction, weight);
  return metric.result();
}

TEST(Metric, LossesAsMetrics) {
  const auto mse = [] { return LossMetric(MeanSquaredError()); };
  EXPECT_NEAR(value_of(mse(), y, p), 1.4166667461395264, 1e-6);
  EXPECT_NEAR(value_of(mse(), y, p, step_weights), 1.2619048357009888, 1e-6);
  EXPECT_NEAR(value_of(mse(), y, masked()), 0.0833333358168602, 1e-7);
  EXPECT_NEAR(value_of(mse(), y, masked(), step_weights), 0.0714285746216774, 1e-7);
  EXPECT_NEAR(value_of(LossMetric(MeanAbsoluteError()), y, masked(), step_weights),
              0.1428571492433548, 1e-7);
  EXPECT_NEAR(value_of(RootMeanSquaredError(), y, p, step_weights), 1.1233453750610352, 1e-6);
  EXPECT_DOUBLE_EQ(value_of(LossMetric(Huber({.delta = 2})), Tensor({{0}}), Tensor({{5}})), 8);
}

TEST(Metric, ASampleCountsOnceHoweverManyStepsItHas) {
  const auto metric = Metric::from_name("mse");
  metric->update(y, p, {});
  metric->update(Tensor({{{1}}, {{4}}}), Tensor({{{2.5}}, {{5}}}), {});
  EXPECT_NEAR(metric->result(), 1.5208333730697632, 1e-6);
}

TEST(Metric, PrecisionAndRecall) {
  const Tensor labels({{0}, {1}, {1}, {1}, {0}}), scores({{0.9}, {0.2}, {0.7}, {0.6}, {0.5}});
  const Tensor weights({1, 2, 3, 4, 5});
  Precision precision;
  Recall recall;
  for (Metric* metric : {static_cast<Metric*>(&precision), static_cast<Metric*>(&recall)}) {
    metric->update(labels, scores, {});
    EXPECT_DOUBLE_EQ(metric->result(), 2.0 / 3);
    metric->update(labels, scores, weights);
  }
  EXPECT_DOUBLE_EQ(precision.result(), 9.0 / 11);
  EXPECT_DOUBLE_EQ(recall.result(), 0.75);
  EXPECT_DOUBLE_EQ(value_of(Precision({.thresholds = std::vector{0.65}}), labels, scores, weights),
                   0.75);
  EXPECT_DOUBLE_EQ(value_of(Recall({.thresholds = std::vector{0.65}}), labels, scores, weights),
                   1.0 / 3);
  EXPECT_EQ(value_of(Precision(), Tensor({1.0}), Tensor({0.0})), 0);  // no prediction says yes
}

TEST(Metric, CosineSimilarity) {
  const Tensor target({{{1, 2}, {3, -1}, {0, 0}}, {{4, 1}, {5, 2}, {6, 0.5}}});
  const Tensor given({{{1.5, 1}, {2, 1}, {1, 1}}, {{4, -1}, {7, 2}, {6.5, 3}}});
  EXPECT_NEAR(value_of(CosineSimilarity(), target, given), 0.7320180535316467, 1e-6);
  EXPECT_NEAR(value_of(CosineSimilarity(), target, given, step_weights), 0.6173456907272339, 1e-6);
  EXPECT_NEAR(value_of(CosineSimilarity({.axis = 1}), target, given), 0.6635730266571045, 1e-6);
  const Tensor kept = given.with_mask(Tensor({{0, 1, 0}, {0, 0, 0}}).cast(Dtype::boolean));
  EXPECT_NEAR(value_of(CosineSimilarity(), target, kept), std::sqrt(0.5), 1e-6);
  const Config config = CosineSimilarity({.axis = 1, .name = "c"}).config();
  EXPECT_EQ(Metric::make("CosineSimilarity", config)->config(), config);
  EXPECT_EQ(error_of(ErrorKind::value, [&] { CosineSimilarity().update(target, y, {}); }),
            "cosine_similarity got targets of shape (2, 3, 2) for predictions of shape (2, 3, 1), "
            "expected (2, 3, 1)");
}

TEST(Metric, MeansAndSumsOfValues) {
  Mean mean;
  mean.update(Tensor({{1, 2}, {3, 4}}), Tensor({1, 3}));
  EXPECT_DOUBLE_EQ(mean.result(), 3);
  Sum sum;
  sum.update(Tensor({{1, 2}, {3, 4}}), Tensor({1, 3}));
  sum.update(Tensor({0.5}));
  EXPECT_DOUBLE_EQ(sum.result(), 24.5);
  EXPECT_NE(error_of(ErrorKind::state, [&] { mean.update(y, p, {}); }).find("compares no"),
            std::string::npos);
}

TEST(Metric, AccuraciesTakeWeightsOfStepsAndMasks) {
  const Tensor labels({{0, 1, 1}, {1, 0, 0}});
  const Tensor scores({{{0.9, 0.1}, {0.2, 0.8}, {0.7, 0.3}}, {{0.1, 0.9}, {0.1, 0.9}, {0.1, 0.9}}});
  EXPECT_DOUBLE_EQ(value_of(SparseCategoricalAccuracy(), labels, scores), 0.5);
  EXPECT_DOUBLE_EQ(value_of(SparseCategoricalAccuracy(), labels, scores, step_weights), 3.5 / 10.5);
  const Tensor kept = scores.with_mask(Tensor({{1, 1, 1}, {1, 0, 0}}).cast(Dtype::boolean));
  EXPECT_DOUBLE_EQ(value_of(SparseCategoricalAccuracy(), labels, kept), 0.75);
}

TEST(Metric, StateIsVariablesWhichResetBringsBackToZero) {
  const auto metric = Metric::from_name("binary_accuracy");
  metric->update(Tensor({1, 0}), Tensor({0.9, 0.8}), {});
  ASSERT_EQ(metric->variables().size(), 2U);
  EXPECT_EQ(metric->variables()[0].path(), "binary_accuracy/total");
  EXPECT_EQ(metric->variables()[0].value().item(), 1);
  EXPECT_EQ(metric->variables()[1].value().item(), 2);
  EXPECT_FALSE(metric->variables()[0].trainable());
  metric->reset();
  for (const Variable& variable : metric->variables()) EXPECT_EQ(variable.value().item(), 0);
  EXPECT_EQ(metric->result(), 0);
}

// A metric of a program's own has state of any shape.
struct PerClass : Metric {
  PerClass() : Metric("PerClass", "per_class"), seen(add_variable("seen", {3}, Dtype::float32)) {}
  void update(const Tensor& target, const Tensor&, const Tensor&) override {
    seen.assign(seen.value() + target);
  }
  double result() const override { return ops::max(seen.value()).item(); }
  Variable seen;
};

TEST(Metric, OnesOwn) {
  PerClass metric;
  metric.update(Tensor({1, 5, 2}), {}, {});
  metric.update(Tensor({1, 0, 2}), {}, {});
  EXPECT_EQ(metric.result(), 5);
  metric.reset();
  EXPECT_EQ(metric.result(), 0);
}

TEST(Metric, ByName) {
  EXPECT_EQ(Metric::from_name("acc")->name(), "acc");
  EXPECT_EQ(Metric::from_name("BinaryAccuracy")->name(), "binary_accuracy");
  EXPECT_EQ(Metric::from_name("mse")->name(), "mse");
  EXPECT_EQ(Metric::from_name("mse")->type(), "MeanSquaredError");
  for (const char* name :
       {"mae", "huber", "smooth_l1", "logcosh", "bce", "cce", "scce", "precision"}) {
    const auto metric = Metric::from_name(name);
    EXPECT_EQ(Metric::make(metric->type(), metric->config())->config(), metric->config());
  }
  const Config config = LossMetric(BinaryCrossentropy({.from_logits = true})).config();
  EXPECT_EQ(config.keys(), (std::vector<std::string>{"from_logits", "label_smoothing", "name"}));
  EXPECT_NE(
      error_of(ErrorKind::value, [] { Metric::from_name("acuracy"); })
          .find("unknown metric 'acuracy' (did you mean 'accuracy'?); expected one of accuracy, "),
      std::string::npos);
}

}  // namespace
}  // namespace lamina
