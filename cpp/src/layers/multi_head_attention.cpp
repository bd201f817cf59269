#include "lamina/layers/multi_head_attention.hpp"

#include <algorithm>

#include "lamina/ops/activations.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/attention.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/dense.hpp"
#include "lamina/ops/dropout.hpp"
#include "layers/attention_axes.hpp"
#include "layers/attention_calls.hpp"
#include "layers/call_scope.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, MultiHeadAttentionOptions& options) {
  visit("num_heads", options.num_heads);
  visit("key_dim", options.key_dim);
  visit("value_dim", options.value_dim);
  visit("dropout", options.dropout);
  visit("use_bias", options.use_bias);
  visit("output_shape", options.output_shape);
  visit("attention_axes", options.attention_axes);
  visit("sliding_window", options.sliding_window);
  visit("flash_attention", options.flash_attention);
  visit("kernel_initializer", options.kernel_initializer);
  visit("bias_initializer", options.bias_initializer);
  visit("kernel_regularizer", options.kernel_regularizer);
  visit("bias_regularizer", options.bias_regularizer);
  visit("activity_regularizer", options.activity_regularizer);
  visit("kernel_constraint", options.kernel_constraint);
  visit("bias_constraint", options.bias_constraint);
  visit("use_gate", options.use_gate);
  visit("seed", options.seed);
}

namespace {

// Whether positions lie nearer than `window`: (T, S).
Tensor band(std::int64_t queries, std::int64_t keys, std::int64_t window, Device device) {
  const std::int64_t reach = std::min(window - 1, std::max(queries, keys));
  const Tensor ones = Tensor::full({queries, keys}, 1, Dtype::float32, device);
  return ops::triu(ops::tril(ones, reach), -reach).cast(Dtype::boolean);
}

Tensor both(const Tensor& a, const Tensor& b) {
  return !a.defined() ? b : !b.defined() ? a : ops::logical_and(a, b);
}

}  // namespace

MultiHeadAttention::MultiHeadAttention(MultiHeadAttentionOptions options)
    : MultiHeadAttention("MultiHeadAttention", options, options.num_heads) {}

MultiHeadAttention::MultiHeadAttention(std::string type, MultiHeadAttentionOptions options,
                                       std::int64_t key_heads)
    : Layer(std::move(type), options.name),
      options_(std::move(options)),
      key_heads_(key_heads),
      value_dim_(options_.value_dim.value_or(options_.key_dim)) {
  const MultiHeadAttentionOptions& o = options_;
  require(o.num_heads > 0, label(), "its number of heads", o.num_heads, "above 0");
  require(o.key_dim > 0, label(), "key_dim", o.key_dim, "above 0");
  require(value_dim_ > 0, label(), "value_dim", value_dim_, "above 0");
  require(o.dropout >= 0 && o.dropout <= 1, label(), "dropout", o.dropout, "in [0, 1]");
  if (o.sliding_window) {
    require(*o.sliding_window > 0, label(), "sliding_window", *o.sliding_window, "above 0");
  }
  for (const std::int64_t extent : o.output_shape.value_or(std::vector<std::int64_t>{})) {
    require(extent > 0, label(), "each extent of output_shape", extent, "above 0");
  }
  if (o.flash_attention.value_or(false) && o.dropout > 0) {
    fail(ErrorKind::value, label(), " got flash_attention=True and dropout=", o.dropout,
         ", which do not go together (in Keras too); leave one out");
  }
}

std::shared_ptr<Layer> MultiHeadAttention::from_config(const Config& config) {
  return layer_from_config<MultiHeadAttention>(
      config, MultiHeadAttentionOptions{.num_heads = 0, .key_dim = 0});
}

Config MultiHeadAttention::config() const { return with_options(base_config(), options_); }

std::vector<std::string> MultiHeadAttention::argument_names() const {
  return {"query_mask",     "value_mask",      "key_mask",
          "attention_mask", "use_causal_mask", "return_attention_scores"};
}

std::vector<int> MultiHeadAttention::axes_for(const Shape& query) const {
  std::vector<int> axes;
  if (!options_.attention_axes) {
    for (int axis = 1; axis + 1 < query.rank(); ++axis) axes.push_back(axis);
    return axes;
  }
  for (const std::int64_t wanted : *options_.attention_axes) {
    const int axis = axis_of(query, wanted);
    const bool is_fit = axis > 0 && axis + 1 < query.rank() &&
                        std::find(axes.begin(), axes.end(), axis) == axes.end();
    if (!is_fit) {
      fail(ErrorKind::value, label(), " got attention axis ", wanted, " for queries ", query,
           ", expected axes between the batch and the features, each once");
    }
    axes.push_back(axis);
  }
  if (axes.empty()) fail(ErrorKind::value, label(), " needs at least one attention axis");
  return axes;
}

bool MultiHeadAttention::accepts(const Shapes& shapes) const {
  if (shapes.size() != 2 && shapes.size() != 3) {
    fail(ErrorKind::value, label(), " takes a query, a value and perhaps a key, got ",
         shapes.size(), " tensors");
  }
  const Shape &query = shapes[0], &value = shapes[1], &key = shapes.back();
  bool fit = query.rank() >= 3 && value.rank() == query.rank() && key.rank() == query.rank();
  if (fit) {
    const std::vector<int> axes = axes_for(query);
    for (int axis = 0; axis + 1 < query.rank(); ++axis) {
      const bool attended = std::find(axes.begin(), axes.end(), axis) != axes.end();
      fit = fit && agree(value[axis], key[axis]) && (attended || agree(query[axis], value[axis]));
    }
  }
  if (fit && built()) {
    const auto features = [](const Projection& p) { return p.kernel.shape()[0]; };
    fit = query.last() == features(query_) && value.last() == features(value_) &&
          key.last() == features(key_);
    if (!fit) {
      fail(ErrorKind::value, label(), " was built for a query, a value and a key of ",
           features(query_), ", ", features(value_), " and ", features(key_), " features, got ",
           shapes.str());
    }
  }
  if (!fit) {
    fail(ErrorKind::value, label(), " got ", shapes.str(),
         ", expected a query (batch, T, dim), a value (batch, S, any) and a key (batch, S, any), "
         "which is the value unless it is given");
  }
  return true;
}

MultiHeadAttention::Projection MultiHeadAttention::add_projection(const std::string& name,
                                                                  const Shape& kernel,
                                                                  int bias_axes) {
  const MultiHeadAttentionOptions& o = options_;
  Projection projection;
  projection.kernel = add_weight(name + "/kernel", kernel, o.kernel_initializer,
                                 {o.kernel_regularizer, o.kernel_constraint});
  if (o.use_bias) {
    projection.bias = add_weight(name + "/bias", kernel.from(kernel.rank() - bias_axes),
                                 o.bias_initializer, {o.bias_regularizer, o.bias_constraint});
  }
  return projection;
}

void MultiHeadAttention::build(const Shapes& input_shapes) {
  accepts(input_shapes);
  const MultiHeadAttentionOptions& o = options_;
  const std::int64_t query = input_shapes[0].last(), value = input_shapes[1].last(),
                     key = input_shapes.back().last();
  query_ = add_projection("query", {query, o.num_heads, o.key_dim}, 2);
  key_ = add_projection("key", {key, key_heads_, o.key_dim}, 2);
  if (o.use_gate) gate_ = add_projection("gate", {query, o.num_heads, value_dim_}, 2);
  value_ = add_projection("value", {value, key_heads_, value_dim_}, 2);
  const std::vector<std::int64_t> outputs =
      o.output_shape ? *o.output_shape : std::vector<std::int64_t>{query};
  Shape kernel{o.num_heads, value_dim_};
  for (const std::int64_t extent : outputs) kernel.push_back(extent);
  output_ = add_projection("attention_output", kernel, static_cast<int>(outputs.size()));
  random_ = add_random_stream("dropout");
  if (o.seed) random_.restore(static_cast<std::uint64_t>(*o.seed), 0);
}

Shapes MultiHeadAttention::output_shapes(const Shapes& shapes) const {
  accepts(shapes);
  const Shape& query = shapes[0];
  Shape output = query;
  if (options_.output_shape) {
    output = {};
    for (int axis = 0; axis + 1 < query.rank(); ++axis) output.push_back(query[axis]);
    for (const std::int64_t extent : *options_.output_shape) output.push_back(extent);
  }
  if (!flag(CallScope::arguments_of(*this), "return_attention_scores")) return output;
  const AttentionAxes axes(query.rank(), axes_for(query));
  return {output, axes.scores_shape(options_.num_heads, query, shapes[1])};
}

// One product, with the kernel's first `bound_axes` axes as rows.
Tensor MultiHeadAttention::project(const Tensor& inputs, const Projection& projection,
                                   int bound_axes) {
  const Shape kernel = projection.kernel.shape();
  const std::int64_t rows = product(kernel, 0, bound_axes),
                     cols = product(kernel, bound_axes, kernel.rank());
  const Tensor bias = options_.use_bias ? projection.bias.value().reshape({cols}) : Tensor();
  Shape shape;
  for (int axis = 0; axis + bound_axes < inputs.rank(); ++axis) {
    shape.push_back(inputs.shape()[axis]);
  }
  Tensor bare = inputs;
  if (bound_axes > 1) {
    Shape joined = shape;
    joined.push_back(rows);
    bare = inputs.reshape(joined);
  }
  for (int axis = bound_axes; axis < kernel.rank(); ++axis) shape.push_back(kernel[axis]);
  return ops::dense(bare, projection.kernel.value().reshape({rows, cols}), bias, "linear")
      .reshape(shape);
}

// What each head's weights are ruled out by beside causality: (sequences, heads, steps, steps), or
// undefined.
Tensor MultiHeadAttention::mask_for(const Tensors& inputs, const CallContext& context,
                                    const std::vector<int>& axes) const {
  const Tensor &query = inputs[0], &value = inputs[1];
  const AttentionAxes arrangement(query.rank(), axes);
  const auto attended = static_cast<int>(axes.size());
  const auto steps_mask = [&](const char* name, const Tensor& input) {
    const Tensors given = context.argument(name);
    Tensor mask = given.defined() ? given.front() : input.mask();
    if (!mask.defined()) return mask;
    if (attended != 1 || mask.rank() != 2 || axes[0] != 1 || mask.shape()[1] != input.shape()[1] ||
        (mask.shape()[0] != input.shape()[0] && mask.shape()[0] != 1)) {
      fail(ErrorKind::value, label(), " got a ", name, " of shape ", mask.shape(), " for inputs ",
           input.shape(),
           ", expected (batch, steps), and attention along axis 1; "
           "give another as attention_mask");
    }
    return mask.cast(Dtype::boolean);
  };
  Tensor mask;
  if (const Tensor own = steps_mask("query_mask", query); own.defined()) {
    mask = ops::expand_dims(own, 2);
  }
  if (const Tensor own = steps_mask("value_mask", value); own.defined()) {
    mask = both(mask, ops::expand_dims(own, 1));
  }
  if (inputs.size() == 3 || context.argument("key_mask").defined()) {
    const Tensor own = steps_mask("key_mask", inputs[inputs.size() - 1]);
    if (own.defined()) mask = both(mask, ops::expand_dims(own, 1));
  }
  const Tensors given = context.argument("attention_mask");
  if (!mask.defined() && !given.defined() && !options_.sliding_window) return {};
  const Shape scores = arrangement.scores_shape(options_.num_heads, query.shape(), value.shape());
  if (mask.defined()) mask = arrangement.joined_mask(mask, scores, label());
  if (options_.sliding_window) {
    const int rank = scores.rank();
    const std::int64_t queries = product(scores, rank - 2 * attended, rank - attended),
                       keys = product(scores, rank - attended, rank);
    mask = both(mask, band(queries, keys, *options_.sliding_window, query.device())
                          .reshape({1, 1, queries, keys}));
  }
  if (!given.defined()) return mask;
  return both(arrangement.joined_mask(given.front().cast(Dtype::boolean), scores, label()), mask);
}

Tensors MultiHeadAttention::call(const Tensors& inputs, const CallContext& context) {
  const Shape query_shape = inputs[0].shape();
  const std::vector<int> axes = axes_for(query_shape);
  const AttentionAxes arrangement(query_shape.rank(), axes);
  const bool returns_scores = flag(context.arguments, "return_attention_scores");
  if (returns_scores && options_.flash_attention.value_or(false)) {
    fail(ErrorKind::value, label(),
         " got flash_attention=True and return_attention_scores=True, "
         "which do not go together (in Keras too); leave one out");
  }
  const ops::AttentionArguments arguments{.mask = mask_for(inputs, context, axes),
                                          .is_causal = flag(context.arguments, "use_causal_mask")};
  const auto projected = [&](const Tensor& input, const Projection& projection) {
    const Tensor heads = project(input, projection, 1);
    regularize_activity(options_.activity_regularizer, heads);
    return heads;
  };
  const Tensor query = arrangement.joined(projected(inputs[0], query_));
  const Tensor key = arrangement.joined(projected(inputs[inputs.size() - 1], key_));
  const Tensor value = arrangement.joined(projected(inputs[1], value_));

  Tensor heads, scores;
  const bool drops = context.is_training() && options_.dropout > 0;
  if (drops || returns_scores) {
    scores = ops::attention_weights(query, key, arguments);
    heads = ops::weighted_values(drops ? ops::dropout(scores, options_.dropout, random_) : scores,
                                 value);
  } else {
    heads = ops::dot_product_attention(query, key, value, arguments);
  }
  heads = arrangement.separated(heads, query_shape);
  if (options_.use_gate) {
    const Tensor gate = ops::sigmoid(project(inputs[0], gate_, 1));
    regularize_activity(options_.activity_regularizer, gate);
    heads = heads * gate;
  }
  const Tensor output = project(heads, output_, 2);
  regularize_activity(options_.activity_regularizer, output);
  if (!returns_scores) return output;
  return {output, scores.reshape(arrangement.scores_shape(options_.num_heads, query_shape,
                                                          inputs[1].shape()))};
}

}  // namespace lamina
