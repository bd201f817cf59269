// Operations by name: values by hand, or those of the function that the name stands for.
#include "ops/operations.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::check_gradients;
using test::error_of;

Tensor applied(const char* name, const TensorList& inputs, const char* arguments) {
  const Tensors results = ops::apply_operation(name, inputs, Config::parse(arguments));
  EXPECT_EQ(results.size(), 1);
  return results.front();
}

void expect_values(const Tensor& t, const Shape& shape, const std::vector<float>& expected) {
  EXPECT_EQ(t.shape(), shape);
  const auto values = t.values<float>();
  EXPECT_EQ(std::vector<float>(values.begin(), values.end()), expected);
}

const Tensor x({{1, 2, 3}, {4, 5, 6}});

TEST(Operations, Unary) {
  expect_values(applied("negative", {x}, R"({"x": {"tensor": 0}})"), {2, 3},
                {-1, -2, -3, -4, -5, -6});
  expect_values(applied("abs", {Tensor({-1, 2})}, R"({"x": {"tensor": 0}})"), {2}, {1, 2});
  expect_values(applied("elu", {Tensor({2})}, R"({"x": {"tensor": 0}, "alpha": 3})"), {1}, {2});
  expect_values(applied("relu", {Tensor({-2, 9})},
                        R"({"x": {"tensor": 0}, "negative_slope": 0.5, "max_value": 6})"),
                {2}, {-1, 6});
  expect_values(applied("square", {}, R"({"x": [2, 3]})"), {2}, {4, 9});
}

TEST(Operations, NumbersBesideATensorTakeItsDtype) {
  expect_values(applied("divide", {x}, R"({"x1": 6, "x2": {"tensor": 0}})"), {2, 3},
                {6, 3, 2, 1.5F, 1.2F, 1});
  const Tensor wide = x.cast(Dtype::float64), whole = x.cast(Dtype::int32);
  const auto dtype = [](const Tensor& t, const char* arguments) {
    return applied("add", {t}, arguments).dtype();
  };
  EXPECT_EQ(dtype(wide, R"({"x1": {"tensor": 0}, "x2": 0.5})"), Dtype::float64);
  EXPECT_EQ(dtype(whole, R"({"x1": {"tensor": 0}, "x2": 2})"), Dtype::int32);
  EXPECT_EQ(dtype(whole, R"({"x1": 0.5, "x2": {"tensor": 0}})"), Dtype::float32);
  EXPECT_EQ(dtype(whole.cast(Dtype::boolean), R"({"x1": {"tensor": 0}, "x2": 2})"), Dtype::int32);
  const Tensor masked =
      applied("where", {ops::greater(x, Tensor({3})), x},
              R"({"condition": {"tensor": 0}, "x1": {"tensor": 1}, "x2": "-inf"})");
  constexpr float least = -std::numeric_limits<float>::infinity();
  expect_values(masked, {2, 3}, {least, least, least, 4, 5, 6});
}

TEST(Operations, Reductions) {
  expect_values(applied("sum", {x}, R"({"x": {"tensor": 0}})"), {}, {21});
  expect_values(applied("mean", {x}, R"({"x": {"tensor": 0}, "axis": -1, "keepdims": true})"),
                {2, 1}, {2, 5});
  expect_values(applied("max", {x}, R"({"x": {"tensor": 0}, "axis": [0, 1]})"), {}, {6});
  expect_values(applied("norm", {Tensor({3, -4})}, R"({"x": {"tensor": 0}, "ord": "inf"})"), {},
                {4});
}

TEST(Operations, ListsAndArrangement) {
  expect_values(applied("concatenate", {x, x}, R"({"xs": [{"tensor": 1}, [[7, 8, 9]]]})"), {3, 3},
                {1, 2, 3, 4, 5, 6, 7, 8, 9});
  expect_values(applied("reshape", {x}, R"({"x": {"tensor": 0}, "newshape": [-1, 2]})"), {3, 2},
                {1, 2, 3, 4, 5, 6});
  expect_values(applied("pad", {Tensor({1})}, R"({"x": {"tensor": 0}, "pad_width": [1, 2]})"), {4},
                {0, 1, 0, 0});
  expect_values(applied("take", {x}, R"({"x": {"tensor": 0}, "indices": [2, 0], "axis": 1})"),
                {2, 2}, {3, 1, 6, 4});
  expect_values(
      applied("einsum", {x, x},
              R"({"subscripts": "ij,ij->i", "operands": [{"tensor": 0}, {"tensor": 1}]})"),
      {2}, {14, 77});
  const Config halves =
      Config::parse(R"({"x": {"tensor": 0}, "indices_or_sections": 3, "axis": 1})");
  const Tensors parts = ops::apply_operation("split", {x}, halves);
  ASSERT_EQ(parts.size(), 3);
  expect_values(parts[2], {2, 1}, {3, 6});
  EXPECT_TRUE(ops::gives_several("split"));
  EXPECT_TRUE(ops::gives_several("top_k"));
  EXPECT_FALSE(ops::gives_several("stack"));
}

TEST(Operations, Images) {
  const Tensor image = x.reshape({1, 1, 2, 3});
  expect_values(applied("max_pool", {image},
                        R"({"inputs": {"tensor": 0}, "pool_size": [2, 1],
                            "data_format": "channels_first"})"),
                {1, 1, 1, 3}, {4, 5, 6});
}

TEST(Operations, Subscripts) {
  const auto at = [](const char* key) {
    return applied("getitem", {x, Tensor({1, 0}).cast(Dtype::int64)},
                   (R"({"x": {"tensor": 0}, "key": )" + std::string(key) + "}").c_str());
  };
  expect_values(at(R"([{"index": -1}])"), {3}, {4, 5, 6});
  expect_values(at(R"([{"slice": [null, null, null]}, {"index": 0}])"), {2}, {1, 4});
  expect_values(at(R"([{"ellipsis": true}, {"slice": [null, null, -2]}])"), {2, 2}, {3, 1, 6, 4});
  expect_values(at(R"([{"newaxis": true}, {"slice": [1, 9, 1]}])"), {1, 1, 3}, {4, 5, 6});
  expect_values(at(R"([{"slice": [-9, -9, -1]}])"), {0, 3}, {});
  expect_values(at(R"([{"tensor": 1}, {"index": 1}])"), {2}, {5, 2});
}

TEST(Operations, TheLeastSteps) {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  const Config key =
      Config()
          .set("x", Config().set("tensor", 0))
          .set("key",
               std::vector{Config().set("slice", std::vector<std::int64_t>{1, least, least})});
  expect_values(ops::apply_operation("getitem", {x}, key).front(), {1, 3}, {4, 5, 6});
}

TEST(Operations, PreparedOnceRunOften) {
  const ops::Operation twice =
      ops::operation("multiply", Config::parse(R"({"x1": {"tensor": 0}, "x2": 2})"));
  expect_values(twice({Tensor({1, 2})}).front(), {2}, {2, 4});
  expect_values(twice({Tensor({3})}).front(), {1}, {6});
}

TEST(Operations, Gradients) {
  check_gradients(
      [](const TensorList& in) {
        return applied("divide", in, R"({"x1": {"tensor": 1}, "x2": {"tensor": 0}})");
      },
      {test::spread_values({2, 3}, 1, 2), test::spread_values({2, 3}, -1, 1)});
  check_gradients(
      [](const TensorList& in) {
        return applied("getitem", in,
                       R"({"x": {"tensor": 0}, "key": [{"slice": [null, null, -1]}]})");
      },
      {test::spread_values({3, 2}, -1, 1)});
}

TEST(Operations, Refusals) {
  const auto refused = [](const char* name, const char* arguments, const char* message) {
    const std::string error = error_of(ErrorKind::value, [&] { applied(name, {x}, arguments); });
    EXPECT_NE(error.find(message), std::string::npos) << error;
  };
  refused("sun", "{}", "unknown operation 'sun'");
  refused("sum", "{}", "'x' is missing");
  refused("sum", R"({"x": {"tensor": 0}, "axes": 1})", "no argument 'axes'");
  refused("sum", R"({"x": {"tensor": 3}})", "tensor 3, but got 1");
}

TEST(Config, ItemsAndKinds) {
  const Config config = Config::parse(R"({"list": [null, true, 3, 0.5, "a", [1], {"k": 2}]})");
  using Kind = Config::Kind;
  EXPECT_EQ(config.kind("list"), Kind::list);
  EXPECT_EQ(config.kind("absent"), Kind::null);
  std::vector<Kind> kinds;
  for (const Config& item : config.items("list")) kinds.push_back(item.kind("value"));
  EXPECT_EQ(kinds, (std::vector<Kind>{Kind::null, Kind::boolean, Kind::integer, Kind::number,
                                      Kind::string, Kind::list, Kind::object}));
  EXPECT_EQ(config.items("list")[6].child("value").integer("k"), 2);
}

}  // namespace
}  // namespace lamina
