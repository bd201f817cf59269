// Trains a step, and catches an error of lamina's.
#include <lamina/lamina.hpp>
using namespace lamina;

extern "C" __attribute__((visibility("default"))) int run() {
  const Tensor x = Tensor::zeros({256, 64}), y = Tensor::zeros({256, 1});
  Sequential model;
  model.add(Dense({.units = 256, .activation = "relu"}));
  model.add(Dense({.units = 1}));
  model.compile({.optimizer = "sgd", .loss = "mean_squared_error"});
  model.fit(x, y, {.epochs = 1});
  try {
    model.predict(Tensor::zeros({1, 3}));
  } catch (const Error& error) {
    return error.kind() == ErrorKind::value ? 0 : 1;
  }
  return 1;
}
