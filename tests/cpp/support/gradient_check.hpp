// Compares the gradients backward() gives with central differences, in float64.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <vector>

#include "lamina/lamina.hpp"

namespace lamina::test {

/// Values spread over [low, high], away from 0, the same for every run.
inline Tensor spread_values(const Shape& shape, double low, double high, int seed = 1) {
  std::vector<double> values(static_cast<std::size_t>(shape.size()));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double u = std::fmod(static_cast<double>(i + 1) * 0.6180339887498949 + seed * 0.37, 1.0);
    values[i] = low + (high - low) * u;
  }
  return Tensor::copy_of<double>(values, shape);
}

inline Tensor changed(const Tensor& t, std::size_t at, double by) {
  std::vector<double> values(t.values<double>().begin(), t.values<double>().end());
  values[at] += by;
  return Tensor::copy_of<double>(values, t.shape());
}

/// f maps the inputs to one tensor; its weighted sum is differentiated by each of them.
inline void check_gradients(const std::function<Tensor(const TensorList&)>& f,
                            const TensorList& inputs, double tolerance = 1e-7) {
  TensorList leaves;
  for (const Tensor& input : inputs) {
    Tensor leaf = Tensor::copy_of<double>(input.values<double>(), input.shape());
    leaves.push_back(leaf.set_requires_grad());
  }
  const auto scalar = [&](const TensorList& at) {
    const Tensor y = f(at);
    return ops::sum(y * spread_values(y.shape(), 0.5, 1.5, 3));
  };
  scalar(leaves).backward();
  constexpr double step = 1e-5;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    ASSERT_TRUE(leaves[i].grad().defined()) << "no gradient reached input " << i;
    ASSERT_EQ(leaves[i].grad().shape(), inputs[i].shape());
    for (std::size_t j = 0; j < static_cast<std::size_t>(inputs[i].size()); ++j) {
      TensorList above = inputs, below = inputs;
      above[i] = changed(inputs[i], j, step);
      below[i] = changed(inputs[i], j, -step);
      const double numeric = (scalar(above).item() - scalar(below).item()) / (2 * step);
      EXPECT_NEAR(leaves[i].grad().values<double>()[j], numeric,
                  tolerance * std::max(1.0, std::abs(numeric)))
          << "input " << i << ", element " << j;
    }
  }
}

/// The message of the Error that `call` throws; fails the test when it throws none.
template <class Call>
std::string error_of(ErrorKind kind, const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was refused";
  return "";
}

}  // namespace lamina::test
