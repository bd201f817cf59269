// Recurrent layers in C++: what Python's tests compare with Keras, used as an application would.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

Tensor numbers(const Shape& shape) {
  return test::spread_values(shape, -1, 1).cast(Dtype::float32);
}

TEST(Recurrent, ASequenceAtOnceIsItsCellStepByStep) {
  LSTM layer({.units = 3, .return_sequences = true, .return_state = true});
  const Tensor x = numbers({2, 4, 5});
  const Tensors outputs = layer(x);
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_EQ(outputs[0].shape(), (Shape{2, 4, 3}));
  Tensors state{Tensor::zeros({2, 3}), Tensor::zeros({2, 3})};
  for (std::int64_t step = 0; step < 4; ++step) {
    const Tensor now = ops::slice(x, {{0, 2}, {step, 1}, {0, 5}}).reshape({2, 5});
    const Tensors result = (*layer.cell())({now, state[0], state[1]});
    state = {result[1], result[2]};
  }
  const std::vector<float> at_once = outputs[2].to_vector<float>();
  const std::vector<float> by_steps = state[1].to_vector<float>();
  for (std::size_t i = 0; i < at_once.size(); ++i) EXPECT_NEAR(at_once[i], by_steps[i], 1e-6);
}

TEST(Recurrent, StatesAreGivenByKeyword) {
  GRU layer({.units = 3});
  const Tensor x = numbers({2, 4, 5}), h = numbers({2, 3});
  CallArguments arguments;
  arguments.tensors.emplace_back("initial_state", Tensors(h));
  const Tensor given = layer(x, {false, &arguments});
  const Tensor zeros = layer(x);
  EXPECT_NE(given.to_vector<float>(), zeros.to_vector<float>());
  arguments.tensors.front().second = Tensors(numbers({1, 3}));
  EXPECT_THROW(layer(x, {false, &arguments}), Error);
}

TEST(Recurrent, ModelsTrainSaveAndLoad) {
  Sequential model;
  model.add(Input({.shape = {6, 2}}));
  model.add(
      Bidirectional(std::make_shared<LSTM>(LSTMOptions{.units = 4, .return_sequences = true})));
  model.add(GRU({.units = 3}));
  model.add(Dense({.units = 1}));
  model.compile({.optimizer = "adam", .loss = "mse"});
  const Tensor x = numbers({8, 6, 2}), y = numbers({8, 1});
  const History history = model.fit(x, y, {.epochs = 30});
  const std::vector<double>& losses = history["loss"];
  EXPECT_LT(losses.back(), losses.front());
  const std::string file = model.save_to_memory();
  const auto again = load_model(std::as_bytes(std::span(file.data(), file.size())));
  EXPECT_EQ(again->predict(x).to_vector<float>(), model.predict(x).to_vector<float>());
}

TEST(Recurrent, Gradients) {
  const Tensor mask = Tensor({{1, 1, 0, 1}, {0, 1, 1, 1}}).cast(Dtype::boolean);
  for (const char* activation : {"tanh", "softsign"}) {  // at once, and step by step
    for (const bool go_backwards : {false, true}) {
      LSTM lstm({.units = 3,
                 .activation = activation,
                 .return_sequences = true,
                 .go_backwards = go_backwards});
      GRU gru({.units = 3, .activation = activation, .go_backwards = go_backwards});
      SimpleRNN simple({.units = 3, .activation = activation, .go_backwards = go_backwards});
      for (RNN* layer :
           {static_cast<RNN*>(&lstm), static_cast<RNN*>(&gru), static_cast<RNN*>(&simple)}) {
        layer->set_dtype(Dtype::float64);
        test::check_gradients(
            [&](const TensorList& in) -> Tensor { return (*layer)(in[0].with_mask(mask)); },
            {test::spread_values({2, 4, 2}, -1, 1)});
      }
    }
  }
}

TEST(Recurrent, StatefulLayersKeepTheirStates) {
  SimpleRNN layer({.units = 3, .stateful = true});
  const Tensor x = numbers({2, 4, 5});
  const std::vector<float> first = Tensor(layer(x)).to_vector<float>();
  EXPECT_NE(Tensor(layer(x)).to_vector<float>(), first);
  layer.reset_states();
  EXPECT_EQ(Tensor(layer(x)).to_vector<float>(), first);
  EXPECT_THROW(layer(numbers({3, 4, 5})), Error);
}

TEST(Recurrent, CheckpointsHoldTheStates) {
  const auto path = (std::filesystem::temp_directory_path() / "lamina_states.lamina").string();
  const auto model = [](bool stateful) {
    Sequential made;
    made.add(Input({.shape = {4, 5}}));
    made.add(GRU({.units = 3, .stateful = stateful, .name = "gru"}));
    made.compile({.optimizer = SGD(), .loss = "mse"});
    return made;
  };
  const Tensor x = numbers({2, 4, 5});
  const auto bits = [&](Sequential& each) { return Tensor(each(x)).to_vector<float>(); };
  Sequential one = model(true);
  one.save_checkpoint(path);
  const std::vector<float> first = bits(one);
  one.load_checkpoint(path);  // of states that are not there yet
  EXPECT_EQ(bits(one), first);
  one.save_checkpoint(path);
  const std::vector<float> second = bits(one);
  EXPECT_NE(second, first);
  one.load_checkpoint(path);
  EXPECT_EQ(bits(one), second);

  Sequential without = model(false);
  const std::vector<float> before = bits(without);
  EXPECT_THROW(without.load_checkpoint(path), Error);
  EXPECT_EQ(bits(without), before);
  std::filesystem::remove(path);
}

TEST(Recurrent, CellsTakeOneStep) {
  EXPECT_THROW(LSTMCell({.units = 3, .return_sequences = true}), Error);
  EXPECT_THROW(RNN(std::make_shared<Dense>(DenseOptions{.units = 2})), Error);
}

}  // namespace
}  // namespace lamina
