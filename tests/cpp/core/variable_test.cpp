#include "lamina/core/variable.hpp"

#include <gtest/gtest.h>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using Values = std::vector<float>;

// What somebody may hold of a variable, computed from [1, 2].
std::vector<Tensor> read_from(const Variable& v) {
  const Tensor& value = v.value();
  return {value,           value.detach(),        value.slice(0, 2),        value.reshape({2, 1}),
          value.to("cpu"), value.cast(v.dtype()), value.with_mask(Tensor())};
}

template <class Update>
void expect_kept(const Update& update, const Values& after) {
  for (std::size_t i = 0; i < read_from(Variable(Tensor({1, 2}), "v")).size(); ++i) {
    Variable v(Tensor({1, 2}), "v");
    const Tensor read = read_from(v)[i];
    update(v);
    EXPECT_EQ(read.to_vector<float>(), Values({1, 2})) << i;
    EXPECT_EQ(v.value().to_vector<float>(), after) << i;
  }
}

TEST(Variable, WhatWasReadBeforeAnUpdateStays) {
  expect_kept([](Variable& v) { v.assign(Tensor({5, 6})); }, {5, 6});
  expect_kept([](Variable& v) { static_cast<float*>(v.begin_update())[0] = 7; }, {7, 2});
  expect_kept(
      [](Variable& v) {
        ops::sum(v.value() * v.value()).backward();
        SGD({.learning_rate = 0.5}).step({v});  // gradient 2 v
      },
      {0, 0});
}

TEST(Variable, AReferenceToTheValueFollows) {
  Variable v(Tensor({1, 2}), "v");
  const Tensor& value = v.value();
  const Tensor read = value;
  v.assign(Tensor({5, 6}));
  EXPECT_EQ(value.to_vector<float>(), Values({5, 6}));
}

TEST(Variable, AnAssignmentOfItsOwnValueKeepsIt) {
  Variable v(Tensor({1, 2}), "v");
  v.assign(v.value());
  v.assign(v.value().reshape({2, 1}).reshape({2}));
  EXPECT_EQ(v.value().to_vector<float>(), Values({1, 2}));
}

TEST(Variable, UpdatesInPlaceWhereNobodyElseHoldsItsMemory) {
  Variable v(Tensor({1, 2}), "v");
  const void* const memory = v.value().data();
  v.assign(Tensor({5, 6}));
  EXPECT_EQ(v.begin_update(), memory);
  {
    const Tensor read = v.value();
  }
  ops::sum(v.value() * v.value()).backward();
  SGD({.learning_rate = 0.5}).step({v});
  EXPECT_EQ(v.value().data(), memory);
}

TEST(Variable, TakesNewMemoryOnceForSomeoneWhoKeepsTheOld) {
  Variable v(Tensor({1, 2}), "v");
  const Tensor read = v.value();
  v.assign(Tensor({5, 6}));
  const void* const memory = v.value().data();
  EXPECT_NE(memory, read.data());
  v.assign(Tensor({7, 8}));
  EXPECT_EQ(v.value().data(), memory);
}

TEST(Variable, AGraphThatNeedsNoValueOfItReachesItAfterAnUpdate) {
  Variable v(Tensor({1, 2}), "v");
  const Tensor read = v.value();
  const Tensor loss = ops::sum(v.value() + 3.0);
  v.assign(Tensor({5, 6}));
  loss.backward();
  EXPECT_EQ(v.grad().to_vector<float>(), Values({1, 1}));
  EXPECT_EQ(read.grad().to_vector<float>(), Values({1, 1}));  // one leaf
}

TEST(Variable, WhatWasReadServesNewGraphs) {
  Variable v(Tensor({1, 2}), "v");
  const Tensor read = v.value();
  v.assign(Tensor({5, 6}));
  const TensorList found = gradients({ops::sum(read * v.value())}, {v.value()});
  EXPECT_EQ(found.front().to_vector<float>(), Values({6, 8}));
}

// The weights of a model, each with its memory.
std::vector<const void*> memory_of(const Model& model) {
  std::vector<const void*> memory;
  for (const Variable& weight : model.weights()) memory.push_back(weight.value().data());
  return memory;
}

TEST(Variable, StepsOfTrainingStayInPlace) {
  Sequential model;
  model.add(Dense({.units = 4, .activation = "relu"}));
  model.add(BatchNormalization());
  model.add(Dropout({.rate = 0.5}));
  model.add(Dense({.units = 1}));
  model.compile({.optimizer = Adam(), .loss = "mse", .metrics = {"mean_absolute_error"}});
  const Tensor x = Tensor::full({8, 3}, 1), y = Tensor::zeros({8, 1});
  model.train_on_batch(x, y);
  const std::vector<const void*> memory = memory_of(model);
  model.train_on_batch(x, y);
  model.fit(x, y, {.batch_size = 4, .epochs = 2});
  model.test_on_batch(x, y);
  model.train_on_batch(x, y);
  EXPECT_EQ(memory_of(model), memory);
}

}  // namespace
}  // namespace lamina
