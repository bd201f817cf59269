#pragma once

#include <optional>

#include "lamina/layers/unary_layer.hpp"
#include "lamina/text/string_array.hpp"
#include "lamina/text/vocabulary.hpp"

namespace lamina {

struct TextVectorizationOptions {
  std::optional<std::int64_t> max_tokens = {};
  /// "lower_and_strip_punctuation", "lower", "strip_punctuation" or none. Any other name is that of
  /// a function of the program, which calls the steps after it itself.
  std::optional<std::string> standardize = "lower_and_strip_punctuation";
  /// "whitespace", "character" or none; other names as above.
  std::optional<std::string> split = "whitespace";
  std::vector<std::int64_t> ngrams = {};  ///< how many tokens make a term; none for single ones
  std::string output_mode = "int";        ///< or "one_hot", "multi_hot", "count", "tf_idf"
  std::optional<std::int64_t> output_sequence_length = {};
  bool pad_to_max_tokens = false;
  std::vector<std::string> vocabulary = {};
  std::vector<double> idf_weights = {};  ///< beside a vocabulary in the mode tf_idf
  std::string encoding = "utf-8";        ///< of bytes that Python programs give
  std::string name = {};
};

/// Texts to indices of their words or characters, by a vocabulary that is given or learnt by
/// `adapt`. It works on data, not within a model: tensors hold no strings. A model that holds it
/// keeps it in its file.
class LAMINA_API TextVectorization : public UnaryLayer {
 public:
  explicit TextVectorization(TextVectorizationOptions options = {});
  static std::shared_ptr<Layer> from_config(const Config& config);
  Config config() const override;
  /// So that a model can be described, and kept in a file, though no model runs it.
  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Dtype> output_dtypes() const override;

  /// Texts (...) or (..., 1) to int64 indices (..., longest or output_sequence_length), padded by
  /// 0; or to rows over all terms: (..., terms), in the mode one_hot (..., longest, terms).
  Tensor transform(const StringArray& texts) const { return indexed(split(standardized(texts))); }

  // The steps of `transform`, each of which a program may replace by its own.

  /// Small letters (Unicode's simple mapping) and no ASCII punctuation, as the options say.
  StringArray standardized(const StringArray& texts) const;
  /// Words between ASCII white space, or characters.
  StringLists split(const StringArray& texts) const;
  /// Makes n-grams of tokens, and looks them up.
  Tensor indexed(const StringLists& tokens) const;

  /// The most frequent terms of the texts, in place of what it knew. Each text is a document.
  void adapt(const StringArray& texts);
  void set_vocabulary(const std::vector<std::string>& terms,
                      const std::vector<double>& idf_weights = {}) {
    vocabulary_.set(terms, idf_weights);
  }
  const Vocabulary<std::string>& vocabulary() const noexcept { return vocabulary_; }

  // The parts of `adapt`, for data in several batches.
  void reset_state() { vocabulary_.reset_counts(); }
  void update_state(const StringLists& tokens);
  void finalize_state() { vocabulary_.finish_counts(); }

 protected:
  Tensor call(const Tensor& inputs, bool training) override;

 private:
  StringLists terms_of(const StringLists& tokens) const;

  TextVectorizationOptions options_;
  Vocabulary<std::string> vocabulary_;
  bool was_given_;
};

}  // namespace lamina
