#include "io/safetensors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "io/checksum.hpp"
#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

std::string container(const std::string& header, const std::string& data) {
  const std::uint64_t length = header.size();
  return std::string(reinterpret_cast<const char*>(&length), sizeof length) + header + data;
}

struct Read {
  SafetensorsHeader header;
  TensorList tensors;
};

Read read(std::string_view content) {
  InputFile file(std::as_bytes(std::span(content)), "the file");
  Read result{read_safetensors_header(file), {}};
  for (std::size_t i = 0; i < result.header.entries.size(); ++i) {
    result.tensors.push_back(read_safetensors_tensor(file, result.header, i));
  }
  return result;
}

std::string refusal(const std::string& content) {
  return error_of(ErrorKind::value, [&] { read(content); });
}

TEST(Safetensors, ReadsWhatTheFormatSays) {
  const float floats[] = {1.5F, -2.0F};
  const std::int64_t integers[] = {1LL << 40};
  std::string data(reinterpret_cast<const char*>(integers), 8);
  data.append(reinterpret_cast<const char*>(floats), 8).append("\1\0", 2);
  const std::string content = container(
      R"({"b":{"dtype":"F32","shape":[2,1],"data_offsets":[8,16]},)"
      R"( "__metadata__":{"by":"hand"}, "none":{"data_offsets":[16,16],"shape":[3,0],"dtype":"F64"},)"
      R"("a":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("c":{"dtype":"BOOL","shape":[2],"data_offsets":[16,18]}}   )",
      data);
  // At every alignment: a file in memory may begin anywhere.
  for (std::size_t shift = 0; shift < 8; ++shift) {
    const std::string shifted = std::string(shift, 'x') + content;
    const Read got = read(std::string_view(shifted).substr(shift));
    ASSERT_EQ(got.tensors.size(), 4U);
    EXPECT_EQ(got.header.metadata, (Metadata{{"by", "hand"}}));
    EXPECT_EQ(got.tensors[0].values<std::int64_t>()[0], 1LL << 40);
    EXPECT_EQ(got.tensors[1].shape(), (Shape{2, 1}));
    EXPECT_EQ(got.tensors[1].values<float>()[1], -2.0F);
    EXPECT_EQ(got.tensors[2].shape(), (Shape{3, 0}));
    EXPECT_TRUE(got.tensors[3].values<bool>()[0]);
  }
}

TEST(Safetensors, EmptyTensorsStandAnywhere) {
  const std::vector<std::pair<std::string, Tensor>> tensors{{"a", Tensor::zeros({0})},
                                                            {"b", Tensor({1, 2})},
                                                            {"c", Tensor::zeros({4, 0})},
                                                            {"d", Tensor::zeros({0, 2})}};
  const Read got = read(to_safetensors({}, tensors));
  ASSERT_EQ(got.tensors.size(), 4U);
  EXPECT_EQ(got.header.entries[3].name, "d");
  EXPECT_EQ(got.tensors[1].values<float>()[1], 2);
}

TEST(Safetensors, ChecksumsAreThoseOfTheDescription) {
  const std::string content = to_safetensors({{"k", "v"}}, {{"t", Tensor({{1, 2}})}});
  const float values[] = {1, 2};
  const auto hexadecimal = [](std::uint64_t number) {
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
    return std::string(digits);
  };
  const std::string data = hexadecimal(xxh64(std::as_bytes(std::span(values))));
  std::string text = "k,v,t,F32,1,2," + data + ",";
  std::replace(text.begin(), text.end(), ',', '\0');
  const std::string header = hexadecimal(xxh64(std::as_bytes(std::span(text))));
  EXPECT_NE(content.find("\"lamina_checksum\":\"xxh64:" + header + data + "\""), std::string::npos);
}

TEST(Safetensors, ChangedDataAreRefused) {
  std::string content = to_safetensors({}, {{"first", Tensor({1})}, {"second", Tensor({2})}});
  content.back() ^= 1;
  EXPECT_NE(refusal(content).find("the data of tensor 'second' does not match its checksum"),
            std::string::npos);
}

TEST(Safetensors, RangesMustFollowEachOther) {
  const auto two = [](const std::string& first, const std::string& second) {
    return container(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
                         R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                     "12345678");
  };
  EXPECT_EQ(read(two("[4,8]", "[0,4]")).tensors[0].values<std::uint8_t>()[3], '4');
  EXPECT_NE(refusal(two("[0,4]", "[2,6]")).find("'b' begins at byte 2 of the data, expected at 4"),
            std::string::npos);
  EXPECT_NE(refusal(two("[0,4]", "[5,9]")).find("expected at 4"), std::string::npos);
  EXPECT_NE(refusal(two("[1,5]", "[5,9]")).find("expected at 0"), std::string::npos);
  EXPECT_NE(refusal(two("[0,4]", "[8,4]")).find("data_offsets from 8 to 4"), std::string::npos);
  EXPECT_NE(refusal(two("[0,4]", "[4,8]") + "9").find("1 bytes at its end"), std::string::npos);
  std::string cut = two("[0,4]", "[4,8]");
  cut.pop_back();
  EXPECT_NE(refusal(cut).find("it is cut: its tensors have 8 bytes, 7 are there"),
            std::string::npos);
}

TEST(Safetensors, WhatCannotBeReadIsNotWritten) {
  EXPECT_NE(
      error_of(ErrorKind::value, [] { to_safetensors({{"k", std::string(100'000'001, 'x')}}, {}); })
          .find("at most 100000000"),
      std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [] { to_safetensors({{"k", "\xff"}}, {}); }).find("UTF-8"),
            std::string::npos);
}

}  // namespace
}  // namespace lamina
