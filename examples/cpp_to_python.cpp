// Learns to tell two spirals apart; examples/cpp_to_python.py draws what was learnt.
//
//   example_cpp_to_python FOLDER [EPOCHS]
//
// Writes spirals.lamina, the model; points.csv, each point with its class and the probability that
// the model gives to class 1; and losses.csv, the loss of each epoch.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <lamina/lamina.hpp>
#include <random>
#include <string>
#include <vector>

using namespace lamina;

namespace {

constexpr int points = 1000;

/// Points (points, 2) on two spirals, somewhat beside them, and the spiral of each (points, 1).
struct Spirals {
  Tensor x, y;
};

Spirals spirals() {
  std::mt19937 random(1);  // its numbers, unlike those of distributions, are the same everywhere
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  std::vector<float> x, y;
  for (int i = 0; i < points; ++i) {
    const int spiral = i % 2;
    const double turned = 1 + 9 * std::sqrt(uniform()), angle = turned + spiral * 3.14159265358979;
    const double aside = 0.12 * (uniform() - 0.5);
    x.push_back(static_cast<float>((turned / 10 + aside) * std::cos(angle)));
    x.push_back(static_cast<float>((turned / 10 + aside) * std::sin(angle)));
    y.push_back(static_cast<float>(spiral));
  }
  return {Tensor::copy_of(std::span<const float>(x), {points, 2}),
          Tensor::copy_of(std::span<const float>(y), {points, 1})};
}

void train(const std::string& folder, std::int64_t epochs) {
  set_random_seed(1);
  const auto [x, y] = spirals();
  Sequential model;
  model.add(Input({.shape = {2}}));
  model.add(Dense({.units = 32, .activation = "tanh"}));
  model.add(Dense({.units = 32, .activation = "tanh"}));
  model.add(Dense({.units = 1, .activation = "sigmoid"}));
  model.compile({.optimizer = Adam({.learning_rate = 0.01}),
                 .loss = "binary_crossentropy",
                 .metrics = {"accuracy"}});
  const History history = model.fit(x, y, {.epochs = epochs});
  std::printf("accuracy after %lld epochs: %.1f%%\n", static_cast<long long>(epochs),
              100 * history["accuracy"].back());
  model.save(folder + "/spirals.lamina");

  // Nine digits tell every float32 from its neighbours.
  const Tensor probabilities = model.predict(x);
  const auto place = x.values<float>(), spiral = y.values<float>(),
             p = probabilities.values<float>();
  std::ofstream table(folder + "/points.csv"), losses(folder + "/losses.csv");
  table.precision(9);
  table << "x,y,spiral,probability\n";
  for (std::size_t i = 0; i < points; ++i) {
    table << place[2 * i] << ',' << place[2 * i + 1] << ',' << spiral[i] << ',' << p[i] << '\n';
  }
  for (const double loss : history["loss"]) losses << loss << '\n';
  if (!table.flush() || !losses.flush()) {
    throw Error(ErrorKind::io, folder + " cannot be written to");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FOLDER [EPOCHS]\n", argv[0]);
    return 2;
  }
  try {
    train(argv[1], argc > 2 ? std::atoll(argv[2]) : 300);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
