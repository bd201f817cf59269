#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"
#include "lamina/text/string_array.hpp"
#include "lamina/text/vocabulary.hpp"

namespace lamina {

struct StringLookupOptions {
  std::optional<std::int64_t> max_tokens = {};
  std::int64_t num_oov_indices = 1;
  std::optional<std::string> mask_token = {};
  std::optional<std::string> oov_token = "[UNK]";  ///< what unknown indices become when inverted
  std::vector<std::string> vocabulary = {};
  std::vector<double> idf_weights = {};  ///< beside a vocabulary in the mode tf_idf
  bool invert = false;
  std::string output_mode = "int";  ///< or "one_hot", "multi_hot", "count", "tf_idf"
  bool pad_to_max_tokens = false;
  std::vector<std::int64_t> salt = {};  ///< one or two numbers, by which unknown terms are spread
  std::string encoding = "utf-8";       ///< of bytes that Python programs give
  std::string name = {};
};

/// Strings to indices of a vocabulary, which is given or learnt by `adapt`. It works on data, not
/// within a model: tensors hold no strings. A model that holds it keeps it in its file.
class LAMINA_API StringLookup : public UnaryLayer {
 public:
  explicit StringLookup(StringLookupOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  /// So that a model can be described, and kept in a file, though no model runs it.
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Dtype> output_dtypes() const override;

  /// int64 indices of that shape, or rows over all terms: (..., length) to (..., terms), in the
  /// mode one_hot (..., length, terms).
  Tensor transform(const StringArray& strings) const;
  /// The terms at indices, when inverted.
  StringArray inverted(const Tensor& indices) const;

  /// The most frequent strings of the data, in place of what it knew. Each sample is a document.
  void adapt(const StringArray& data);
  void set_vocabulary(const std::vector<std::string>& terms,
                      const std::vector<double>& idf_weights = {}) {
    vocabulary_.set(terms, idf_weights);
  }
  const Vocabulary<std::string>& vocabulary() const noexcept { return vocabulary_; }

  // The parts of `adapt`, for data in several batches.
  void reset_state() { vocabulary_.reset_counts(); }
  void update_state(const StringArray& batch);
  void finalize_state() { vocabulary_.finish_counts(); }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  StringLookupOptions options_;
  Vocabulary<std::string> vocabulary_;
  bool was_given_;
};

}  // namespace lamina
