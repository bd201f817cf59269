#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

std::span<const std::byte> bytes_of(const std::string& content) {
  return std::as_bytes(std::span(content.data(), content.size()));
}

std::shared_ptr<Sequential> trained_model() {
  auto model = std::make_shared<Sequential>();
  model->add(Dense({.units = 6, .activation = "relu"}));
  model->add(BatchNormalization());
  model->add(Dropout({.rate = 0.2}));
  model->add(Dense({.units = 2, .activation = "softmax"}));
  model->compile({.optimizer = Adam({.learning_rate = 0.01}),
                  .loss = "sparse_categorical_crossentropy",
                  .metrics = {"accuracy"}});
  return model;
}

const Tensor x = RandomStream::with_key(1).normal({40, 5}, 0, 1);
const Tensor y = RandomStream::with_key(2).uniform({40}, 0, 2).cast(Dtype::int64);

bool same_bits(const Model& a, const Model& b) {
  const auto left = a.get_weights(), right = b.get_weights();
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!std::ranges::equal(left[i].values<float>(), right[i].values<float>())) return false;
  }
  return left.size() == right.size();
}

TEST(ModelFile, ResumesWithTheSameBits) {
  set_random_seed(5);
  const auto whole = trained_model();
  whole->fit(x, y, {.batch_size = 8, .epochs = 5});
  set_random_seed(5);
  const auto first = trained_model();
  first->fit(x, y, {.batch_size = 8, .epochs = 3});
  const std::string file = first->save_to_memory();
  set_random_seed(99);
  const auto resumed = load_model(bytes_of(file));
  resumed->fit(x, y, {.batch_size = 8, .epochs = 5, .initial_epoch = 3});
  EXPECT_TRUE(same_bits(*whole, *resumed));
  EXPECT_EQ(resumed->optimizer().iterations(), 25);
}

TEST(ModelFile, EveryTruncationIsRefused) {
  const auto model = trained_model();
  model->fit(x, y);
  const std::string file = model->save_to_memory();
  for (std::size_t size = 0; size < file.size(); size += 1 + size / 50) {
    EXPECT_THROW(load_model(bytes_of(file.substr(0, size))), Error) << size;
  }
  EXPECT_THROW(load_model(bytes_of(file + "x")), Error);
}

TEST(ModelFile, AlteredHeadersNeverCrash) {
  const auto model = trained_model();
  model->fit(x, y);
  const std::string file = model->save_to_memory();
  std::uint64_t header = 0;
  std::memcpy(&header, file.data(), 8);
  for (std::size_t at = 0; at < 8 + header; ++at) {
    for (const char with : {'\0', '"', '9', '{'}) {
      std::string altered = file;
      altered[at] = with;
      try {
        load_model(bytes_of(altered));  // some letters do not matter
      } catch (const Error&) {
      }
    }
  }
}

TEST(ModelFile, AFewBytesCannotClaimAllMemory) {
  Sequential model;
  model.add(Input({.shape = {2}}));
  model.add(Dense({.units = 3}));
  std::string file = model.save_to_memory();
  // Without checksums, as older files are.
  std::int64_t longer = 0;
  for (const auto& [written, altered] : std::vector<std::pair<std::string, std::string>>{
           {R"(\"checksums\":true,)", ""},
           {"lamina_checksum", "someones_number"},
           {R"(\"units\":3,)", R"(\"units\":3000000000000,)"}}) {
    const std::size_t at = file.find(written);
    ASSERT_NE(at, std::string::npos) << written;
    file.replace(at, written.size(), altered);
    longer += static_cast<std::int64_t>(altered.size()) - static_cast<std::int64_t>(written.size());
  }
  std::int64_t header = 0;
  std::memcpy(&header, file.data(), 8);
  header += longer;
  std::memcpy(file.data(), &header, 8);
  EXPECT_NE(error_of(ErrorKind::value, [&] { load_model(bytes_of(file)); })
                .find("more than the whole file"),
            std::string::npos);
}

TEST(ModelFile, WeightsMustFitOrNothingChanges) {
  const auto path = (std::filesystem::temp_directory_path() / "lamina_weights.lamina").string();
  const auto model = trained_model();
  model->fit(x, y);
  model->save_weights(path);

  Sequential other;
  other.add(Input({.shape = {5}}));
  other.add(Dense({.units = 7}));
  const Tensor before = other.get_weights()[0];
  EXPECT_NE(error_of(ErrorKind::value, [&] { other.load_weights(path); })
                .find("'dense/kernel' of shape (5, 6) and dtype float32, the model expects "
                      "(5, 7)"),
            std::string::npos);
  EXPECT_TRUE(std::ranges::equal(before.values<float>(), other.get_weights()[0].values<float>()));

  Sequential smaller;
  smaller.add(Input({.shape = {5}}));
  smaller.add(Dense({.units = 6}));
  EXPECT_NE(error_of(ErrorKind::value, [&] { smaller.load_weights(path); }).find("more tensors"),
            std::string::npos);
  std::filesystem::remove(path);
}

TEST(ModelFile, AFailedWriteLeavesTheOldFile) {
  const auto model = trained_model();
  error_of(ErrorKind::state, [&] { model->save("/tmp/unbuilt.lamina"); });
  model->fit(x, y);
  error_of(ErrorKind::io, [&] { model->save("/nonexistent/folder/m.lamina"); });
  error_of(ErrorKind::io, [] { load_model("/nonexistent.lamina"); });
  error_of(ErrorKind::io, [] { load_model("/tmp"); });
}

TEST(ModelFile, NestedModelsKeepTheirWeightsApart) {
  const auto inner = std::make_shared<Sequential>("encoder");
  inner->add(Dense({.units = 3}));
  Sequential outer;
  outer.add(inner);
  outer.add(Dense({.units = 2}));
  const Tensor out = outer.predict(x);
  EXPECT_EQ(outer.weights()[0].path(), "encoder/dense/kernel");
  EXPECT_EQ(outer.weights()[2].path(), "dense/kernel");
  const std::string file = outer.save_to_memory();
  const auto loaded = load_model(bytes_of(file));
  EXPECT_TRUE(std::ranges::equal(loaded->predict(x).to_vector<float>(), out.values<float>()));
}

}  // namespace
}  // namespace lamina
