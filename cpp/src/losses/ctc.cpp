#include "lamina/losses/ctc.hpp"

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"
#include "lamina/ops/softmax.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

constexpr double log_of_zero = -1e5;  // Keras's; its sums stay finite

Tensor zeros_column(const Tensor& labels) {
  return Tensor::zeros({labels.shape()[0], 1}, labels.dtype(), labels.device());
}

// blank, label 1, blank, label 2, ..., blank.
Tensor with_blanks(const Tensor& labels) {
  const Shape& shape = labels.shape();
  const Tensor pairs =
      ops::stack({Tensor::zeros(shape, labels.dtype(), labels.device()), labels}, 2);
  return ops::concatenate({pairs.reshape({shape[0], 2 * shape[1]}), zeros_column(labels)}, 1);
}

// log_of_zero where a state is not entered from the last but one: where it is a blank, or the same
// label, which a blank must stand between.
Tensor skip_penalties(const Tensor& labels, const Tensor& states, Dtype dtype) {
  const std::int64_t batch = states.shape()[0], count = states.shape()[1];
  const Tensor earlier = ops::slice(ops::pad(states, {{0, 0}, {2, 0}}), {{0, batch}, {0, count}});
  const Tensor are_labels =
      with_blanks(Tensor::full(labels.shape(), 1, labels.dtype(), labels.device()));
  const Tensor is_entered = ops::logical_and(ops::not_equal(states, earlier), are_labels);
  return (1.0 - is_entered.cast(dtype)) * log_of_zero;
}

// Graves' forward variables in the logarithm: alpha[s] is the probability of all alignments of the
// steps so far that end in state s.
Tensor ctc(const Tensor& target, const Tensor& predicted) {
  if (target.rank() != 2 || predicted.rank() != 3 || target.shape()[0] != predicted.shape()[0] ||
      predicted.size() == 0) {
    fail(ErrorKind::value,
         "ctc needs labels (batch, length) and logits (batch, steps, classes), got shapes ",
         target.shape(), " and ", predicted.shape());
  }
  const Tensor logits = ops::floating(predicted);
  const std::int64_t batch = logits.shape()[0], steps = logits.shape()[1],
                     classes = logits.shape()[2];
  const Tensor labels = class_numbers("ctc", target, classes);
  const Tensor states = with_blanks(labels);
  const std::int64_t count = states.shape()[1];

  const Tensor emitted = ops::take_along_axis(  // (steps, batch, states)
      ops::transpose(ops::log_softmax(logits), {1, 0, 2}),
      ops::broadcast_to(states.reshape({1, batch, count}), {steps, batch, count}), 2);
  const Tensor penalties = skip_penalties(labels, states, logits.dtype());
  const std::vector<ops::Range> all = {{0, batch}, {0, count}};
  Tensor alpha = ops::pad(Tensor::zeros({batch, 1}, logits.dtype(), logits.device()),
                          {{0, 0}, {0, count - 1}}, ops::PadMode::constant, log_of_zero);
  for (std::int64_t step = 0; step < steps; ++step) {
    const Tensor earlier = ops::pad(alpha, {{0, 0}, {2, 0}}, ops::PadMode::constant, log_of_zero);
    const Tensor stepped = ops::slice(earlier, {{0, batch}, {1, count}});
    const Tensor skipped = ops::slice(earlier, all) + penalties;
    alpha = ops::logsumexp(ops::stack({alpha, stepped, skipped}), {0}) +
            emitted.slice(step, step + 1).reshape({batch, count});
  }

  // The last label or the blank after it; without labels, the first blank.
  const Tensor length =
      ops::sum(ops::not_equal(labels, number_beside(labels, 0)).cast(Dtype::int64), {1}, true);
  const Tensor is_empty = ops::equal(length, number_beside(length, 0));
  const Tensor end = length * number_beside(length, 2);
  const Tensor last = ops::where(is_empty, end, end - number_beside(length, 1));
  const Tensor in_label =
      ops::where(is_empty, number_beside(alpha, log_of_zero), ops::take_along_axis(alpha, last, 1));
  return -ops::logaddexp(ops::take_along_axis(alpha, end, 1), in_label).reshape({batch});
}

}  // namespace

CTC::CTC(const Options& options) : FusedLoss(described("CTC", options), ctc) {}

}  // namespace lamina
