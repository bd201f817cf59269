#include "ops/rnn.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/gemm.hpp"

namespace lamina::ops {
namespace {

// Sums over batch and steps: the gradient of a bias.
Tensor summed(const Tensor& gradients) {
  return sum(gradients.reshape({leading_rows(gradients.shape()), gradients.shape().last()}), {0});
}

Tensor joined(const Tensor& a, const Tensor& b) { return concatenate({a, b}, 0); }

// d_recurrent[:, from : from + n] = previous_h^T dz[:, column : column + n].
void recurrent_gradient(const Tensor& previous_h, const Tensor& dz, std::int64_t column,
                        std::int64_t n, Tensor& d_recurrent, std::int64_t from) {
  const auto size = static_cast<std::int64_t>(size_of(dz.dtype()));
  GemmParams p{};
  p.dtype = dz.dtype();
  p.m = p.lda = previous_h.shape().last();
  p.n = n;
  p.k = leading_rows(dz.shape());
  p.a = previous_h.data();
  p.transpose_a = true;
  p.b = static_cast<const char*>(dz.data()) + column * size;
  p.ldb = dz.shape().last();
  p.c = static_cast<char*>(d_recurrent.mutable_data()) + from * size;
  p.ldc = d_recurrent.shape().last();
  backend(dz).gemm(p);
}

// What backward saves, by place.
enum Saved { x, kernel, recurrent, mask, gates, previous_h, previous_c, inner };

// What the function takes, by place.
enum Input { in_x, in_kernel, in_recurrent, in_bias, in_h0, in_c0, input_count };

// What the function gives, by place; not all exist.
struct Places {
  int sequence = -1, h = 0, c = -1;
};

TensorList gradients(RnnShape shape, const Places& places, bool has_bias, const TensorList& grads,
                     const TensorList& s, const Needs& needs) {
  const auto grad = [&](int place) {
    return place < 0 ? Tensor() : grads[static_cast<std::size_t>(place)];
  };
  const Tensor d_sequence = grad(places.sequence), d_h = grad(places.h), d_c = grad(places.c);
  Tensor dz = s[gates], d_inner = s[inner];
  const Shape state{shape.batch, shape.units};
  Tensor d_h0 = Tensor::empty(state, dz.dtype(), dz.device());
  Tensor d_c0 =
      shape.kind == RnnKind::lstm ? Tensor::empty(state, dz.dtype(), dz.device()) : Tensor();
  RnnBackwardParams p{};
  p.dtype = dz.dtype();
  p.shape = shape;
  p.gates = dz.mutable_data();
  p.recurrent = s[recurrent].data();
  p.mask = static_cast<const std::uint8_t*>(data_or_null(s[mask]));
  p.previous_h = s[previous_h].data();
  p.previous_c = data_or_null(s[previous_c]);
  p.inner = room_or_null(d_inner);
  p.d_outputs = data_or_null(d_sequence);
  p.d_last_h = data_or_null(d_h);
  p.d_last_c = data_or_null(d_c);
  p.d_h0 = d_h0.mutable_data();
  p.d_c0 = room_or_null(d_c0);
  backend(dz).rnn_backward(p);

  const std::int64_t units = shape.units;
  const bool is_gru = shape.kind == RnnKind::gru;
  TensorList result(input_count);
  if (needs[in_x]) result[in_x] = gemm("recurrence", {dz}, {s[kernel], true}, s[x].shape());
  if (needs[in_kernel]) {
    result[in_kernel] = gemm("recurrence", {s[x], true}, {dz}, s[kernel].shape());
  }
  if (needs[in_recurrent]) {
    Tensor d_recurrent = Tensor::empty(s[recurrent].shape(), dz.dtype(), dz.device());
    const std::int64_t width = is_gru ? 2 * units : dz.shape().last();
    recurrent_gradient(s[previous_h], dz, 0, width, d_recurrent, 0);
    if (is_gru) recurrent_gradient(s[previous_h], d_inner, 0, units, d_recurrent, width);
    result[in_recurrent] = d_recurrent;
  }
  if (has_bias && needs[in_bias]) {
    const Tensor of_inputs = summed(dz);
    result[in_bias] =
        is_gru
            ? joined(of_inputs, joined(strided_copy(of_inputs, {2 * units}, {1}), summed(d_inner)))
                  .reshape({2, 3 * units})
            : of_inputs;
  }
  if (needs[in_h0]) result[in_h0] = d_h0;
  if (needs[in_c0]) result[in_c0] = d_c0;
  return result;
}

}  // namespace

RnnOutputs rnn(const RnnWeights& weights, const RnnInputs& given, bool returns_sequence,
               bool backwards) {
  const Tensor features =
      weights.input_mask.defined() ? given.x * expand_dims(weights.input_mask, 1) : given.x;
  const RnnShape shape{weights.kind,        weights.activation,           features.shape()[0],
                       features.shape()[1], weights.recurrent.shape()[0], backwards};
  const bool is_lstm = shape.kind == RnnKind::lstm, is_gru = shape.kind == RnnKind::gru;
  const bool is_recorded =
      needs_grad({features, weights.kernel, weights.recurrent, weights.bias, given.h0, given.c0});
  const auto room = [&](const Shape& wanted) {
    return Tensor::empty(wanted, features.dtype(), features.device());
  };
  Tensor z;
  {
    const NoGrad unrecorded;
    // A gru's bias (2, 3 units) is of the inputs' share, then of the state's.
    const Tensor bias = is_gru && weights.bias.defined()
                            ? weights.bias.slice(0, 1).reshape({weights.bias.shape()[1]})
                            : weights.bias;
    z = gemm("recurrence", {features}, {weights.kernel},
             features.shape().with(-1, weights.kernel.shape()[1]), bias);
  }
  const Shape sequence{shape.batch, shape.steps, shape.units}, state{shape.batch, shape.units};
  RnnOutputs result;
  if (returns_sequence) result.sequence = room(sequence);
  result.h = room(state);
  if (is_lstm) result.c = room(state);
  Tensor before_h = is_recorded ? room(sequence) : Tensor();
  Tensor before_c = is_recorded && is_lstm ? room(sequence) : Tensor();
  Tensor share = is_recorded && is_gru ? room(sequence) : Tensor();
  RnnParams p{};
  p.dtype = z.dtype();
  p.shape = shape;
  p.gates = z.mutable_data();
  p.recurrent = weights.recurrent.data();
  if (is_gru && weights.bias.defined()) {
    p.bias = static_cast<const char*>(weights.bias.data()) +
             weights.bias.shape()[1] * static_cast<std::int64_t>(size_of(z.dtype()));
  }
  p.h0 = data_or_null(given.h0);
  p.c0 = data_or_null(given.c0);
  p.mask = static_cast<const std::uint8_t*>(data_or_null(given.mask));
  p.outputs = room_or_null(result.sequence);
  p.last_h = result.h.mutable_data();
  p.last_c = room_or_null(result.c);
  p.previous_h = room_or_null(before_h);
  p.previous_c = room_or_null(before_c);
  p.inner = room_or_null(share);
  shared_backend("recurrence", {&features, &weights.kernel, &weights.recurrent, &weights.bias,
                                &given.h0, &given.c0, &given.mask})
      .rnn(p);
  if (!is_recorded) return result;

  TensorList outputs;
  Places places;
  if (result.sequence.defined()) {
    places.sequence = 0;
    outputs.push_back(result.sequence);
  }
  places.h = static_cast<int>(outputs.size());
  outputs.push_back(result.h);
  if (is_lstm) {
    places.c = static_cast<int>(outputs.size());
    outputs.push_back(result.c);
  }
  record("recurrence",
         {features, weights.kernel, weights.recurrent, weights.bias, given.h0, given.c0}, outputs,
         {features, weights.kernel, weights.recurrent, given.mask, z, before_h, before_c, share},
         [shape, places, has_bias = weights.bias.defined()](
             const TensorList& grads, const TensorList& saved, const Needs& needs) {
           return gradients(shape, places, has_bias, grads, saved, needs);
         });
  return result;
}

TensorList steps_of(const Tensor& x) {
  const Shape step = x.shape().without(1);
  const std::int64_t steps = x.shape()[1];
  TensorList result;
  {
    const NoGrad unrecorded;
    std::vector<int> axes{1, 0};
    for (int axis = 2; axis < x.rank(); ++axis) axes.push_back(axis);
    const Tensor turned = transpose(x, axes);
    for (std::int64_t i = 0; i < steps; ++i) result.push_back(turned.slice(i, i + 1).reshape(step));
  }
  if (!needs_grad({x})) return result;
  record("steps", {x}, result, {},
         [step, dtype = x.dtype(), device = x.device()](const TensorList& grads, const TensorList&,
                                                        const Needs&) {
           TensorList parts = grads;
           for (Tensor& part : parts) {
             if (!part.defined()) part = Tensor::zeros(step, dtype, device);
           }
           return TensorList{stack(parts, 1)};
         });
  return result;
}

}  // namespace lamina::ops
