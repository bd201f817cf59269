#include "lamina/layers/category_encoding.hpp"

#include "layers/options.hpp"
#include "layers/token_encoding.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, CategoryEncodingOptions& options) {
  visit("num_tokens", options.num_tokens);
  visit("output_mode", options.output_mode);
}

CategoryEncoding::CategoryEncoding(CategoryEncodingOptions options)
    : Layer("CategoryEncoding", options.name), options_(std::move(options)) {
  require(options_.num_tokens > 0, label(), "num_tokens", options_.num_tokens, "above 0");
  options_.output_mode = output_mode_from(label(), options_.output_mode);
  const std::string& mode = options_.output_mode;
  require(mode != "int" && mode != "tf_idf", label(), "output_mode", mode,
          "to be 'one_hot', 'multi_hot' or 'count'");
}

std::shared_ptr<Layer> CategoryEncoding::from_config(const Config& config) {
  return layer_from_config<CategoryEncoding>(config, CategoryEncodingOptions{.num_tokens = 0});
}

Config CategoryEncoding::config() const { return with_options(base_config(), options_); }

Shapes CategoryEncoding::output_shapes(const Shapes& input_shapes) const {
  return encoded_shape(input_shapes.front(), options_.output_mode, options_.num_tokens);
}

Tensors CategoryEncoding::call(const Tensors& inputs, const CallContext& context) {
  const Tensors given = context.argument("count_weights");
  Tensor weights;
  if (!given.empty()) {
    weights = given.front();
    require(options_.output_mode == "count", label(), "output_mode", options_.output_mode,
            "'count' for count_weights");
    if (weights.shape() != inputs.front().shape()) {
      fail(ErrorKind::value, label(), " needs count_weights of the inputs' shape ",
           inputs.front().shape(), ", got ", weights.shape());
    }
    weights = weights.cast(dtype());
  }
  return encode_tokens(inputs.front(), options_.output_mode, options_.num_tokens, dtype(), {},
                       weights);
}

}  // namespace lamina
