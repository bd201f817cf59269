// Files of every format lamina has written load, predict and resume as they did then:
// tests/golden/make_files.py made them.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "io/safetensors.hpp"
#include "lamina/lamina.hpp"

namespace lamina {
namespace {

const std::filesystem::path folder = GOLDEN_FOLDER;

std::map<std::string, Tensor> expectations(const std::string& format) {
  InputFile file((folder / (format + ".safetensors")).string());
  const SafetensorsHeader header = read_safetensors_header(file);
  std::map<std::string, Tensor> result;
  for (std::size_t i = 0; i < header.entries.size(); ++i) {
    result.emplace(header.entries[i].name, read_safetensors_tensor(file, header, i));
  }
  return result;
}

void expect_near(const Tensor& got, const Tensor& expected, float tolerance) {
  ASSERT_EQ(got.shape(), expected.shape());
  const auto a = got.values<float>(), b = expected.values<float>();
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], tolerance) << i;
}

class GoldenFile : public testing::TestWithParam<const char*> {};

TEST_P(GoldenFile, LoadsPredictsAndResumes) {
  for (const std::string format : {"file1"}) {
    auto expected = expectations(format);
    const std::string name = GetParam();
    const auto model = load_model((folder / (format + "_" + name + ".lamina")).string());
    TensorList x;
    for (const auto& [key, value] : expected) {
      if (key.starts_with(name + "/x")) x.push_back(value);
    }
    // An instruction set has its own order of roundings.
    expect_near(model->predict(x), expected.at(name + "/predicted"), 1e-5F);
    model->fit(x, expected.at(name + "/y"), {.batch_size = 8, .epochs = 5, .initial_epoch = 3});
    expect_near(model->predict(x), expected.at(name + "/resumed"), 1e-4F);
  }
}

INSTANTIATE_TEST_SUITE_P(Models, GoldenFile,
                         testing::Values("sequential", "functional", "convolutional"));

}  // namespace
}  // namespace lamina
