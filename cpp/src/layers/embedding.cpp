#include "lamina/layers/embedding.hpp"

#include "lamina/ops/comparison.hpp"
#include "lamina/ops/indexing.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, EmbeddingOptions& options) {
  visit("input_dim", options.input_dim);
  visit("output_dim", options.output_dim);
  visit("embeddings_initializer", options.embeddings_initializer);
  visit("embeddings_regularizer", options.embeddings_regularizer);
  visit("embeddings_constraint", options.embeddings_constraint);
  visit("mask_zero", options.mask_zero);
}

Embedding::Embedding(EmbeddingOptions options)
    : UnaryLayer("Embedding", options.name), options_(std::move(options)) {
  require(options_.input_dim > 0, label(), "input_dim", options_.input_dim, "above 0");
  require(options_.output_dim > 0, label(), "output_dim", options_.output_dim, "above 0");
}

std::shared_ptr<Layer> Embedding::from_config(const Config& config) {
  return layer_from_config<Embedding>(config, EmbeddingOptions{.input_dim = 0, .output_dim = 0});
}

Config Embedding::config() const { return with_options(base_config(), options_); }

Shape Embedding::output_shape(const Shape& input_shape) const {
  Shape shape = input_shape;
  shape.push_back(options_.output_dim);
  return shape;
}

void Embedding::build(const Shape& /*input_shape*/) {
  embeddings_ = add_weight("embeddings", {options_.input_dim, options_.output_dim},
                           options_.embeddings_initializer,
                           {options_.embeddings_regularizer, options_.embeddings_constraint});
}

Dtype Embedding::input_dtype(Dtype /*given*/) const { return Dtype::int64; }

Tensor Embedding::call(const Tensor& inputs, bool /*training*/) {
  const Tensor rows = ops::embedding(embeddings_, inputs);
  // Here the mask begins: inputs that carry none have one to give all the same.
  return options_.mask_zero ? rows.with_mask(compute_mask(inputs).front()) : rows;
}

Tensors Embedding::compute_mask(const Tensors& inputs) const {
  if (!options_.mask_zero) return Tensor();
  const Tensor& given = inputs.front();
  return ops::not_equal(given, Tensor::scalar(0, given.dtype(), given.device()));
}

}  // namespace lamina
