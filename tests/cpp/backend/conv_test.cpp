// Convolutions and both gradients on every target, against the sum written out in double precision.
#include <sys/mman.h>
#include <unistd.h>

#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

std::int64_t count(const std::int64_t (&extents)[3]) {
  return extents[0] * extents[1] * extents[2];
}

struct Arrays {
  std::int64_t x, kernel, y;
};

Arrays sizes(const ConvShape& s) {
  return {s.batch * count(s.input) * s.channels,
          count(s.kernel) * (s.channels / s.groups) * s.filters,
          s.batch * count(s.output) * s.filters};
}

// Calls body(place in x, place in kernel, place in y) for every product of the convolution.
template <class Body>
void for_each_product(const ConvShape& s, Body body) {
  const std::int64_t of_group = s.channels / s.groups, filters = s.filters / s.groups;
  for (std::int64_t n = 0; n < s.batch; ++n) {
    for (std::int64_t o = 0; o < count(s.output); ++o) {
      for (std::int64_t k = 0; k < count(s.kernel); ++k) {
        std::int64_t rest_o = o, rest_k = k, place = 0, scale = 1;
        bool inside = true;
        for (int axis = 2; axis >= 0; --axis) {
          const std::int64_t at = rest_o % s.output[axis] * s.stride[axis] +
                                  rest_k % s.kernel[axis] * s.dilation[axis] - s.padding[axis];
          inside = inside && at >= 0 && at < s.input[axis];
          place += at * scale;
          scale *= s.input[axis];
          rest_o /= s.output[axis];
          rest_k /= s.kernel[axis];
        }
        if (!inside) continue;
        for (std::int64_t f = 0; f < s.filters; ++f) {
          for (std::int64_t c = 0; c < of_group; ++c) {
            body((n * scale + place) * s.channels + f / filters * of_group + c,
                 (k * of_group + c) * s.filters + f, (n * count(s.output) + o) * s.filters + f);
          }
        }
      }
    }
  }
}

template <class T>
void expect_all_close(const Array<T>& got, const std::vector<double>& expected, double terms) {
  for (std::int64_t i = 0; i < got.size(); ++i) {
    expect_close(got[i], expected[static_cast<std::size_t>(i)], 2 * terms, 1);
    if (::testing::Test::HasFailure()) return;
  }
}

template <class T>
void check(const KernelTable& kernels, const ConvShape& s) {
  const Arrays size = sizes(s);
  const Array<T> x = Array<T>::random(size.x, -1, 1, 1),
                 w = Array<T>::random(size.kernel, -1, 1, 2);
  const Array<T> dy = Array<T>::random(size.y, -1, 1, 3),
                 bias = Array<T>::random(s.filters, -1, 1, 4);
  std::vector<double> y(static_cast<std::size_t>(size.y)), dx(static_cast<std::size_t>(size.x)),
      dw(static_cast<std::size_t>(size.kernel));
  for (std::int64_t i = 0; i < size.y; ++i) y[static_cast<std::size_t>(i)] = bias[i % s.filters];
  for_each_product(s, [&](std::int64_t from, std::int64_t tap, std::int64_t to) {
    y[static_cast<std::size_t>(to)] += double(x[from]) * w[tap];
    dx[static_cast<std::size_t>(from)] += double(dy[to]) * w[tap];
    dw[static_cast<std::size_t>(tap)] += double(dy[to]) * x[from];
  });
  for (double& value : y) value = value < 0 ? 0 : value;
  const double terms = static_cast<double>(count(s.kernel) * (s.channels + s.filters));
  Array<T> got_y(size.y, T(5)), got_dx(size.x, T(5)), got_dw(size.kernel, T(5));
  drivers::conv(kernels, {dtype_of<T>, s, x.data(), w.data(), got_y.data(), bias.data(),
                          FusedActivation::relu});
  expect_all_close(got_y, y, terms);
  drivers::conv_backward_data(kernels, {dtype_of<T>, s, dy.data(), w.data(), got_dx.data()});
  expect_all_close(got_dx, dx, terms);
  drivers::conv_backward_filter(kernels, {dtype_of<T>, s, x.data(), dy.data(), got_dw.data()});
  expect_all_close(got_dw, dw, static_cast<double>(s.batch * count(s.output)));
}

// batch, channels, filters, groups, {input}, {kernel}, {output}, {stride}, {dilation}, {padding}
const ConvShape shapes[] = {
    {1, 1, 1, 1, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
    {2, 3, 5, 1, {1, 6, 7}, {1, 3, 3}, {1, 6, 7}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}},
    {2, 16, 33, 1, {1, 5, 31}, {1, 3, 3}, {1, 5, 31}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}},
    {3, 1, 6, 1, {1, 28, 28}, {1, 5, 5}, {1, 28, 28}, {1, 1, 1}, {1, 1, 1}, {0, 2, 2}},
    {2, 6, 16, 1, {1, 14, 14}, {1, 5, 5}, {1, 10, 10}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
    {2, 8, 40, 1, {1, 9, 9}, {1, 1, 1}, {1, 9, 9}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
    {2, 8, 20, 1, {1, 9, 9}, {1, 1, 1}, {1, 5, 5}, {1, 2, 2}, {1, 1, 1}, {0, 0, 0}},
    {2, 4, 6, 2, {1, 9, 10}, {1, 3, 2}, {1, 4, 4}, {1, 2, 3}, {1, 1, 1}, {0, 0, 1}},
    {1, 6, 8, 2, {1, 5, 6}, {1, 3, 3}, {1, 5, 6}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}},
    {2, 6, 9, 3, {4, 5, 6}, {3, 2, 3}, {4, 3, 6}, {1, 2, 1}, {1, 1, 1}, {1, 0, 1}},
    {1, 24, 36, 12, {1, 5, 6}, {1, 3, 3}, {1, 5, 8}, {1, 1, 1}, {1, 1, 1}, {0, 1, 2}},
    {2, 21, 18, 3, {1, 5, 20}, {1, 3, 3}, {1, 5, 20}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}},
    {1, 8, 6, 2, {3, 4, 20}, {2, 2, 3}, {2, 3, 18}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
    {1, 40, 20, 2, {1, 5, 6}, {1, 3, 3}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {0, 1, 1}},
    {1, 5, 5, 5, {1, 8, 8}, {1, 3, 3}, {1, 8, 8}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}},
    {1, 3, 4, 1, {1, 1, 40}, {1, 1, 3}, {1, 1, 40}, {1, 1, 1}, {1, 1, 4}, {0, 0, 4}},
    {1, 2, 9, 1, {1, 1, 1100}, {1, 1, 7}, {1, 1, 1094}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
    {2, 3, 4, 1, {4, 5, 6}, {3, 2, 3}, {4, 3, 6}, {1, 2, 1}, {1, 1, 1}, {1, 0, 1}},
    {1, 2, 2, 1, {5, 5, 5}, {2, 2, 2}, {3, 3, 3}, {1, 1, 1}, {2, 2, 2}, {0, 0, 0}},
    // A stride beyond the kernel, and padding beyond the image: some pixels touch nothing.
    {1, 2, 3, 1, {1, 7, 7}, {1, 2, 2}, {1, 2, 2}, {1, 5, 4}, {1, 1, 1}, {0, 0, 0}},
    {1, 2, 3, 1, {1, 2, 2}, {1, 1, 1}, {1, 6, 6}, {1, 1, 1}, {1, 1, 1}, {0, 2, 2}},
    {0, 2, 3, 1, {1, 4, 4}, {1, 3, 3}, {1, 2, 2}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}},
};

TEST(ConvTest, EveryTarget) {
  for_each_target([](const KernelTable& kernels) {
    for (const ConvShape& s : shapes) {
      SCOPED_TRACE(&s - shapes);
      check<float>(kernels, s);
      check<double>(kernels, s);
    }
  });
}

// n floats that end where no memory is: reading one more ends the test.
class AtTheEdge {
 public:
  explicit AtTheEdge(std::int64_t n) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    const auto bytes = static_cast<std::size_t>(n) * sizeof(float);
    size_ = (bytes + page - 1) / page * page + page;
    base_ = static_cast<char*>(
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(base_ + size_ - page, page, PROT_NONE);
    data_ = reinterpret_cast<float*>(base_ + size_ - page - bytes);
    std::fill(data_, data_ + n, 1.0f);
  }
  ~AtTheEdge() { munmap(base_, size_); }
  AtTheEdge(const AtTheEdge&) = delete;
  AtTheEdge& operator=(const AtTheEdge&) = delete;
  float* data() const { return data_; }

 private:
  std::size_t size_;
  char* base_;
  float* data_;
};

TEST(ConvTest, NothingBeyondTheArraysIsTouched) {
  for_each_target([](const KernelTable& kernels) {
    for (const ConvShape& s : shapes) {
      SCOPED_TRACE(&s - shapes);
      const Arrays size = sizes(s);
      const AtTheEdge x(size.x), w(size.kernel), y(size.y), bias(s.filters);
      drivers::conv(kernels, {Dtype::float32, s, x.data(), w.data(), y.data(), bias.data()});
      drivers::conv_backward_data(kernels, {Dtype::float32, s, y.data(), w.data(), x.data()});
      drivers::conv_backward_filter(kernels, {Dtype::float32, s, x.data(), y.data(), w.data()});
    }
  });
}

TEST(ConvTest, TheNumberOfThreadsChangesNoBit) {
  const ConvShape s{9,         16,          24,        1,         {1, 20, 21},
                    {1, 3, 3}, {1, 20, 21}, {1, 1, 1}, {1, 1, 1}, {0, 1, 1}};
  const Arrays size = sizes(s);
  const auto x = Array<float>::random(size.x), w = Array<float>::random(size.kernel);
  const auto dy = Array<float>::random(size.y, -1, 1, 3);
  for_each_target([&](const KernelTable& kernels) {
    std::vector<Array<float>> results;
    for (const int threads : {1, 2, 3, 7}) {
      const ThreadLimit limit(threads);
      Array<float> y(size.y), dx(size.x), dw(size.kernel);
      const auto regions = parallel_regions();
      drivers::conv(kernels, {Dtype::float32, s, x.data(), w.data(), y.data()});
      drivers::conv_backward_data(kernels, {Dtype::float32, s, dy.data(), w.data(), dx.data()});
      drivers::conv_backward_filter(kernels, {Dtype::float32, s, x.data(), dy.data(), dw.data()});
      EXPECT_EQ(parallel_regions() > regions, threads > 1);
      results.push_back(y);
      results.push_back(dx);
      results.push_back(dw);
    }
    for (std::size_t i = 3; i < results.size(); ++i) {
      EXPECT_TRUE(results[i].same_bits(results[i % 3])) << i;
    }
  });
}

}  // namespace
}  // namespace lamina::cpu
