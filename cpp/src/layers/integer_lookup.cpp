#include "lamina/layers/integer_lookup.hpp"

#include <algorithm>

#include "backend/backend.hpp"
#include "core/faults.hpp"
#include "core/tensor_impl.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/indexing.hpp"
#include "layers/lookup_options.hpp"
#include "layers/options.hpp"
#include "layers/token_encoding.hpp"

namespace lamina {

template <class Visitor>
void describe(Visitor& visit, IntegerLookupOptions& options) {
  describe_lookup(visit, options);
  visit("oov_method", options.oov_method);
}

IntegerLookup::IntegerLookup(IntegerLookupOptions options)
    : UnaryLayer("IntegerLookup", options.name),
      options_(std::move(options)),
      vocabulary_([this] {
        auto made = checked_lookup<std::int64_t>(label(), options_);
        require(options_.oov_method == "floormod" || hashes(), label(), "oov_method",
                options_.oov_method, "to be 'floormod' or 'farmhash'");
        require(!made.salt || hashes(), label(), "oov_method", options_.oov_method,
                "'farmhash' for a salt");
        made.hashes = hashes();
        return made;
      }()),
      was_given_(!options_.vocabulary.empty()) {
  if (was_given_) vocabulary_.set(options_.vocabulary, options_.idf_weights);
}

std::shared_ptr<Layer> IntegerLookup::from_config(const Config& config) {
  return layer_from_config<IntegerLookup>(config, IntegerLookupOptions{});
}

Config IntegerLookup::config() const {
  return with_options(base_config(), with_vocabulary(options_, vocabulary_));
}

bool IntegerLookup::hashes() const noexcept { return options_.oov_method == "farmhash"; }

Shape IntegerLookup::output_shape(const Shape& input_shape) const {
  return has_depth() ? encoded_shape(input_shape, options_.output_mode, depth()) : input_shape;
}

std::vector<Dtype> IntegerLookup::output_dtypes() const {
  return {has_depth() ? dtype() : Dtype::int64};
}

std::int64_t IntegerLookup::depth() const { return lookup_depth(label(), options_, vocabulary_); }

void IntegerLookup::adapt(const Tensor& data) {
  reset_state();
  update_state(data.rank() == 1 ? data.reshape({-1, 1}) : data);
  finalize_state();
}

void IntegerLookup::update_state(const Tensor& batch) {
  refuse_adapting(label(), was_given_);
  if (is_floating(batch.dtype())) {
    fail(ErrorKind::type, label(), " adapts to whole numbers, got ", name_of(batch.dtype()));
  }
  const std::vector<std::int64_t> values = batch.cast(Dtype::int64).to_vector<std::int64_t>();
  const std::size_t rows = batch.rank() < 2 ? 1 : static_cast<std::size_t>(batch.shape()[0]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % (values.size() / rows) == 0) vocabulary_.next_document();
    vocabulary_.count(values[i]);
  }
}

void IntegerLookup::finalize_state() {
  vocabulary_.finish_counts();
  if (built()) make_tables();
}

void IntegerLookup::set_vocabulary(const std::vector<std::int64_t>& terms,
                                   const std::vector<double>& idf_weights) {
  vocabulary_.set(terms, idf_weights);
  if (built()) make_tables();
}

void IntegerLookup::build(const Shape& /*input_shape*/) {
  if (has_depth()) built_depth_ = depth();
  if (!vocabulary_.is_empty()) make_tables();
}

void IntegerLookup::make_tables() {
  if (has_depth() && depth() != built_depth_) {
    fail(ErrorKind::state, label(), " gave rows of ", built_depth_, " when it was built, with the ",
         "new vocabulary they have ", depth(), "; build a new model, or set pad_to_max_tokens");
  }
  const std::vector<std::int64_t> terms = vocabulary_.terms(false);
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
  std::vector<std::int64_t> by_index(static_cast<std::size_t>(vocabulary_.size()) + 1);
  for (std::int64_t term : terms) pairs.emplace_back(term, vocabulary_.index_of(term));
  if (options_.mask_token) {
    pairs.emplace_back(*options_.mask_token, vocabulary_.index_of(*options_.mask_token));
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<std::int64_t> keys, indices;
  for (const auto& [key, index] : pairs) {
    keys.push_back(key);
    indices.push_back(index);
  }
  for (std::size_t i = 0; i < by_index.size(); ++i) {
    by_index[i] = vocabulary_.term_at(static_cast<std::int64_t>(i));
  }
  const auto on_device = [&](const std::vector<std::int64_t>& values) {
    return Tensor::copy_of(std::span<const std::int64_t>(values),
                           {static_cast<std::int64_t>(values.size())}, device());
  };
  keys_ = on_device(keys);
  indices_ = on_device(indices);
  terms_ = on_device(by_index);
}

Tensor IntegerLookup::call(const Tensor& inputs, bool /*training*/) {
  refuse_unknown_vocabulary(label(), vocabulary_.is_empty());
  const NoGrad no_grad;
  if (options_.invert) return inverted(inputs);
  Tensor found = looked_up(inputs);
  if (!has_depth()) return found;
  return encode_tokens(found, options_.output_mode, depth(), dtype(), vocabulary_.idf_weights());
}

// Hashing needs each number as text, and so waits for the device.
Tensor IntegerLookup::looked_up(const Tensor& inputs) const {
  if (hashes() && options_.num_oov_indices > 1) {
    std::vector<std::int64_t> values = inputs.to_vector<std::int64_t>();
    for (std::int64_t& value : values) value = vocabulary_.index_of(value);
    return Tensor::copy_of(std::span<const std::int64_t>(values), inputs.shape(), inputs.device());
  }
  const Tensor keys = keys_.to(inputs.device()), indices = indices_.to(inputs.device());
  const auto whole = [](const Tensor& t) { return static_cast<const std::int64_t*>(t.data()); };
  Tensor found = Tensor::empty_like(inputs);
  const FaultCheck fault("IntegerLookup", FaultKind::term, inputs.device());
  backend_of(inputs).find_keys({inputs.size(), keys.size(), whole(inputs), whole(keys),
                                whole(indices), vocabulary_.first_unknown(),
                                options_.num_oov_indices,
                                static_cast<std::int64_t*>(found.mutable_data()), fault.record()});
  fault.look(inputs.shape());
  return found;
}

Tensor IntegerLookup::inverted(const Tensor& inputs) const {
  const auto whole = [&](std::int64_t value) {
    return Tensor::scalar(value, Dtype::int64, inputs.device());
  };
  const std::int64_t size = vocabulary_.size();
  const Tensor known =
      ops::logical_and(ops::greater_equal(inputs, whole(0)), ops::less(inputs, whole(size)));
  return ops::take(terms_.to(inputs.device()), ops::where(known, inputs, whole(size)), 0);
}

}  // namespace lamina
