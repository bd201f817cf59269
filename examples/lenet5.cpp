// LeNet-5 (LeCun et al., 1998, "Gradient-based learning applied to document recognition") on
// handwritten digits, trained in C++, saved for Python too.
//
//   gunzip -k mnist/*.gz && example_lenet5 mnist [epochs [samples]]
//
// The folder holds the four idx files of MNIST or Fashion-MNIST, unpacked.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <lamina/lamina.hpp>
#include <memory>
#include <numbers>
#include <span>
#include <string>
#include <vector>

using namespace lamina;

namespace {

/// An idx file of unsigned bytes: zero, zero, 8, the rank, big-endian extents, then the data.
Tensor read_idx(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::io, path + " cannot be read");
  const std::vector<char> content{std::istreambuf_iterator<char>(file), {}};
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0 || bytes[2] != 8 || bytes[3] > 3) {
    throw Error(ErrorKind::io, path + " is no idx file of unsigned bytes; is it unpacked?");
  }
  const std::size_t rank = bytes[3], header = 4 + 4 * rank;
  if (bytes.size() < header) throw Error(ErrorKind::io, path + " ends within its header");
  Shape shape;
  for (std::size_t at = 4; at < header; at += 4) {
    shape.push_back(std::int64_t{bytes[at]} << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
                    bytes[at + 3]);
  }
  const std::span data = bytes.subspan(header);
  if (static_cast<std::int64_t>(data.size()) != shape.size()) {
    throw Error(ErrorKind::io, path + " holds " + std::to_string(data.size()) +
                                   " bytes, expected those of " + shape.str());
  }
  return Tensor::copy_of(data, shape);
}

struct Samples {
  Tensor images, labels;
};

Samples read_samples(const std::string& folder, const std::string& name, std::int64_t at_most) {
  const Tensor images = read_idx(folder + "/" + name + "-images-idx3-ubyte");
  const Tensor labels = read_idx(folder + "/" + name + "-labels-idx1-ubyte");
  const std::int64_t count = std::min(at_most, images.shape()[0]);
  return {images.reshape({-1, 28, 28, 1}).slice(0, count), labels.slice(0, count)};
}

/// The learning rate falls along half a cosine to 0; a line an epoch says how training goes.
class Schedule : public Callback {
 public:
  Schedule(double learning_rate, std::int64_t steps)
      : learning_rate_(learning_rate), steps_(steps) {}

  void on_train_batch_begin(std::int64_t /*batch*/) override {
    const double done = static_cast<double>(step_++) / static_cast<double>(steps_);
    model()->optimizer().set_learning_rate(learning_rate_ *
                                           (1 + std::cos(std::numbers::pi * done)) / 2);
  }
  void on_epoch_end(std::int64_t epoch, Logs& logs) override {
    std::printf("epoch %lld:", static_cast<long long>(epoch + 1));
    for (const auto& [name, value] : logs) std::printf(" %s %.4f", name.c_str(), value);
    std::printf("\n");
  }

 private:
  double learning_rate_;
  std::int64_t steps_, step_ = 0;
};

Sequential lenet5() {
  Sequential model;
  model.add(Input({.shape = {28, 28, 1}}));
  model.add(Rescaling({.scale = 1.0 / 255}));
  model.add(Conv2D({.filters = 6, .kernel_size = 5, .padding = "same", .activation = "tanh"}));
  model.add(AveragePooling2D());
  model.add(Conv2D({.filters = 16, .kernel_size = 5, .activation = "tanh"}));
  model.add(AveragePooling2D());
  model.add(Flatten());
  model.add(Dense({.units = 120, .activation = "tanh"}));
  model.add(Dense({.units = 84, .activation = "tanh"}));
  model.add(Dense({.units = 10}));
  return model;
}

void train(const std::string& folder, std::int64_t epochs, std::int64_t samples) {
  constexpr std::int64_t batch_size = 64;
  constexpr double learning_rate = 0.002;
  const auto [x, y] = read_samples(folder, "train", samples);
  const auto [x_test, y_test] = read_samples(folder, "t10k", INT64_MAX);
  const std::int64_t count = x.shape()[0], batches = (count + batch_size - 1) / batch_size;

  set_random_seed(1);
  Sequential model = lenet5();
  std::printf("%s\n", model.summary().c_str());
  model.compile({.optimizer = Adam({.learning_rate = learning_rate}),
                 .loss = SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  const auto begin = std::chrono::steady_clock::now();
  model.fit(x, y,
            {.batch_size = batch_size,
             .epochs = epochs,
             .callbacks = {std::make_shared<Schedule>(learning_rate, epochs * batches)}});
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const Logs test = model.evaluate(x_test, y_test, {.batch_size = 256});
  std::printf("test accuracy: %.2f%% after %lld epochs of %lld images in %.1f s\n",
              100 * test[1].second, static_cast<long long>(epochs), static_cast<long long>(count),
              seconds.count());
  model.save("lenet5.lamina");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FOLDER [EPOCHS [SAMPLES]]\n", argv[0]);
    return 2;
  }
  try {
    train(argv[1], argc > 2 ? std::atoll(argv[2]) : 5, argc > 3 ? std::atoll(argv[3]) : INT64_MAX);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
