#include "lamina/metrics/auc.hpp"

#include <algorithm>
#include <cmath>

#include "metrics/options.hpp"
#include "metrics/rates.hpp"
#include "metrics/thresholds.hpp"

namespace lamina {
namespace {

// As far below 0 and above 1 as Keras sets the outer thresholds, so that predictions of exactly 0
// and 1 fall between.
constexpr double epsilon = 1e-7;

std::vector<double> inner_of(const AUCOptions& options) {
  if (!options.thresholds) return inner_thresholds(options.num_thresholds);
  std::vector<double> inner = *options.thresholds;
  for (const double threshold : inner) {
    require(threshold >= 0 && threshold <= 1, "AUC", "thresholds", threshold, "in [0, 1]");
  }
  std::sort(inner.begin(), inner.end());
  return inner;
}

std::vector<double> between(double low, std::vector<double> inner, double high) {
  inner.insert(inner.begin(), low);
  inner.push_back(high);
  return inner;
}

AUCOptions checked(AUCOptions options) {
  if (options.thresholds) {
    options.num_thresholds = static_cast<std::int64_t>(options.thresholds->size()) + 2;
  }
  require(options.num_thresholds > 1, "AUC", "num_thresholds", options.num_thresholds, "above 1");
  const auto one_of = [](std::string& value, const char* option,
                         const std::vector<std::string>& known, const char* names) {
    const auto same = [&](const std::string& each) {
      return std::equal(each.begin(), each.end(), value.begin(), value.end(),
                        [](char a, char b) { return a == std::tolower(b); });
    };
    const auto found = std::find_if(known.begin(), known.end(), same);
    require(found != known.end(), "AUC", option, value, names);
    value = *found;
  };
  one_of(options.curve, "curve", {"roc", "pr", "prgain"}, "ROC, PR or PRGAIN");
  std::transform(options.curve.begin(), options.curve.end(), options.curve.begin(),
                 [](char c) { return static_cast<char>(std::toupper(c)); });
  one_of(options.summation_method, "summation_method", {"interpolation", "minoring", "majoring"},
         "interpolation, minoring or majoring");
  if (!options.multi_label && options.num_labels.value_or(0) != 0) {
    fail(ErrorKind::value, "AUC got num_labels=", *options.num_labels,
         ", which only multi_label=true needs");
  }
  if (options.num_labels) {
    require(*options.num_labels >= 0, "AUC", "num_labels", *options.num_labels, "above 0");
  }
  if (options.multi_label && options.num_labels && options.label_weights &&
      *options.num_labels != static_cast<std::int64_t>(options.label_weights->size())) {
    fail(ErrorKind::value, "AUC got ", options.label_weights->size(), " label_weights for ",
         *options.num_labels, " labels");
  }
  return options;
}

struct Counts {
  double tp, fp, tn, fn;
};

// The area between two thresholds under precision over recall, where true positives and all
// predicted positives change linearly in between: with P = TP + FP, precision is
// (TP_b + s (P - P_b)) / P with the slope s = dTP / dP; its integral over dTP = s dP is
// s (dTP + (TP_b - s P_b) log(P_a / P_b)), over the positives. (Davis and Goadrich, 2006.)
double interpolated_precision_area(const Counts& a, const Counts& b) {
  const double p_a = a.tp + a.fp, p_b = b.tp + b.fp, dtp = a.tp - b.tp;
  const double slope = divide_or_zero(dtp, std::max(p_a - p_b, 0.0));
  const double intercept = b.tp - slope * p_b;
  const double log_ratio = p_a > 0 && p_b > 0 ? std::log(p_a / p_b) : 0;
  return divide_or_zero(slope * (dtp + intercept * log_ratio), std::max(b.tp + b.fn, 0.0));
}

struct Point {
  double x, y;
};

Point point_of(const std::string& curve, const Counts& n) {
  const double recall = divide_or_zero(n.tp, n.tp + n.fn);
  if (curve == "ROC") return {divide_or_zero(n.fp, n.fp + n.tn), recall};
  if (curve == "PR") return {recall, divide_or_zero(n.tp, n.tp + n.fp)};
  // Gains over always saying yes (Flach and Kull, 2015); they diverge without true positives.
  if (n.tp == 0) return {0, 1};
  const double odds = divide_or_zero(n.tp + n.fn, n.tn + n.fp);
  return {std::max(1 - odds * n.fn / n.tp, 0.0), 1 - odds * n.fp / n.tp};
}

double area_between(const AUCOptions& options, const Counts& a, const Counts& b) {
  const bool interpolates = options.summation_method == "interpolation";
  if (options.curve == "PR" && interpolates) return interpolated_precision_area(a, b);
  const Point p = point_of(options.curve, a), q = point_of(options.curve, b);
  const double height = interpolates                             ? (p.y + q.y) / 2
                        : options.summation_method == "minoring" ? std::min(p.y, q.y)
                                                                 : std::max(p.y, q.y);
  return (p.x - q.x) * height;
}

}  // namespace

AUC::AUC(const Options& options)
    : ConfusionMetric("AUC", options.name,
                      {.thresholds = between(-epsilon, inner_of(checked(options)), 1 + epsilon),
                       .by_label = options.multi_label,
                       .label_count = options.num_labels.value_or(0),
                       .label_weights = options.label_weights.value_or(std::vector<double>()),
                       .from_logits = options.from_logits,
                       .clips = !options.thresholds || are_even(between(0, inner_of(options), 1))},
                      {{Outcome::true_positive, "true_positives"},
                       {Outcome::false_positive, "false_positives"},
                       {Outcome::true_negative, "true_negatives"},
                       {Outcome::false_negative, "false_negatives"}}),
      options_(checked(options)) {}

Tensor AUC::results() const {
  const std::vector<double> tp = counts(Outcome::true_positive),
                            fp = counts(Outcome::false_positive),
                            tn = counts(Outcome::true_negative),
                            fn = counts(Outcome::false_negative);
  const auto labels = static_cast<std::size_t>(columns());
  if (options_.multi_label && options_.label_weights && labels > 0 &&
      options_.label_weights->size() != labels) {
    fail(ErrorKind::value, "metric '", name(), "' has ", options_.label_weights->size(),
         " label_weights for ", labels, " labels");
  }
  double sum = 0, weights = 0;
  for (std::size_t label = 0; label < labels; ++label) {
    double area = 0;
    for (std::size_t t = label; t + labels < tp.size(); t += labels) {
      const std::size_t u = t + labels;
      area += area_between(options_, {tp[t], fp[t], tn[t], fn[t]}, {tp[u], fp[u], tn[u], fn[u]});
    }
    const bool by_weight = options_.multi_label && options_.label_weights;
    const double weight = by_weight ? (*options_.label_weights)[label] : 1;
    sum += weight * area;
    weights += weight;
  }
  return Tensor::scalar(divide_or_zero(sum, weights), Dtype::float64, Device());
}

Config AUC::config() const { return config_of(*this, options_); }

}  // namespace lamina
