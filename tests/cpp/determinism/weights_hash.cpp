// Trains a net large enough for several threads and prints a hash of all its weights, the number of
// parallel regions, and the engine. The hash must not depend on threads, engine, or on saving and
// resuming:
//   weights_hash                     five epochs
//   weights_hash save FILE           three epochs, then save
//   weights_hash resume FILE         load, then the other two
#include <cstdio>
#include <cstring>

#include "lamina/lamina.hpp"

namespace {

using namespace lamina;

unsigned long long hash_of(const Model& model) {
  unsigned long long hash = 0xcbf29ce484222325ULL;  // FNV-1a
  for (const Tensor& value : model.get_weights()) {
    const auto* bytes = static_cast<const unsigned char*>(value.data());
    const std::size_t count = static_cast<std::size_t>(value.size()) * size_of(value.dtype());
    for (std::size_t i = 0; i < count; ++i) hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
  }
  return hash;
}

std::shared_ptr<Model> new_model() {
  auto model = std::make_shared<Sequential>();
  model->add(Input({.shape = {64}}));
  model->add(Reshape({.target_shape = {8, 8, 1}}));
  model->add(Conv2D({.filters = 6, .kernel_size = 3, .padding = "same", .activation = "tanh"}));
  model->add(Conv2D({.filters = 24, .kernel_size = 3}));
  model->add(MaxPooling2D({.pool_size = 3, .strides = 2, .padding = "same"}));
  model->add(Flatten());
  model->add(Dense({.units = 512, .activation = "relu"}));
  model->add(BatchNormalization());
  model->add(Dropout({.rate = 0.3}));
  model->add(Dense({.units = 256, .activation = "tanh"}));
  model->add(Dense({.units = 10, .activation = "softmax"}));
  model->compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  return model;
}

}  // namespace

int main(int argc, char** argv) try {
  const bool resume = argc == 3 && std::strcmp(argv[1], "resume") == 0;
  const bool save = argc == 3 && std::strcmp(argv[1], "save") == 0;
  RandomStream data = RandomStream::with_key(11);
  const Tensor x = data.normal({1000, 64}, 0, 1);
  const Tensor y = data.uniform({1000}, 0, 10).cast(Dtype::int64);

  set_random_seed(42);
  const std::shared_ptr<Model> model = resume ? load_model(argv[2]) : new_model();
  model->fit(x, y, {.batch_size = 128, .epochs = save ? 3 : 5, .initial_epoch = resume ? 3 : 0});
  if (save) model->save(argv[2]);
  std::printf("%016llx regions=%llu engine=%s threads=%d\n", hash_of(*model), parallel_regions(),
              thread_engine(), num_threads());
} catch (const Error& error) {
  std::printf("%s\n", error.what());
  return 1;
}
