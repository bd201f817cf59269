#include "layers/token_encoding.hpp"

#include "core/check.hpp"
#include "core/extents.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/indexing.hpp"
#include "lamina/ops/reduction.hpp"

namespace lamina {
namespace {

// A single index is a sample of one; a last axis of 1 is no axis of a one-hot encoding.
Shape sample_shape(const Shape& tokens, const std::string& mode) {
  if (tokens.rank() == 0) return Shape{1};
  return mode == "one_hot" && tokens.rank() > 1 && tokens.last() == 1 ? tokens.without(-1) : tokens;
}

Tensor whole(std::int64_t value, const Tensor& beside) {
  return Tensor::scalar(value, Dtype::int64, beside.device());
}

// How often each index occurs in its row: one sum by places, that of strangers behind the others.
Tensor counts(const Tensor& tokens, std::int64_t depth, Dtype dtype, const Tensor& weights) {
  const std::int64_t length = tokens.shape().last();
  Shape shape = tokens.shape().without(-1);
  const char* const owner = "an encoding of tokens";
  const std::int64_t rows = shape.size(), places = checked_add(owner, depth, 1);
  shape.push_back(depth);
  const Tensor inside = ops::logical_and(ops::greater_equal(tokens, whole(0, tokens)),
                                         ops::less(tokens, whole(depth, tokens)));
  const Tensor columns = ops::where(inside, tokens, whole(depth, tokens));
  const Tensor row_width = Tensor::full({rows, 1}, places, Dtype::int64, tokens.device());
  const Tensor row_begins = ops::cumsum(row_width, 0) - whole(places, tokens);
  const Tensor at = (columns.reshape({rows, length}) + row_begins).reshape({-1});
  const Tensor values = weights.defined()
                            ? weights.reshape({-1})
                            : Tensor::full({rows * length}, 1, dtype, tokens.device());
  const Tensor sums = ops::scatter(at, values, {checked_multiply(owner, rows, places)});
  return ops::slice(sums.reshape({rows, places}), {{0, rows}, {0, depth}}).reshape(shape);
}

}  // namespace

std::string output_mode_from(const std::string& owner, const std::string& given) {
  const std::string mode = given == "binary" ? "multi_hot" : given == "tf-idf" ? "tf_idf" : given;
  for (const char* known : {"int", "one_hot", "multi_hot", "count", "tf_idf"}) {
    if (mode == known) return mode;
  }
  fail(ErrorKind::value, owner, " needs output_mode to be one of 'int', 'one_hot', 'multi_hot', ",
       "'count' and 'tf_idf', got '", given, "'");
}

Shape encoded_shape(const Shape& tokens, const std::string& mode, std::int64_t depth) {
  if (mode == "int") return tokens;
  Shape shape = sample_shape(tokens, mode);
  if (mode != "one_hot") shape = shape.without(-1);
  shape.push_back(depth);
  return shape;
}

Tensor encode_tokens(const Tensor& given, const std::string& mode, std::int64_t depth, Dtype dtype,
                     const std::vector<double>& idf_weights, const Tensor& count_weights) {
  if (mode == "int") return given;
  const Tensor tokens = given.reshape(sample_shape(given.shape(), mode));
  if (mode == "one_hot") return ops::one_hot(tokens, depth, -1, dtype);
  Tensor sums = counts(tokens, depth, dtype, count_weights);
  if (mode == "multi_hot") return ops::minimum(sums, Tensor::full({}, 1, dtype, sums.device()));
  if (mode == "count") return sums;
  std::vector<double> weights = idf_weights;
  weights.resize(static_cast<std::size_t>(depth));  // of places that no term has yet
  const Tensor row = Tensor::copy_of(std::span<const double>(weights), {depth}, Device());
  return sums * row.cast(dtype).to(sums.device());
}

}  // namespace lamina
