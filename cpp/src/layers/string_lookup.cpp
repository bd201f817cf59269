#include "lamina/layers/string_lookup.hpp"

#include "layers/lookup_options.hpp"
#include "layers/options.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, StringLookupOptions& options) {
  describe_lookup(visit, options);
  visit("encoding", options.encoding);
}

StringLookup::StringLookup(StringLookupOptions options)
    : UnaryLayer("StringLookup", options.name),
      options_(std::move(options)),
      vocabulary_(checked_lookup<std::string>(label(), options_)),
      was_given_(!options_.vocabulary.empty()) {
  if (was_given_) set_vocabulary(options_.vocabulary, options_.idf_weights);
}

std::shared_ptr<Layer> StringLookup::from_config(const Config& config) {
  return layer_from_config<StringLookup>(config, StringLookupOptions{});
}

Config StringLookup::config() const {
  return with_options(base_config(), with_vocabulary(options_, vocabulary_));
}

Shape StringLookup::output_shape(const Shape& input_shape) const {
  if (options_.output_mode == "int") return input_shape;
  return encoded_shape(input_shape, options_.output_mode,
                       lookup_depth(label(), options_, vocabulary_));
}

std::vector<Dtype> StringLookup::output_dtypes() const {
  return {options_.output_mode == "int" ? Dtype::int64 : dtype()};
}

Tensor StringLookup::transform(const StringArray& strings) const {
  refuse_unknown_vocabulary(label(), vocabulary_.is_empty());
  if (options_.invert) {
    fail(ErrorKind::type, label(), " is inverted: it takes indices, got strings");
  }
  std::vector<std::int64_t> indices(strings.size());
  for (std::size_t i = 0; i < strings.size(); ++i) indices[i] = vocabulary_.index_of(strings[i]);
  Tensor tokens = Tensor::copy_of(std::span<const std::int64_t>(indices), strings.shape());
  if (options_.output_mode == "int") return tokens;
  return encode_tokens(tokens, options_.output_mode, lookup_depth(label(), options_, vocabulary_),
                       dtype(), vocabulary_.idf_weights());
}

StringArray StringLookup::inverted(const Tensor& indices) const {
  refuse_unknown_vocabulary(label(), vocabulary_.is_empty());
  if (!options_.invert) {
    fail(ErrorKind::type, label(), " takes strings, got a tensor, which holds none; a layer with ",
         "invert=True takes indices");
  }
  if (is_floating(indices.dtype())) {
    fail(ErrorKind::type, label(), " takes whole numbers as indices, got ",
         name_of(indices.dtype()));
  }
  StringArray terms;
  for (const std::int64_t index : indices.cast(Dtype::int64).to_vector<std::int64_t>()) {
    terms.push_back(vocabulary_.term_at(index));
  }
  return terms.reshape(indices.shape());
}

void StringLookup::adapt(const StringArray& data) {
  reset_state();
  StringArray samples = data;
  const auto count = static_cast<std::int64_t>(data.size());
  update_state(data.shape().rank() == 1 ? samples.reshape({count, 1}) : samples);
  finalize_state();
}

void StringLookup::update_state(const StringArray& batch) {
  refuse_adapting(label(), was_given_);
  const Shape& shape = batch.shape();
  const std::size_t rows = shape.rank() < 2 ? 1 : static_cast<std::size_t>(shape[0]);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (i % (batch.size() / rows) == 0) vocabulary_.next_document();
    vocabulary_.count(batch[i]);
  }
}

Tensor StringLookup::call(const Tensor& /*inputs*/, bool /*training*/) {
  fail(ErrorKind::type, label(), " maps strings, which tensors do not hold, so that no model runs ",
       "it: call it on the data first, and give the model its results");
}

}  // namespace lamina
