#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/philox.hpp"
#include "lamina/lamina.hpp"

namespace lamina {
namespace {

// Known answers of Random123's philox4x32-10 (Salmon et al.).
TEST(Philox, KnownAnswers) {
  const std::array<std::uint32_t, 4> zeros{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(philox(0, 0, 0), zeros);
  const std::array<std::uint32_t, 4> ones{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(philox(~0ULL, ~0ULL, ~0ULL), ones);
  const std::array<std::uint32_t, 4> pi{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  // counter 243f6a88 85a308d3 13198a2e 03707344, key a4093822 299f31d0
  EXPECT_EQ(philox(0x299f31d0a4093822ULL, 0x0370734413198a2eULL, 0x85a308d3243f6a88ULL), pi);
}

TEST(RandomStream, OneNameGivesOneSequenceUnderOneSeed) {
  set_random_seed(7);
  const Tensor first = RandomStream::open("dense/kernel").uniform({100}, 0, 1);
  const Tensor second = RandomStream::open("dense/kernel").uniform({100}, 0, 1);
  set_random_seed(7);
  const Tensor again = RandomStream::open("dense/kernel").uniform({100}, 0, 1);
  EXPECT_TRUE(std::ranges::equal(first.values<float>(), again.values<float>()));
  EXPECT_FALSE(std::ranges::equal(first.values<float>(), second.values<float>()));
}

TEST(RandomStream, NormalHasItsMoments) {
  const Tensor t = RandomStream::with_key(1).normal({100'000}, 2, 3, Dtype::float64);
  double sum = 0, squares = 0;
  for (double value : t.values<double>()) {
    sum += value;
    squares += (value - 2) * (value - 2);
  }
  EXPECT_NEAR(sum / 100'000, 2, 5 * 3 / std::sqrt(100'000));
  EXPECT_NEAR(std::sqrt(squares / 100'000), 3, 0.05);
}

TEST(RandomStream, TruncatedNormalStaysWithinTwoDeviations) {
  const Tensor t = RandomStream::with_key(2).truncated_normal({50'000}, 0, 1);
  const auto values = t.values<float>();
  EXPECT_LE(*std::ranges::max_element(values), 2.0F);
  EXPECT_GT(*std::ranges::max_element(values), 1.9F);
}

TEST(RandomStream, PermutationHoldsEveryNumberOnce) {
  const Tensor t = RandomStream::with_key(3).permutation(1000);
  std::vector<std::int64_t> sorted(t.values<std::int64_t>().begin(),
                                   t.values<std::int64_t>().end());
  EXPECT_FALSE(std::ranges::is_sorted(sorted));
  std::ranges::sort(sorted);
  for (std::int64_t i = 0; i < 1000; ++i) EXPECT_EQ(sorted[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace lamina
