// Devices: names, defaults, and that everything computes on the guarded one, whose memory the host
// cannot touch, what it computes on the CPU.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <thread>

#include "backend/backend.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/lamina.hpp"
#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

const Device cpu;
const Device guarded("guarded");

bool same_bits(const Tensor& a, const Tensor& b) {
  const Tensor left = a.to(cpu), right = b.to(cpu);
  return left.shape() == right.shape() && left.dtype() == right.dtype() &&
         std::memcmp(left.data(), right.data(), bytes_of(left)) == 0;
}

TEST(Device, Names) {
  EXPECT_EQ(name_of(Device("cpu")), "cpu");
  EXPECT_EQ(name_of(Device("cuda")), "cuda:0");
  EXPECT_EQ(name_of(Device("cuda:3")), "cuda:3");
  for (const char* name : {"gpu", "cuda:", "cuda:x", "cuda:-1", "cpu:0", "cuda:999", ""}) {
    const std::string message = error_of(ErrorKind::value, [&] { (void)Device(name); });
    EXPECT_NE(message.find("expected 'cpu', 'cuda' or 'cuda:N'"), std::string::npos) << message;
  }
}

TEST(Device, OneThatWasNotBuiltIsRefused) {
  const std::string message =
      error_of(ErrorKind::state, [] { (void)Tensor::zeros({2}, Dtype::float32, "cuda:0"); });
  EXPECT_NE(message.find("'cuda:0'; use the device 'cpu'"), std::string::npos) << message;
  error_of(ErrorKind::state, [] { set_default_device("cuda"); });
}

TEST(Device, ScopesNestAndBelongToTheirThread) {
  EXPECT_EQ(default_device(), cpu);
  {
    const DeviceScope outer(guarded);
    EXPECT_EQ(Tensor::zeros({2}).device(), guarded);
    {
      const DeviceScope inner(cpu);
      EXPECT_EQ(Tensor({1, 2}).device(), cpu);
    }
    EXPECT_EQ(Tensor::scalar(1).device(), guarded);
    std::thread([] { EXPECT_EQ(default_device(), cpu); }).join();
  }
  EXPECT_EQ(default_device(), cpu);
}

TEST(Device, TheHostReadsCopiesOnly) {
  const Tensor here({{1, 2}, {3, 4}});
  const Tensor there = here.to(guarded);
  EXPECT_EQ(there.device(), guarded);
  EXPECT_EQ(there.slice(1, 2).reshape({2}).slice(1, 2).reshape({}).item(), 4);
  EXPECT_EQ(there.str(), here.str());
  EXPECT_TRUE(same_bits(here, there));
  const std::string message = error_of(ErrorKind::state, [&] { (void)there.values<float>(); });
  EXPECT_NE(message.find("guarded"), std::string::npos) << message;
  EXPECT_NE(message.find("to(\"cpu\")"), std::string::npos) << message;
}

TEST(DeviceDeathTest, TheHostCannotTouchGuardedMemory) {
  const Tensor there = Tensor({1, 2}).to(guarded);
  EXPECT_DEATH(
      std::fprintf(stderr, "%f", double(*static_cast<const volatile float*>(there.data()))), "");
}

TEST(Device, OperandsTogether) {
  const Tensor here({1, 2}), there = here.to(guarded);
  const std::string message = error_of(ErrorKind::value, [&] { (void)(here * there); });
  EXPECT_NE(message.find("multiply got operands on cpu and on guarded"), std::string::npos)
      << message;
  error_of(ErrorKind::value,
           [&] { (void)ops::dense(Tensor({{1, 2}}), Tensor({{1}, {2}}).to(guarded), {}); });
  error_of(ErrorKind::value, [&] { (void)ops::concatenate({here, there}); });
}

TEST(Device, GradientsComeBack) {
  Tensor x({1, 2, 3});
  x.set_requires_grad();
  ops::sum(ops::square(x.to(guarded))).to(cpu).backward();
  EXPECT_EQ(x.grad().device(), cpu);
  EXPECT_EQ(x.grad().values<float>()[2], 6.0F);
}

TEST(Device, VariablesTakeValuesFromElsewhere) {
  Variable there(Tensor({1, 2}).to(guarded), "v");
  EXPECT_EQ(there.device(), guarded);
  there.assign(Tensor({3, 4}));
  EXPECT_EQ(there.device(), guarded);
  EXPECT_TRUE(same_bits(there, Tensor({3, 4})));
}

TEST(Device, RandomNumbersAreTheSameEverywhere) {
  const auto draw = [](Device device) {
    const DeviceScope scope(device);
    RandomStream stream = RandomStream::with_key(5);
    return TensorList{stream.uniform({999}, -1, 2), stream.normal({999}, 1, 3, Dtype::float64),
                      stream.truncated_normal({999}, 0, 1), stream.permutation(999),
                      ops::dropout(Tensor::full({999}, 1), 0.3, stream)};
  };
  const TensorList here = draw(cpu), there = draw(guarded);
  for (std::size_t i = 0; i < here.size(); ++i) {
    EXPECT_EQ(there[i].device(), guarded);
    EXPECT_TRUE(same_bits(here[i], there[i])) << i;
  }
}

// Forward and backward on either device.
struct OpCase {
  const char* name;
  std::function<Tensor(const Tensor& x)> run;
};

TEST(Device, OperationsAndGradientsGiveTheCpusBits) {
  const auto labels = [](const Tensor& beside) {
    const std::int64_t values[] = {0, 2, -1, 1};
    return Tensor::copy_of(std::span<const std::int64_t>(values), {4}, beside.device());
  };
  const OpCase cases[] = {
      {"arithmetic", [](const Tensor& x) { return (x + 1.0) * x / (ops::abs(x) + 2.0) - x; }},
      {"where", [](const Tensor& x) { return ops::where(ops::less(x, ops::mean(x)), x, -x); }},
      {"power", [](const Tensor& x) { return ops::power(ops::abs(x), 1.5); }},
      {"var", [](const Tensor& x) { return ops::var(x, {0}); }},
      {"prod", [](const Tensor& x) { return ops::prod(x, {1}); }},
      {"logsumexp", [](const Tensor& x) { return ops::logsumexp(x, {1}); }},
      {"norm", [](const Tensor& x) { return ops::norm(x, 2, {1}); }},
      {"cumsum", [](const Tensor& x) { return ops::cumsum(x, 0); }},
      {"softmax", [](const Tensor& x) { return ops::softmax(x); }},
      {"sparsemax", [](const Tensor& x) { return ops::sparsemax(x, -1); }},
      {"gelu", [](const Tensor& x) { return ops::gelu(x, false); }},
      {"clip", [](const Tensor& x) { return ops::clip(x, -0.5, 0.5); }},
      {"transpose", [](const Tensor& x) { return ops::transpose(x) * 2.0; }},
      {"pad", [](const Tensor& x) { return ops::pad(x, {{1, 1}, {2, 0}}, ops::PadMode::reflect); }},
      {"concatenate", [](const Tensor& x) { return ops::concatenate({x, x * 2.0}, 1); }},
      {"flip", [](const Tensor& x) { return ops::flip(x, {1}); }},
      {"tile", [](const Tensor& x) { return ops::tile(x, {2, 3}); }},
      {"sort", [](const Tensor& x) { return ops::sort(x, 1); }},
      {"top_k", [](const Tensor& x) { return ops::top_k(x, 2).values; }},
      {"take", [&](const Tensor& x) { return ops::take(x, labels(x), 0); }},
      {"take inner", [&](const Tensor& x) { return ops::take(x, labels(x), 1); }},
      {"take_along_axis",
       [&](const Tensor& x) { return ops::take_along_axis(x, labels(x).reshape({4, 1}), 1); }},
      {"scatter", [&](const Tensor& x) { return ops::scatter(labels(x), x, {5, 6}); }},
      {"one_hot",
       [&](const Tensor& x) { return x.slice(0, 4).reshape({4, 6}) * ops::one_hot(labels(x), 6); }},
      {"embedding", [&](const Tensor& x) { return ops::embedding(x, labels(x)); }},
      {"matmul", [](const Tensor& x) { return ops::matmul(x, ops::transpose(x)); }},
      {"stacked matmul",
       [](const Tensor& x) {
         return ops::matmul(x.reshape({2, 2, 6}), ops::transpose(x.reshape({2, 2, 6}), {0, 2, 1}));
       }},
      {"einsum", [](const Tensor& x) { return ops::einsum("ij,kj->ik", {x, x}); }},
      {"layer_normalization",
       [](const Tensor& x) { return ops::layer_normalization(x, {}, {}, 1e-3); }},
      {"batch_normalization",
       [](const Tensor& x) { return ops::batch_normalization(x, {}, {}, 1e-3, "relu").y; }},
      {"conv",
       [](const Tensor& x) {
         return ops::conv(x.reshape({2, 6, 2}), x.reshape({3, 2, 4}), {}, {.padding = "same"},
                          "tanh");
       }},
      {"max_pool",
       [](const Tensor& x) { return ops::max_pool(x.reshape({1, 12, 2}), {2}, {2}, "valid"); }},
      {"average_pool",
       [](const Tensor& x) { return ops::average_pool(x.reshape({1, 12, 2}), {3}, {1}, "same"); }},
      {"sparse_categorical_crossentropy",
       [](const Tensor& x) {
         const Tensor classes = ops::argmax(x, -1);
         return ops::sparse_categorical_crossentropy(classes, x, {.from_logits = true});
       }},
      {"huber", [](const Tensor& x) { return ops::huber(x.detach() * 3.0, x, {}); }},
  };
  const Tensor values = RandomStream::with_key(9).normal({4, 6}, 0, 1);
  const auto run = [&](const OpCase& c, Device device) {
    Tensor x = values.to(device).copy();
    x.set_requires_grad();
    const Tensor y = c.run(x);
    ops::sum(y * y).backward();
    return TensorList{y, x.grad()};
  };
  for (const OpCase& c : cases) {
    const TensorList here = run(c, cpu), there = run(c, guarded);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(there[i].device(), guarded) << c.name;
      EXPECT_TRUE(same_bits(here[i], there[i])) << c.name << (i == 0 ? "" : "'s gradient");
    }
  }
}

TEST(Device, OptimizersGiveTheCpusBits) {
  for (const char* name : {"sgd", "adam", "adamw", "nadam", "rmsprop"}) {
    for (const char* clipping : {"", "clipnorm", "global_clipnorm", "clipvalue"}) {
      const auto train = [&](Device device) {
        const DeviceScope scope(device);
        Config config;
        config.set("learning_rate", 0.1);
        if (*clipping != '\0') config.set(clipping, 0.5);
        const std::shared_ptr<Optimizer> optimizer = Optimizer::make(name, config);
        const std::vector<Variable> weights{{Tensor({{1, -2}, {3, 0.5}}), "a"},
                                            {Tensor({2, 1}), "b"}};
        for (int step = 0; step < 3; ++step) {
          ops::sum(ops::square(ops::matmul(Tensor({{1, 2}}), weights[0]) + weights[1])).backward();
          optimizer->step(weights);
          optimizer->zero_grad();
        }
        return TensorList{weights[0].value(), weights[1].value()};
      };
      const TensorList here = train(cpu), there = train(guarded);
      EXPECT_EQ(there[0].device(), guarded);
      EXPECT_TRUE(same_bits(here[0], there[0]) && same_bits(here[1], there[1]))
          << name << " " << clipping;
    }
  }
}

TEST(Faults, AreRaisedAtOnceOnTheCpuAndWhenADeviceIsWaitedFor) {
  const std::int64_t indices[] = {1, 7, -9};
  const auto take = [&](Device device) {
    const Tensor x = Tensor::full({3, 2}, 1.0, Dtype::float32, device);
    return ops::take(x, Tensor::copy_of(std::span<const std::int64_t>(indices), {3}, device), 0);
  };
  const std::string here = error_of(ErrorKind::index, [&] { (void)take(cpu); });
  EXPECT_EQ(here, "take got index 7, expected one in [-3, 3) for shape (3, 2)");
  const Tensor y = take(guarded);  // not waited for
  EXPECT_EQ(error_of(ErrorKind::index, [&] { synchronize(guarded); }), here);
  synchronize(guarded);  // told once
  EXPECT_TRUE(same_bits(y, Tensor({{1, 1}, {0, 0}, {0, 0}})));
}

TEST(Faults, LabelsAreReadOnceAndNamed) {
  const std::int64_t labels[] = {0, 2, 5, -1};
  const auto loss = [&](Device device) {
    Tensor x = Tensor::zeros({4, 3}, Dtype::float32, device);
    x.set_requires_grad();
    const Tensor y = ops::sparse_categorical_crossentropy(
        Tensor::copy_of(std::span<const std::int64_t>(labels), {4}, device), x,
        {.from_logits = true});
    y.backward();
    return x.grad();
  };
  const std::string here = error_of(ErrorKind::value, [&] { (void)loss(cpu); });
  EXPECT_EQ(
      here,
      "sparse_categorical_crossentropy got label 5 in row 2 of the batch, expected a class in "
      "[0, 3)");
  const Tensor gradient = loss(guarded);
  EXPECT_EQ(error_of(ErrorKind::value, [&] { (void)gradient.to(cpu); }), here);
  EXPECT_EQ(gradient.slice(2, 3).reshape({3}).slice(0, 1).reshape({}).item(), 0);
}

}  // namespace
}  // namespace lamina
