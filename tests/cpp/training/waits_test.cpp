// No step of a run waits for the device, and what it takes from the host is its batch.
#include <gtest/gtest.h>

#include <functional>

#include "lamina/lamina.hpp"
#include "support/guarded_backend.hpp"

namespace lamina {
namespace {

struct Case {
  const char* name;
  std::function<std::vector<std::shared_ptr<Layer>>()> layers;
  const char* loss;
  std::vector<MetricHandle> metrics;
  std::function<OptimizerHandle()> optimizer;
  Shape sample, label;
  Dtype x = Dtype::float32, y = Dtype::float32;
  bool weighted = false;
};

template <class LayerType>
std::shared_ptr<Layer> made(LayerType layer) {
  return std::make_shared<LayerType>(std::move(layer));
}

Tensor data(std::int64_t count, const Shape& sample, Dtype dtype) {
  Shape shape{count};
  for (int axis = 0; axis < sample.rank(); ++axis) shape.push_back(sample[axis]);
  return RandomStream::open("data").uniform(shape, 0, 3, Dtype::float32).cast(dtype);
}

enum class Method { fit, evaluate, predict };

GuardedTraffic traffic_of(const Case& c, Method run, std::int64_t batches) {
  constexpr std::int64_t batch_size = 4;
  const std::int64_t count = batches * batch_size;
  set_random_seed(1);
  const Tensor x = data(count, c.sample, c.x), y = data(count, c.label, c.y);
  const Tensor weight = c.weighted ? data(count, {}, Dtype::float32) : Tensor();
  const DeviceScope scope{Device("guarded")};
  Sequential model;
  for (const auto& layer : c.layers()) model.add(layer);
  model.compile({.optimizer = c.optimizer(),
                 .loss = c.loss,
                 .metrics = c.metrics,
                 .weighted_metrics =
                     c.weighted ? std::vector<MetricHandle>{"mse"} : std::vector<MetricHandle>{}});
  model.predict(x.slice(0, batch_size));  // builds it
  const GuardedTraffic before = guarded_traffic();
  switch (run) {
    case Method::fit: model.fit(x, y, {.batch_size = batch_size, .sample_weight = weight}); break;
    case Method::evaluate:
      model.evaluate(x, y, {.batch_size = batch_size, .sample_weight = weight});
      break;
    case Method::predict: model.predict(x, {.batch_size = batch_size}); break;
  }
  const GuardedTraffic after = guarded_traffic();
  return {after.uploads - before.uploads, after.waits - before.waits};
}

std::vector<Case> cases() {
  const auto dense = [] {
    return std::vector{made(Dense({.units = 8,
                                   .activation = "relu",
                                   .kernel_regularizer = "l2",
                                   .kernel_constraint = "max_norm"})),
                       made(BatchNormalization()),
                       made(Dropout({.rate = 0.2})),
                       made(GaussianNoise({.stddev = 0.1})),
                       made(AlphaDropout({.rate = 0.1})),
                       made(LayerNormalization()),
                       made(PReLU()),
                       made(Dense({.units = 3, .activation = "softmax"}))};
  };
  const auto images = [] {
    return std::vector{made(Conv2D({.filters = 4, .kernel_size = 3})),
                       made(BatchNormalization()),
                       made(ReLU()),
                       made(MaxPooling2D()),
                       made(SpatialDropout2D({.rate = 0.2})),
                       made(GroupNormalization({.groups = 2})),
                       made(GlobalAveragePooling2D()),
                       made(Dense({.units = 3, .activation = "softmax"}))};
  };
  const auto words = [] {
    return std::vector{made(Embedding({.input_dim = 20, .output_dim = 4})),
                       made(GlobalMaxPooling1D()),
                       made(Dense({.units = 3, .activation = "softmax"}))};
  };
  const std::vector<MetricHandle> sparse{"acc", "sparse_categorical_crossentropy"};
  const std::vector<MetricHandle> several{"mae",    "rmse",  "precision",
                                          "recall", "huber", "categorical_accuracy"};
  std::vector<Case> all{
      {"sparse",
       dense,
       "scce",
       sparse,
       [] { return Adam({.gradients = {.clipnorm = 1}}); },
       {6},
       {},
       Dtype::float32,
       Dtype::int64},
      {"weighted",
       dense,
       "mse",
       several,
       [] { return SGD({.momentum = 0.9, .gradients = {.clipvalue = 1}}); },
       {6},
       {3},
       Dtype::float32,
       Dtype::float32,
       true},
      {"images",
       images,
       "scce",
       sparse,
       [] { return RMSprop({.gradients = {.global_clipnorm = 1}}); },
       {8, 8, 3},
       {},
       Dtype::float32,
       Dtype::int64},
      {"words",
       words,
       "scce",
       sparse,
       [] { return SGD({.learning_rate = 0.1}); },
       {5},
       {},
       Dtype::int64,
       Dtype::int64},
      {"words, adam",
       words,
       "scce",
       sparse,
       [] { return Adam({.gradients = {.weight_decay = 0.1}}); },
       {5},
       {},
       Dtype::int64,
       Dtype::int64},
  };
  const auto by_label = std::vector<double>{1, 2, 0.5};
  const std::vector<MetricHandle> counting{AUC({.label_weights = by_label}),
                                           AUC({.multi_label = true, .from_logits = true}),
                                           Precision({.top_k = 2}),
                                           TruePositives(),
                                           SensitivityAtSpecificity({.class_id = 1}),
                                           F1Score({.average = "macro"}),
                                           OneHotMeanIoU({.num_classes = 3}),
                                           BinaryIoU(),
                                           R2Score(),
                                           PearsonCorrelation(),
                                           TopKCategoricalAccuracy({.k = 2})};
  for (const bool weighted : {false, true}) {
    all.push_back({.name = "counting",
                   .layers = dense,
                   .loss = "mse",
                   .metrics = counting,
                   .optimizer = [] { return SGD(); },
                   .sample = {6},
                   .label = {3},
                   .weighted = weighted});
  }
  const auto adam = [] { return Adam(); };
  for (const char* loss :
       {"mae", "huber", "smooth_l1", "bce", "cce", "mape", "msle", "cosine_similarity", "hinge",
        "squared_hinge", "categorical_hinge", "kld", "poisson", "binary_focal_crossentropy",
        "categorical_focal_crossentropy", "dice", "tversky"}) {
    all.push_back({loss, dense, loss, several, adam, {6}, {3}});
  }
  for (const char* loss : {"categorical_generalized_cross_entropy", "circle"}) {
    all.push_back({loss, dense, loss, sparse, adam, {6}, {}, Dtype::float32, Dtype::int64});
  }
  const auto steps = [] {
    return std::vector{made(Dense({.units = 12})), made(Reshape({.target_shape = {4, 3}}))};
  };
  all.push_back({"ctc", steps, "ctc", {}, adam, {6}, {2}, Dtype::float32, Dtype::int64});
  return all;
}

TEST(Waits, NoneInAStep) {
  for (const Case& c : cases()) {
    for (const Method run : {Method::fit, Method::evaluate, Method::predict}) {
      SCOPED_TRACE(std::string(c.name) + ", run " + std::to_string(static_cast<int>(run)));
      traffic_of(c, run, 2);  // the first makes what is kept, as the records of faults
      const GuardedTraffic few = traffic_of(c, run, 3), many = traffic_of(c, run, 11);
      EXPECT_EQ(few.waits > 0, run != Method::predict);  // for the logs of the epoch
      EXPECT_EQ(few.waits, many.waits);
      const std::size_t arrays = run == Method::predict ? 1 : c.weighted ? 3 : 2;
      EXPECT_EQ(many.uploads - few.uploads, 8 * arrays);
    }
  }
}

}  // namespace
}  // namespace lamina
