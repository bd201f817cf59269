#include "io/checksum.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace lamina {
namespace {

struct Expected {
  std::size_t bytes;
  std::uint64_t unseeded, seeded;  // by 12345
};

// What xxHash's own Python package (3.5) gives for bytes (37 i + 11) mod 256, at lengths that take
// each of the tails: 8, 4 and single bytes, with and without blocks of 32.
TEST(Checksum, IsXxh64) {
  std::vector<std::byte> bytes(200);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::byte>(i * 37 + 11);
  for (const Expected& row : {Expected{3, 0x22c08528601d4f27, 0x4cc2cda27cc1ff3b},
                              {4, 0xfb1e5cf2f1ae4d95, 0x4ff0c85576f0f1ce},
                              {7, 0x5613ac510496c04e, 0xbd1240e5a2d37bdf},
                              {8, 0x57cb2b7521f3e21a, 0x0db84c04e52124ef},
                              {15, 0x90a9714eb00e8d29, 0x8c7a934759b54d23},
                              {31, 0xe4a0e629e519a4ae, 0x00b4051bdb059b1e},
                              {32, 0xcc6b8aaada790b2d, 0x35b21e080e63e43f},
                              {33, 0x35ec49850475a832, 0x88873d45c63b8712},
                              {63, 0xbf9f0ba3cf95b28a, 0x10c08fc8f1798088},
                              {200, 0x2f074b6dd9094e34, 0xe683937c82e805b8}}) {
    EXPECT_EQ(xxh64(std::span(bytes).first(row.bytes)), row.unseeded) << row.bytes;
    EXPECT_EQ(xxh64(std::span(bytes).first(row.bytes), 12345), row.seeded) << row.bytes;
  }
  EXPECT_EQ(xxh64({}), 0xef46db3751d8e999);
}

}  // namespace
}  // namespace lamina
