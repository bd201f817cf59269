// Metrics that count decisions, by hand; tests/python/test_metrics_golden.py has Keras's numbers.
#include <gtest/gtest.h>

#include "lamina/metrics/auc.hpp"
#include "lamina/metrics/f_score.hpp"
#include "lamina/metrics/iou.hpp"
#include "lamina/metrics/precision_recall.hpp"
#include "lamina/metrics/r2_score.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

const Tensor labels({0, 1, 1, 0, 1, 0}), scores({0.1, 0.4, 0.9, 0.6, 0.7, 0.4});

template <class Class>
std::vector<double> results_of(Class metric, const Tensor& weights = {}) {
  metric.update(labels, scores, weights);
  return metric.results().template to_vector<double>();
}

TEST(Confusion, CountsAtEachThreshold) {
  const ThresholdOptions options{.thresholds = std::vector{0.65, 0.3}};
  using Numbers = std::vector<double>;
  EXPECT_EQ(results_of(TruePositives(options)), (Numbers{2, 3}));
  EXPECT_EQ(results_of(FalsePositives(options)), (Numbers{0, 2}));
  EXPECT_EQ(results_of(TrueNegatives(options)), (Numbers{3, 1}));
  EXPECT_EQ(results_of(FalseNegatives(options)), (Numbers{1, 0}));
  EXPECT_EQ(results_of(FalseNegatives(options), Tensor({1, 5, 1, 1, 1, 1})), (Numbers{5, 0}));
  EXPECT_EQ(TruePositives().result(), 0);
  TruePositives several(options);
  EXPECT_EQ(error_of(ErrorKind::state, [&] { several.result(); }),
            "metric 'true_positives' gives 2 numbers; results() has them all");
  EXPECT_EQ(several.entries("tp"),
            (std::vector<std::pair<std::string, double>>{{"tp_0", 0}, {"tp_1", 0}}));
}

TEST(Confusion, BestRates) {
  // Above 0.6 (labels 1, 1) no negative is left; above 0.4 one of three.
  EXPECT_DOUBLE_EQ(results_of(SensitivityAtSpecificity({.specificity = 1})).front(), 2.0 / 3);
  EXPECT_DOUBLE_EQ(results_of(SpecificityAtSensitivity({.sensitivity = 1})).front(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(results_of(PrecisionAtRecall({.recall = 0.6})).front(), 1);
  EXPECT_DOUBLE_EQ(results_of(RecallAtPrecision({.precision = 0.6})).front(), 1);
}

TEST(Confusion, AreaUnderTheCurve) {
  // Of the 9 pairs, 7 are in the right order and one is a tie.
  EXPECT_NEAR(results_of(AUC()).front(), 7.5 / 9, 1e-12);
  AUC by_label({.multi_label = true});
  EXPECT_EQ(by_label.result(), 0);  // before the first batch
  by_label.update(labels.reshape({3, 2}), scores.reshape({3, 2}), {});
  EXPECT_EQ(by_label.variables()[0].shape(), (Shape{200, 2}));
  AUC again({.multi_label = true});
  again.restore(TensorList{by_label.variables()[0], by_label.variables()[1],
                           by_label.variables()[2], by_label.variables()[3]});
  EXPECT_EQ(again.result(), by_label.result());
  EXPECT_NE(error_of(ErrorKind::value, [&] { again.restore({Tensor({1.0})}); }).find("4 variables"),
            std::string::npos);
}

TEST(FScore, OfEachClass) {
  F1Score score({.threshold = 0.5});
  score.update(Tensor({{1, 0}, {1, 1}}), Tensor({{0.9, 0.8}, {0.2, 0.6}}), {});
  const std::vector<double> each = score.results().to_vector<double>();
  EXPECT_NEAR(each[0], 2.0 / 3, 1e-6);  // precision 1, recall 1/2
  EXPECT_NEAR(each[1], 2.0 / 3, 1e-6);  // precision 1/2, recall 1
}

TEST(IoU, OfClassesThatOccur) {
  MeanIoU mean({.num_classes = 4});
  mean.update(Tensor({0, 0, 1, 2, 9}), Tensor({0, 1, 1, 2, 0}), {});
  EXPECT_NEAR(mean.result(), (0.5 + 0.5 + 1) / 3, 1e-6);  // 9 is no class, 3 does not occur
}

TEST(R2Score, WorkedExample) {
  R2Score score;
  score.update(Tensor({{1}, {4}, {3}}), Tensor({{2}, {4}, {4}}), {});
  EXPECT_NEAR(score.result(), 1 - 2 / (14.0 / 3), 1e-12);
}

TEST(Metric, ConfigurationsOfAllThatHaveOptions) {
  for (const auto& metric : std::vector<std::shared_ptr<Metric>>{
           std::make_shared<AUC>(AUCOptions{.curve = "pr", .thresholds = std::vector{0.5, 0.2}}),
           std::make_shared<Precision>(PrecisionOptions{.top_k = 2, .name = "p"}),
           std::make_shared<IoU>(IoUOptions{.num_classes = 3, .target_class_ids = {0, 2}}),
           std::make_shared<FBetaScore>(FBetaScoreOptions{.average = "micro", .beta = 2}),
           std::make_shared<R2Score>(R2ScoreOptions{.class_aggregation = std::nullopt})}) {
    EXPECT_EQ(Metric::make(metric->type(), metric->config())->config(), metric->config());
  }
}

}  // namespace
}  // namespace lamina
