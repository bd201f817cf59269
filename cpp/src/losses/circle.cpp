#include "lamina/losses/circle.hpp"

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/compared.hpp"
#include "losses/options.hpp"

namespace lamina {
namespace {

Tensor labels_of(const Tensor& labels, const Tensor& embeddings) {
  if (embeddings.rank() != 2 || embeddings.size() == 0) {
    fail(ErrorKind::value, "circle needs embeddings (batch, features), got shape ",
         embeddings.shape());
  }
  return ops::matched_target("circle", labels, {embeddings.shape()[0]}).cast(Dtype::int64);
}

// log(sum(e^x)) over those that count. Others are so low that they add nothing; none at all gives a
// value whose softplus is 0, without the gradient that minus infinity would not have.
Tensor logsumexp_of(const Tensor& counts, const Tensor& x) {
  return ops::logsumexp(ops::where(counts, x, number_beside(x, -1e30)), {1});
}

// 1, 2, 3, ... where a vector lies.
Tensor numbers_beside(const Tensor& vector) {
  return ops::cumsum(Tensor::full(vector.shape(), 1, Dtype::float64, vector.device()));
}

Tensor not_below_zero(const Tensor& x) { return ops::maximum(x, number_beside(x, 0)); }

}  // namespace

// With distances d = 1 - cosine: pairs of one label should be nearer than the margin m, others
// farther than 1 - m, each weighed by how far it is from its best.
Tensor Circle::between(const Tensor& labels, const Tensor& embeddings,
                       const Tensor& reference_labels, const Tensor& reference_embeddings,
                       const Options& options) {
  const Tensor left = ops::floating(embeddings);
  const Tensor right = ops::floating(reference_embeddings).cast(left.dtype());
  const Tensor rows = labels_of(labels, left), columns = labels_of(reference_labels, right);
  const Tensor distances = not_below_zero(1.0 - ops::matmul(left, ops::transpose(right)));
  Tensor same = ops::equal(rows.reshape({-1, 1}), columns.reshape({1, -1}));
  const Tensor others = ops::logical_not(same);
  if (options.remove_diagonal) {
    const Tensor itself =
        ops::equal(numbers_beside(rows).reshape({-1, 1}), numbers_beside(columns).reshape({1, -1}));
    same = ops::logical_and(same, ops::logical_not(itself));
  }
  const double margin = options.margin;
  const Tensor pulls = (distances + margin) * (margin - distances) * -options.gamma;
  const Tensor pushes =
      not_below_zero(1 + margin - distances) * (1 - margin - distances) * options.gamma;
  const Tensor losses = ops::softplus(logsumexp_of(same, pulls) + logsumexp_of(others, pushes));
  return losses.with_mask(ops::greater(losses, number_beside(losses, 0)));
}

Circle::Circle(const Options& options)
    : FusedLoss(described("Circle", options), [options](const Tensor& t, const Tensor& p) {
        return between(t, p, t, p, options);
      }) {
  require(std::isfinite(options.gamma), type(), "gamma", options.gamma, "finite");
  share("Circle", "margin", options.margin);
}

}  // namespace lamina
