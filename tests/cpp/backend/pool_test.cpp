#include <algorithm>
#include <array>

#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

// An axis and its windows, each of `window` inputs from `stride` times its number less `before`.
struct Axis {
  std::int64_t inputs, window, stride, before;

  std::vector<PoolRange> ranges() const {
    std::vector<PoolRange> result;
    for (std::int64_t i = 0; i * stride - before + window <= inputs + before; ++i) {
      const std::int64_t begin = i * stride - before;
      result.push_back({std::max<std::int64_t>(begin, 0), std::min(begin + window, inputs)});
    }
    return result;
  }
};

struct Case {
  std::int64_t images, channels;
  Axis axes[3];
};
constexpr Axis none{1, 1, 1, 0};
const Case cases[] = {
    {2, 1, {none, none, {7, 2, 2, 0}}},
    {1, 3, {none, {5, 3, 2, 1}, {6, 3, 1, 1}}},
    {2, 16, {none, {4, 2, 2, 0}, {5, 2, 2, 0}}},
    {1, 67, {none, {5, 2, 3, 0}, {9, 1, 4, 0}}},  // inputs that no window covers
    {3, 5, {{3, 2, 1, 0}, {4, 3, 1, 1}, {5, 2, 2, 0}}},
    {1, 70, {none, {1, 1, 1, 0}, {1, 1, 1, 0}}},
    {1, 9, {none, {20, 17, 1, 0}, {18, 17, 1, 0}}},  // 289 places: more than a byte counts
    {1, 130, {none, {6, 3, 1, 0}, {6, 3, 3, 0}}},
};

struct Layout {
  std::array<std::vector<PoolRange>, 3> ranges;
  std::int64_t inputs = 1, outputs = 1, largest = 1;

  explicit Layout(const Case& c) {
    for (std::size_t i = 0; i < 3; ++i) {
      ranges[i] = c.axes[i].ranges();
      inputs *= c.axes[i].inputs;
      outputs *= static_cast<std::int64_t>(ranges[i].size());
      largest *= c.axes[i].window;
    }
  }
  PoolAxis axis(const Case& c, std::size_t i) const {
    return {c.axes[i].inputs, static_cast<std::int64_t>(ranges[i].size()), ranges[i].data()};
  }
  // Calls body(output, the inputs of its window in row-major order).
  template <class Body>
  void for_each_window(const Case& c, Body body) const {
    std::int64_t output = 0;
    for (const PoolRange& d : ranges[0]) {
      for (const PoolRange& h : ranges[1]) {
        for (const PoolRange& w : ranges[2]) {
          std::vector<std::int64_t> window;
          for (std::int64_t i = d.begin; i < d.end; ++i) {
            for (std::int64_t j = h.begin; j < h.end; ++j) {
              for (std::int64_t k = w.begin; k < w.end; ++k) {
                window.push_back((i * c.axes[1].inputs + j) * c.axes[2].inputs + k);
              }
            }
          }
          body(output++, window);
        }
      }
    }
  }
};

template <class T>
using PoolTest = FloatTest<T>;
TYPED_TEST_SUITE(PoolTest, FloatTypes);

TYPED_TEST(PoolTest, ExtremaAndTheirGradientsMatchReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Case& c : cases) {
      const Layout layout(c);
      const std::int64_t n = c.images * layout.inputs * c.channels;
      const std::int64_t m = c.images * layout.outputs * c.channels;
      Array<T> x = Array<T>::random(n);
      for (std::int64_t i = 0; i < n; ++i) x[i] = std::round(x[i] * 4);  // with equals
      x[n / 2] = std::numeric_limits<T>::quiet_NaN();
      const Array<T> dy = Array<T>::random(m, -1, 1, 2);
      for (const PoolOp op : {PoolOp::max, PoolOp::min}) {
        for (const bool wide : {false, true}) {
          if (!wide && layout.largest > 256) continue;
          Array<T> y(m), again(m), dx(n, T(9));
          Array<std::int32_t> places(m);  // as many bytes where they are not wide
          PoolParams p{this->dtype,
                       op,
                       c.images,
                       c.channels,
                       {layout.axis(c, 0), layout.axis(c, 1), layout.axis(c, 2)},
                       x.data(),
                       y.data(),
                       places.data(),
                       wide};
          drivers::pool(kernels, p);
          drivers::pool_backward(kernels, {p.dtype,
                                           p.images,
                                           p.channels,
                                           {p.axes[0], p.axes[1], p.axes[2]},
                                           dy.data(),
                                           places.data(),
                                           wide,
                                           dx.data()});
          p.places = nullptr;
          p.y = again.data();
          drivers::pool(kernels, p);
          EXPECT_TRUE(y.same_bits(again));
          std::vector<double> expected(static_cast<std::size_t>(n), 0);
          for (std::int64_t image = 0; image < c.images; ++image) {
            for (std::int64_t channel = 0; channel < c.channels; ++channel) {
              layout.for_each_window(c, [&](std::int64_t output,
                                            const std::vector<std::int64_t>& window) {
                const auto at = [&](std::int64_t input) {
                  return (image * layout.inputs + input) * c.channels + channel;
                };
                std::int64_t best = at(window[0]), place = 0;
                for (std::size_t i = 1; i < window.size(); ++i) {
                  const T value = x[at(window[i])];
                  const bool better = op == PoolOp::max ? value > x[best] : value < x[best];
                  if (better || (std::isnan(value) && !std::isnan(x[best]))) {
                    best = at(window[i]);
                    place = static_cast<std::int64_t>(i);
                  }
                }
                const std::int64_t to = (image * layout.outputs + output) * c.channels + channel;
                expect_close(y[to], x[best], 0);
                const std::int64_t found =
                    wide ? places[to] : reinterpret_cast<std::uint8_t*>(places.data())[to];
                EXPECT_EQ(found, place);
                expected[static_cast<std::size_t>(best)] += dy[to];
              });
            }
          }
          for (std::int64_t i = 0; i < n; ++i) {
            expect_close(dx[i], expected[static_cast<std::size_t>(i)], 16);
          }
        }
      }
    }
  });
}

TYPED_TEST(PoolTest, MeansAndTheirGradientsMatchReference) {
  using T = TypeParam;
  for_each_target([&](const KernelTable& kernels) {
    for (const Case& c : cases) {
      const Layout layout(c);
      const std::int64_t n = c.images * layout.inputs * c.channels;
      const std::int64_t m = c.images * layout.outputs * c.channels;
      const Array<T> x = Array<T>::random(n), dy = Array<T>::random(m, -1, 1, 2);
      Array<T> y(m), dx(n, T(9));
      const PoolAxis axes[] = {layout.axis(c, 0), layout.axis(c, 1), layout.axis(c, 2)};
      drivers::pool(kernels, {this->dtype,
                              PoolOp::average,
                              c.images,
                              c.channels,
                              {axes[0], axes[1], axes[2]},
                              x.data(),
                              y.data(),
                              nullptr,
                              false});
      drivers::pool_backward(kernels, {this->dtype,
                                       c.images,
                                       c.channels,
                                       {axes[0], axes[1], axes[2]},
                                       dy.data(),
                                       nullptr,
                                       false,
                                       dx.data()});
      std::vector<double> expected(static_cast<std::size_t>(n), 0);
      for (std::int64_t image = 0; image < c.images; ++image) {
        for (std::int64_t channel = 0; channel < c.channels; ++channel) {
          layout.for_each_window(
              c, [&](std::int64_t output, const std::vector<std::int64_t>& window) {
                const std::int64_t to = (image * layout.outputs + output) * c.channels + channel;
                double sum = 0;
                for (const std::int64_t input : window) {
                  const std::int64_t at = (image * layout.inputs + input) * c.channels + channel;
                  sum += x[at];
                  expected[static_cast<std::size_t>(at)] +=
                      double(dy[to]) / static_cast<double>(window.size());
                }
                expect_close(y[to], sum / static_cast<double>(window.size()), 16);
              });
        }
      }
      for (std::int64_t i = 0; i < n; ++i) {
        expect_close(dx[i], expected[static_cast<std::size_t>(i)], 16);
      }
    }
  });
}

TYPED_TEST(PoolTest, SameBitsForAnyThreadsWhereWindowsOverlap) {
  using T = TypeParam;
  const Case c{1, 33, {none, {90, 3, 1, 1}, {80, 3, 1, 1}}};
  const Layout layout(c);
  const std::int64_t n = layout.inputs * c.channels, m = layout.outputs * c.channels;
  const Array<T> x = Array<T>::random(n), dy = Array<T>::random(m, -1, 1, 2);
  const PoolAxis axes[] = {layout.axis(c, 0), layout.axis(c, 1), layout.axis(c, 2)};
  for_each_target([&](const KernelTable& kernels) {
    for (const PoolOp op : {PoolOp::max, PoolOp::average}) {
      expect_same_for_any_threads<T>([&] {
        Array<T> all(m + n);
        Array<std::uint8_t> places(m);
        void* const to = op == PoolOp::max ? places.data() : nullptr;
        drivers::pool(kernels, {this->dtype,
                                op,
                                1,
                                c.channels,
                                {axes[0], axes[1], axes[2]},
                                x.data(),
                                all.data(),
                                to,
                                false});
        drivers::pool_backward(kernels, {this->dtype,
                                         1,
                                         c.channels,
                                         {axes[0], axes[1], axes[2]},
                                         dy.data(),
                                         to,
                                         false,
                                         all.data() + m});
        return all;
      });
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
