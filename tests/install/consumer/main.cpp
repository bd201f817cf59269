// XOR, learnt, saved and read back.
#include <lamina/lamina.hpp>
using namespace lamina;

int main() {
  const Tensor x({{0, 0}, {0, 1}, {1, 0}, {1, 1}}), y({0, 1, 1, 0});
  Sequential model;
  model.add(Dense({.units = 16, .activation = "tanh"}));
  model.add(Dense({.units = 1, .activation = "sigmoid"}));
  model.compile({.optimizer = Adam({.learning_rate = 0.05}), .loss = "binary_crossentropy"});
  const double loss = model.fit(x, y, {.epochs = 200})["loss"].back();
  model.save("xor.lamina");
  const Tensor probability = load_model("xor.lamina")->predict(x);
  return loss < 0.1 && probability.values<float>()[1] > 0.9F ? 0 : 1;
}
