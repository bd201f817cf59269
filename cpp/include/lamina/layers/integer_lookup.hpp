#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"
#include "lamina/text/vocabulary.hpp"

namespace lamina {

struct IntegerLookupOptions {
  std::optional<std::int64_t> max_tokens = {};
  std::int64_t num_oov_indices = 1;
  std::optional<std::int64_t> mask_token = {};
  std::optional<std::int64_t> oov_token = -1;  ///< what unknown indices become when inverted
  std::vector<std::int64_t> vocabulary = {};
  std::vector<double> idf_weights = {};  ///< beside a vocabulary in the mode tf_idf
  bool invert = false;
  std::string output_mode = "int";  ///< or "one_hot", "multi_hot", "count", "tf_idf"
  bool pad_to_max_tokens = false;
  std::string oov_method = "floormod";  ///< or "farmhash": which place an unknown number gets
  std::vector<std::int64_t> salt = {};  ///< one or two numbers, for farmhash
  std::string name = {};
};

/// Whole numbers to indices of a vocabulary, which is given or learnt by `adapt`: any shape, int64;
/// or to rows over all its terms. Part of a model it runs on the model's device.
class LAMINA_API IntegerLookup : public UnaryLayer {
 public:
  explicit IntegerLookup(IntegerLookupOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Dtype> output_dtypes() const override;

  /// The most frequent numbers of the data, in place of what it knew. Each sample is a document.
  void adapt(const Tensor& data);
  void set_vocabulary(const std::vector<std::int64_t>& terms,
                      const std::vector<double>& idf_weights = {});
  const Vocabulary<std::int64_t>& vocabulary() const noexcept { return vocabulary_; }

  // The parts of `adapt`, for data in several batches.
  void reset_state() { vocabulary_.reset_counts(); }
  void update_state(const Tensor& batch);
  void finalize_state();

 protected:
  void build(const Shape& input_shape) override;
  Tensor call(const Tensor& inputs, bool training) override;
  Dtype input_dtype(Dtype /*given*/) const override { return Dtype::int64; }

 private:
  bool has_depth() const noexcept { return options_.output_mode != "int"; }
  bool hashes() const noexcept;
  std::int64_t depth() const;
  void make_tables();
  Tensor looked_up(const Tensor& inputs) const;
  Tensor inverted(const Tensor& inputs) const;

  IntegerLookupOptions options_;
  Vocabulary<std::int64_t> vocabulary_;
  bool was_given_;
  // On the layer's device: terms in ascending order and their indices; inverted, the term at each
  // index, and the unknown one behind them.
  Tensor keys_, indices_, terms_;
  std::int64_t built_depth_ = 0;
};

}  // namespace lamina
