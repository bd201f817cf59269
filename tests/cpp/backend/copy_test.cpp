#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

struct Walk {
  const char* name;
  std::vector<std::int64_t> extents, source, target;
  std::int64_t source_begin = 0;  // where element (0, 0, ...) stands
};

const Walk walks[] = {
    {"one element", {}, {}, {}},
    {"a vector", {100003}, {1}, {1}},
    {"every third", {1000}, {3}, {1}},
    {"reversed", {1000}, {-1}, {1}, 999},
    {"to every second", {77}, {1}, {2}},
    {"one repeated", {5000}, {0}, {1}},
    {"a row repeated", {300, 70}, {0, 1}, {70, 1}},
    {"transposed", {311, 205}, {1, 311}, {205, 1}},
    {"transposed, a few of many", {37, 70}, {1, 50}, {100, 1}},
    {"transposed in batches", {3, 40, 50}, {2000, 1, 40}, {2000, 50, 1}},
    {"axes reversed", {5, 6, 7, 8}, {1, 5, 30, 210}, {336, 56, 8, 1}},
    {"a corner", {9, 10}, {33, 1}, {10, 1}},
    {"into a corner", {9, 10}, {10, 1}, {33, 1}},
    {"extents of one", {1, 4, 1, 5}, {0, 5, 7, 1}, {9, 5, 3, 1}},
    {"nothing", {3, 0}, {1, 1}, {1, 1}},
};

template <class T>
void check(const Walk& walk) {
  CopyParams p{};
  p.element_size = sizeof(T);
  p.rank = static_cast<int>(walk.extents.size());
  std::int64_t n = 1, source_size = 1, target_size = 1;
  for (int i = 0; i < p.rank; ++i) {
    n *= p.extents[i] = walk.extents[static_cast<std::size_t>(i)];
    p.source_strides[i] = walk.source[static_cast<std::size_t>(i)];
    p.target_strides[i] = walk.target[static_cast<std::size_t>(i)];
    source_size += std::max<std::int64_t>(p.extents[i] - 1, 0) * std::abs(p.source_strides[i]);
    target_size += std::max<std::int64_t>(p.extents[i] - 1, 0) * p.target_strides[i];
  }
  const Array<T> source = Array<T>::random(source_size, 0, 100);
  Array<T> target(target_size, T(7)), expected(target_size, T(7));
  for (std::int64_t i = 0; i < n; ++i) {
    std::int64_t from = walk.source_begin, to = 0, rest = i;
    for (int axis = p.rank - 1; axis >= 0; --axis) {
      from += rest % p.extents[axis] * p.source_strides[axis];
      to += rest % p.extents[axis] * p.target_strides[axis];
      rest /= p.extents[axis];
    }
    expected[to] = source[from];
  }
  p.source = source.data() + walk.source_begin;
  p.target = target.data();
  for_each_target([&](const KernelTable& kernels) {
    std::fill(target.data(), target.data() + target_size, T(7));
    drivers::copy(kernels, p);
    EXPECT_TRUE(target.same_bits(expected));
  });
}

TEST(CopyTest, EveryWalkAndElementSize) {
  for (const Walk& walk : walks) {
    SCOPED_TRACE(walk.name);
    check<std::uint8_t>(walk);
    check<float>(walk);
    check<double>(walk);
  }
}

}  // namespace
}  // namespace lamina::cpu
