#include "lamina/ops/dropout.hpp"

#include "ops/support.hpp"

namespace lamina::ops {
namespace {

Tensor apply_mask(const Tensor& x, double rate, std::uint64_t key, std::uint64_t draw) {
  Tensor y = Tensor::empty_like(x);
  backend(x).dropout({x.dtype(), x.size(), rate, key, draw, x.data(), y.mutable_data()});
  return y;
}

}  // namespace

Tensor dropout(const Tensor& input, double rate, RandomStream& random) {
  if (!(rate >= 0 && rate <= 1)) {
    fail(ErrorKind::value, "dropout needs a rate in [0, 1], got ", rate);
  }
  const Tensor x = floating(input);
  const std::uint64_t draw = random.next_draw(), key = random.key();
  Tensor y = apply_mask(x, rate, key, draw);
  if (!needs_grad({x})) return y;
  // The mask is not kept: the same numbers are drawn again.
  return record("dropout", {x}, y, {}, [=](const Tensor& dy, const TensorList&, Needs) {
    return TensorList{apply_mask(dy, rate, key, draw)};
  });
}

}  // namespace lamina::ops
