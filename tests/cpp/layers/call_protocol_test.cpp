// Layers of several inputs and outputs, arguments by keyword, masks, and the training flag.
#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

std::vector<float> values_of(const Tensor& t) {
  const auto values = t.values<float>();
  return {values.begin(), values.end()};
}

Tensor mask_of(std::initializer_list<Literal> values) {
  return Tensor(values).cast(Dtype::boolean);
}

// The smallest and the largest value of each sample.
class Extremes : public Layer {
 public:
  Extremes() : Layer("Extremes") {}
  explicit Extremes(const Config& config) : Extremes() { apply_base_config(config); }
  Shapes output_shapes(const Shapes& input_shapes) const override {
    const Shape one{input_shapes.front()[0]};
    return {one, one};
  }

 protected:
  Tensors call(const Tensors& inputs, const CallContext& /*context*/) override {
    return {ops::min(inputs.front(), {1}), ops::max(inputs.front(), {1})};
  }
};

// x scale + shift, with `scale` by keyword and `shift` a plain number.
class Affine : public Layer {
 public:
  Affine() : Layer("Affine") {}
  explicit Affine(const Config& config) : Affine() { apply_base_config(config); }
  std::vector<std::string> argument_names() const override { return {"scale", "shift"}; }

 protected:
  Tensors call(const Tensors& inputs, const CallContext& context) override {
    Tensor y = inputs.front();
    const Tensors scale = context.argument("scale");
    if (!scale.empty()) y = y * scale.front();
    const bool shifts = context.arguments != nullptr && context.arguments->values.has("shift");
    return shifts ? y + context.arguments->values.number("shift") : y;
  }
};

// Says whether it trains: 1 or 0 for each value.
class Flag : public UnaryLayer {
 public:
  Flag() : UnaryLayer("Flag") {}
  explicit Flag(const Config& config) : Flag() { apply_base_config(config); }

 protected:
  Tensor call(const Tensor& inputs, bool training) override {
    return Tensor::full(inputs.shape(), training ? 1 : 0);
  }
};

// Calls a layer within without a word about training.
class Outer : public UnaryLayer {
 public:
  Outer() : UnaryLayer("Outer") {}

 protected:
  Tensor call(const Tensor& inputs, bool /*training*/) override { return flag_(inputs); }

 private:
  Flag flag_;
};

void register_all() {
  register_layer<Extremes>("Extremes");
  register_layer<Affine>("Affine");
  register_layer<Flag>("Flag");
}

std::shared_ptr<Model> reloaded(const Model& model) {
  const std::string file = model.save_to_memory();
  return load_model(std::as_bytes(std::span(file.data(), file.size())));
}

const Tensor x({{3, 1, 2}, {-1, 5, 0}});

TEST(CallProtocol, ALayerGivesSeveralTensors) {
  register_all();
  Extremes layer;
  const Tensors outputs = layer(x);
  ASSERT_EQ(outputs.size(), 2U);
  EXPECT_EQ(values_of(outputs[0]), (std::vector<float>{1, -1}));
  EXPECT_EQ(values_of(outputs[1]), (std::vector<float>{3, 5}));
  error_of(ErrorKind::value, [&] { return Tensor(layer(x)); });  // which of the two?

  const SymbolicTensor a = input({.shape = {3}});
  const SymbolicTensors parts = connect_all(std::make_shared<Extremes>(), a);
  Functional model(a, {parts[1], parts[0]});
  const auto loaded = reloaded(model);
  EXPECT_EQ(values_of(loaded->predict_all(x)[0]), (std::vector<float>{3, 5}));
}

TEST(CallProtocol, ArgumentsByKeywordStandInGraphsAndFiles) {
  register_all();
  Affine layer;
  CallArguments arguments;
  arguments.tensors.emplace_back("scale", Tensor({10, 10, 10}));
  arguments.values.set("shift", 1.0);
  EXPECT_EQ(values_of(layer(x, {std::nullopt, &arguments})),
            (std::vector<float>{31, 11, 21, -9, 51, 1}));

  const SymbolicTensor a = input({.shape = {3}}), b = input({.shape = {3}});
  SymbolicArguments given{.tensors = {{"scale", b}}, .values = Config().set("shift", 1.0)};
  Functional model({a, b}, connect(Affine(), a, given));
  const Tensor twos = Tensor::full({2, 3}, 2);
  const std::vector<float> expected{7, 3, 5, -1, 11, 1};
  EXPECT_EQ(values_of(model({x, twos})), expected);
  EXPECT_EQ(values_of(reloaded(model)->predict({x, twos})), expected);
}

TEST(CallProtocol, UnknownArgumentsAreRefused) {
  Dense layer({.units = 1});
  CallArguments arguments;
  arguments.tensors.emplace_back("initial_state", x);
  const std::string message =
      error_of(ErrorKind::type, [&] { layer(x, {std::nullopt, &arguments}); });
  EXPECT_NE(message.find("takes no argument 'initial_state'"), std::string::npos) << message;
}

TEST(CallProtocol, ManyInputsHaveGradients) {
  // More than a machine word has bits.
  TensorList inputs;
  for (int i = 0; i < 70; ++i) {
    inputs.push_back(Tensor::full({1, 1}, i));
    inputs.back().set_requires_grad();
  }
  const Tensor sum = Add()(Tensors(inputs));
  EXPECT_EQ(sum.item(), 69 * 70 / 2);
  sum.backward();
  for (const Tensor& each : inputs) EXPECT_EQ(each.grad().item(), 1);
}

TEST(CallProtocol, TheTrainingFlagReachesLayersWithin) {
  Outer layer;
  EXPECT_EQ(values_of(layer(Tensor({{0}}), true)), (std::vector<float>{1}));
  EXPECT_EQ(values_of(layer(Tensor({{0}}), false)), (std::vector<float>{0}));
  EXPECT_EQ(values_of(layer(Tensor({{0}}))), (std::vector<float>{0}));
}

TEST(CallProtocol, TheTrainingFlagOfAGraphIsKept) {
  register_all();
  const SymbolicTensor a = input({.shape = {1}});
  const auto flag = std::make_shared<Flag>();
  Functional model(a, {connect(flag, a), connect(flag, a, {.training = true}),
                       connect(flag, a, {.training = false})});
  const auto loaded = reloaded(model);
  for (Model* each : {static_cast<Model*>(&model), loaded.get()}) {
    for (const bool training : {false, true}) {
      const Tensors outputs = (*each)(Tensor({{0}}), training);
      EXPECT_EQ(outputs[0].item(), training ? 1 : 0);
      EXPECT_EQ(outputs[1].item(), 1);
      EXPECT_EQ(outputs[2].item(), 0);
    }
  }
}

TEST(Masks, PassThroughLayersThatSupportThem) {
  const Tensor steps = Tensor::full({2, 3, 4}, 1);
  const Tensor mask = mask_of({{1, 1, 0}, {1, 0, 0}});
  Sequential model;
  model.add(Dense({.units = 2}));
  model.add(ReLU());
  const Tensor y = model(steps.with_mask(mask));
  EXPECT_EQ(y.mask().data(), mask.data());
  EXPECT_FALSE(model(steps).front().mask().defined());
}

TEST(Masks, EndWithAWarningWhereALayerDoesNot) {
  std::vector<std::string> warnings;
  set_message_handler([&](Severity, const std::string& text) { warnings.push_back(text); });
  const Tensor y = Flatten()(Tensor::full({1, 2, 2}, 1).with_mask(mask_of({{1, 0}})));
  set_message_handler({});
  EXPECT_FALSE(y.mask().defined());
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("Flatten 'flatten'"), std::string::npos) << warnings[0];
}

TEST(Masks, ComeAsAnArgumentToo) {
  GlobalAveragePooling1D layer;
  CallArguments arguments;
  arguments.tensors.emplace_back("mask", mask_of({{1, 1, 0}}));
  const Tensor steps = Tensor({{{1}, {3}, {50}}});
  EXPECT_EQ(Tensor(layer(steps, {std::nullopt, &arguments})).item(), 2);
  EXPECT_EQ(layer(steps).item(), 18);
}

TEST(Masks, OfMergedTensors) {
  const Tensor a = Tensor::full({1, 3, 1}, 1).with_mask(mask_of({{1, 0, 0}}));
  const Tensor b = Tensor::full({1, 3, 1}, 1).with_mask(mask_of({{0, 1, 0}}));
  const Tensor both = Tensor(Add()({a, b})).mask();
  EXPECT_EQ(both.values<bool>()[0], true);
  EXPECT_EQ(both.values<bool>()[1], true);
  EXPECT_EQ(both.values<bool>()[2], false);
  EXPECT_FALSE(Tensor(Add()({a, b.with_mask({})})).mask().defined());
  // Along the steps: one mask behind the other.
  const Tensor longer = Tensor(Concatenate({.axis = 1})({a, b})).mask();
  EXPECT_EQ(longer.shape(), (Shape{1, 6}));
  EXPECT_EQ(longer.values<bool>()[4], true);
  EXPECT_EQ(longer.values<bool>()[5], false);
}

TEST(Masks, LeaveStepsOutOfStatistics) {
  // By hand: the mean of 1 and 3, their variance 1, and momentum 0.
  BatchNormalization layer({.momentum = 0});
  const Tensor steps = Tensor({{{1}, {3}, {99}}}).with_mask(mask_of({{1, 1, 0}}));
  layer(steps, true);
  const auto weights = layer.weights();
  EXPECT_NEAR(weights[2].value().item(), 2, 1e-6);
  EXPECT_NEAR(weights[3].value().item(), 1, 1e-6);
}

TEST(Frozen, LayersStayFrozenWheneverTheyAreBuilt) {
  Sequential model;
  model.set_trainable(false);
  model.add(Dense({.units = 2}));
  model.ensure_built(Shape{Shape::none, 3});
  model.add(Dense({.units = 1}));
  EXPECT_TRUE(model.trainable_weights().empty());
  EXPECT_EQ(model.weights().size(), 4U);
  model.set_trainable(true);
  EXPECT_EQ(model.trainable_weights().size(), 4U);
}

}  // namespace
}  // namespace lamina
