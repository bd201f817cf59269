#include "text/hashing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lamina::text {
namespace {

// The bytes 0, 1, 2, ... as many as asked for.
std::string counted(int n) {
  std::string bytes;
  for (int i = 0; i < n; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// Computed by FarmHash itself (pyfarmhash 0.5.1), one for each of its ways.
TEST(Hashing, Fingerprint) {
  EXPECT_EQ(fingerprint64(counted(0)), 0x9ae16a3b2f90404fU);
  EXPECT_EQ(fingerprint64(counted(1)), 0xbe6056edf5e94b54U);
  EXPECT_EQ(fingerprint64(counted(3)), 0x94a13d22e9eba49aU);
  EXPECT_EQ(fingerprint64(counted(4)), 0x82bffd898958e540U);
  EXPECT_EQ(fingerprint64(counted(7)), 0xa2e0bff20db0a6a1U);
  EXPECT_EQ(fingerprint64(counted(8)), 0xad5a13e1e8e93b98U);
  EXPECT_EQ(fingerprint64(counted(16)), 0x0efd25a0a34156d4U);
  EXPECT_EQ(fingerprint64(counted(17)), 0xbbb6a6f8f20d1f1cU);
  EXPECT_EQ(fingerprint64(counted(32)), 0x1a9d8199972cdf49U);
  EXPECT_EQ(fingerprint64(counted(33)), 0xe8756ec1cb75524eU);
  EXPECT_EQ(fingerprint64(counted(64)), 0xf58504bb53decc4bU);
  EXPECT_EQ(fingerprint64(counted(65)), 0xc6a3282c3e793dbeU);
  EXPECT_EQ(fingerprint64(counted(100)), 0x3cff0f886d8d6195U);
  EXPECT_EQ(fingerprint64(counted(128)), 0x1c484c95f0ea5dd3U);
}

// The test vectors of the paper's authors: the key 0, 1, ..., 15.
TEST(Hashing, Siphash) {
  const std::uint64_t k0 = 0x0706050403020100, k1 = 0x0f0e0d0c0b0a0908;
  EXPECT_EQ(siphash("", k0, k1), 0x726fdb47dd0e0e31U);
  EXPECT_EQ(siphash(counted(15), k0, k1), 0xa129ca6149be45e5U);
}

}  // namespace
}  // namespace lamina::text
