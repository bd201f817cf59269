#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

TEST(AccumulateTest, AddsInDoublePrecision) {
  for_each_target([](const KernelTable& kernels) {
    double total = 1e9;
    const float x = 0.1F;
    const std::int64_t n = 7;
    drivers::accumulate(kernels, {Dtype::float32, &x, 32, &total});
    EXPECT_EQ(total, 1e9 + double(0.1F) * 32);
    drivers::accumulate(kernels, {Dtype::int64, &n, 0.5, &total});
    EXPECT_EQ(total, 1e9 + double(0.1F) * 32 + 3.5);
  });
}

}  // namespace
}  // namespace lamina::cpu
