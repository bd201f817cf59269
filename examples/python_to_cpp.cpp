// Asks a model that Python has trained; examples/python_to_cpp.py does that, and compares.
//
//   example_python_to_cpp MODEL.lamina INPUTS OUTPUTS
//
// INPUTS holds the samples as float32, one after the other; OUTPUTS is written alike.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <lamina/lamina.hpp>
#include <span>
#include <string>
#include <vector>

using namespace lamina;

namespace {

std::vector<char> read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorKind::io, path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

void ask(const std::string& model_path, const std::string& inputs, const std::string& outputs) {
  const auto model = load_model(model_path);
  std::printf("%s\n", model->summary().c_str());

  // A model knows the shape of its samples; how many there are is -1 there, and so here.
  const std::vector<char> bytes = read(inputs);
  const std::span values(reinterpret_cast<const float*>(bytes.data()),
                         bytes.size() / sizeof(float));
  const Shape sample = model->symbolic_inputs()[0].shape();
  const auto count = static_cast<std::int64_t>(values.size());
  const Tensor x = Tensor::copy_of(values, {count}).reshape(sample);

  const Tensor y = model->predict(x);
  const std::span<const float> answers = y.values<float>();
  std::ofstream file(outputs, std::ios::binary);
  file.write(reinterpret_cast<const char*>(answers.data()),
             static_cast<std::streamsize>(answers.size_bytes()));
  if (!file) throw Error(ErrorKind::io, outputs + " cannot be written");

  // One sample at a time, as a program that waits for the answer would ask.
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < x.shape()[0]; ++i) model->predict_on_batch(x.slice(i, i + 1));
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - begin;
  std::printf("%lld samples, %.1f microseconds for each alone\n",
              static_cast<long long>(x.shape()[0]),
              spent.count() / static_cast<double>(x.shape()[0]));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: %s MODEL.lamina INPUTS OUTPUTS\n", argv[0]);
    return 2;
  }
  try {
    ask(argv[1], argv[2], argv[3]);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
