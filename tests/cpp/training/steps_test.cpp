// Steps of a program's own: called by every loop, with the built-in parts at hand.
#include <gtest/gtest.h>

#include "lamina/autograd/autograd.hpp"
#include "lamina/lamina.hpp"

namespace lamina {
namespace {

Tensor samples() { return RandomStream::open("x").uniform({12, 3}, -1, 1, Dtype::float32); }
Tensor labels(const Tensor& x) { return ops::sum(x, {1}, true); }

void compile(Sequential& model) {
  set_random_seed(5);
  model.add(Input({.shape = {3}}));
  model.add(Dense({.units = 1, .kernel_regularizer = "l2", .name = "out"}));
  model.compile({.optimizer = std::make_shared<SGD>(SGDOptions{.learning_rate = 0.1}),
                 .loss = "mse",
                 .metrics = {"mae"}});
}

// The built-in step, written out.
struct ByHand : Steps {
  explicit ByHand(Model& m) : model(m) {}
  bool trains() const override { return true; }
  bool train(const Batch& batch) override {
    const Tensors predictions = model(batch.x, true);
    const Tensor loss = model.compute_loss(batch, predictions);
    for (Variable& weight : weights()) weight.zero_grad();
    loss.backward();
    model.optimizer().step(weights());
    model.loss_tracker()->add_mean(loss, static_cast<double>(batch.x.front().shape()[0]));
    model.update_metrics(batch, predictions);
    return true;
  }
  bool test(const Batch& batch) override {
    shown = model.test_step(batch);
    ++tests;
    return true;
  }
  Logs logs() const override { return model.metric_logs(); }

  std::vector<Variable>& weights() {
    all = model.trainable_weights();
    return all;
  }

  Model& model;
  std::vector<Variable> all;
  Logs shown;
  int tests = 0;
};

TEST(Steps, WrittenOutDoWhatTheBuiltInOnesDo) {
  const Tensor x = samples(), y = labels(x);
  Sequential built_in("net"), own("net");
  compile(built_in);
  compile(own);
  const auto steps = std::make_shared<ByHand>(own);
  own.set_steps(steps);
  const FitOptions options{.batch_size = 5, .epochs = 3, .validation_x = x, .validation_y = y};
  const History expected = built_in.fit(x, y, options);
  const History got = own.fit(x, y, options);
  for (const auto& [name, course] : expected.values) EXPECT_EQ(got[name], course) << name;
  EXPECT_EQ(steps->tests, 9);
  own.set_steps(nullptr);
  EXPECT_EQ(built_in.evaluate(x, y), own.evaluate(x, y));
}

struct Doubled : Steps {
  explicit Doubled(Model& m) : model(m) {}
  Tensor loss(const Batch& batch, const Tensors& predictions, bool training) override {
    return model.compute_loss(batch, predictions, training) * 2;
  }
  std::optional<Tensors> predict(const Tensors& x) override {
    return Tensors{model(x, false).front() + 1};
  }
  Model& model;
};

TEST(Steps, PartsOfTheBuiltInStepAreReplaced) {
  const Tensor x = samples(), y = labels(x);
  Sequential model("net");
  compile(model);
  const Logs plain = model.evaluate(x, y);
  const Tensor outputs = model.predict(x);
  model.set_steps(std::make_shared<Doubled>(model));
  const Logs doubled = model.evaluate(x, y);
  EXPECT_EQ(doubled[0].second, 2 * plain[0].second);
  EXPECT_EQ(doubled[1], plain[1]);
  const NoGrad no_grad;
  EXPECT_EQ(ops::max(ops::abs(model.predict(x) - (outputs + 1))).item(), 0);
}

TEST(Steps, LossesThatLayersAddAreEnough) {
  Sequential model("net");
  model.add(Input({.shape = {3}}));
  model.add(ActivityRegularization({.l2 = 1}));
  model.compile({.optimizer = "sgd"});
  const Tensor x = Tensor::full({4, 3}, 1, Dtype::float32);
  EXPECT_EQ(model.evaluate(x, {})[0].second, 3);
  Sequential bare("bare");
  bare.add(Input({.shape = {3}}));
  bare.add(Dense({.units = 1}));
  bare.compile({.optimizer = "sgd"});
  EXPECT_THROW(bare.evaluate(x, {}), Error);
}

}  // namespace
}  // namespace lamina
