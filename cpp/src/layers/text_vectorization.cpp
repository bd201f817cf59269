#include "lamina/layers/text_vectorization.hpp"

#include <algorithm>

#include "layers/lookup_options.hpp"
#include "layers/options.hpp"
#include "text/unicode.hpp"

namespace lamina {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_punctuation(char c) {
  return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') ||
         (c >= '{' && c <= '~');
}

void split_words(std::string_view text, StringArray& words) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    words.push_back(text.substr(at, end - at));
    at = end;
  }
}

void split_characters(std::string_view text, StringArray& characters) {
  std::string character;
  for (std::size_t at = 0; at < text.size();) {
    character.clear();
    text::append_character(character, text::next_character(text, at));
    characters.push_back(character);
  }
}

// A function of the program, by its name.
[[noreturn]] void refuse_function(const std::string& owner, const char* option,
                                  const std::string& name) {
  fail(ErrorKind::state, owner, " has the function '", name, "' as its ", option,
       ", which is not at hand: in Python register it by lamina.saving.register_serializable ",
       "before the layer is loaded, in C++ call the steps after it on its results");
}

}  // namespace

template <class Visitor>
void describe(Visitor& visit, TextVectorizationOptions& options) {
  visit("max_tokens", options.max_tokens);
  visit("standardize", options.standardize);
  visit("split", options.split);
  visit("ngrams", options.ngrams);
  visit("output_mode", options.output_mode);
  visit("output_sequence_length", options.output_sequence_length);
  visit("pad_to_max_tokens", options.pad_to_max_tokens);
  visit("vocabulary", options.vocabulary);
  visit("idf_weights", options.idf_weights);
  visit("encoding", options.encoding);
}

TextVectorization::TextVectorization(TextVectorizationOptions options)
    : UnaryLayer("TextVectorization", options.name),
      options_(std::move(options)),
      vocabulary_([this] {
        options_.output_mode = output_mode_from(label(), options_.output_mode);
        const bool indexes = options_.output_mode == "int";
        return VocabularyOptions<std::string>{.owner = label(),
                                              .max_tokens = options_.max_tokens,
                                              .mask_token = "",
                                              .oov_token = "[UNK]",
                                              .indexes_mask = indexes,
                                              .weighs = options_.output_mode == "tf_idf"};
      }()),
      was_given_(!options_.vocabulary.empty()) {
  require(!options_.pad_to_max_tokens || options_.max_tokens, label(), "pad_to_max_tokens", true,
          "to come with max_tokens");
  if (const auto& length = options_.output_sequence_length) {
    require(options_.output_mode == "int", label(), "output_mode", options_.output_mode,
            "'int' for output_sequence_length");
    require(*length > 0, label(), "output_sequence_length", *length, "above 0");
  }
  for (std::int64_t n : options_.ngrams) require(n > 0, label(), "ngrams", n, "above 0");
  if (was_given_) set_vocabulary(options_.vocabulary, options_.idf_weights);
}

std::shared_ptr<Layer> TextVectorization::from_config(const Config& config) {
  return layer_from_config<TextVectorization>(config, TextVectorizationOptions{});
}

Config TextVectorization::config() const {
  return with_options(base_config(), with_vocabulary(options_, vocabulary_));
}

Shape TextVectorization::output_shape(const Shape& input_shape) const {
  const bool drops_axis = input_shape.rank() > 1 && (!options_.split || input_shape.last() == 1);
  Shape tokens = drops_axis ? input_shape.without(-1) : input_shape;
  tokens.push_back(options_.output_sequence_length.value_or(Shape::none));
  if (options_.output_mode == "int") return tokens;
  return encoded_shape(tokens, options_.output_mode, lookup_depth(label(), options_, vocabulary_));
}

std::vector<Dtype> TextVectorization::output_dtypes() const {
  return {options_.output_mode == "int" ? Dtype::int64 : dtype()};
}

StringArray TextVectorization::standardized(const StringArray& texts) const {
  if (!options_.standardize) return texts;
  const std::string& name = *options_.standardize;
  const bool lowers = name == "lower" || name == "lower_and_strip_punctuation";
  const bool strips = name == "strip_punctuation" || name == "lower_and_strip_punctuation";
  if (!lowers && !strips) refuse_function(label(), "standardize", name);
  StringArray result;
  std::string lowered;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string_view text = texts[i];
    if (lowers) {
      lowered.clear();
      text::append_lower(lowered, text);
      text = lowered;
    }
    if (!strips) {
      result.push_back(text);
      continue;
    }
    result.push_back({});
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size() && !is_punctuation(text[end])) ++end;
      result.extend_last(text.substr(at, end - at));
      at = end + 1;
    }
  }
  return result.reshape(texts.shape());
}

StringLists TextVectorization::split(const StringArray& texts) const {
  StringLists lists;
  const Shape& shape = texts.shape();
  if (!options_.split) {
    // What lies along the last axis is a list already.
    lists.values = texts;
    lists.shape = shape.rank() == 0 ? Shape{} : shape.without(-1);
    const std::int64_t count = lists.shape.size();
    for (std::int64_t i = 1; i <= count; ++i) {
      lists.ends.push_back(texts.size() / static_cast<std::size_t>(count) *
                           static_cast<std::size_t>(i));
    }
    return lists;
  }
  if (shape.rank() > 1 && shape.last() != 1) {
    fail(ErrorKind::value, label(), " splits texts of shape (n,) or (..., 1), got ", shape);
  }
  const std::string& name = *options_.split;
  if (name != "whitespace" && name != "character") refuse_function(label(), "split", name);
  lists.shape = shape.rank() > 1 ? shape.without(-1) : shape;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    name == "character" ? split_characters(texts[i], lists.values)
                        : split_words(texts[i], lists.values);
    lists.ends.push_back(lists.values.size());
  }
  return lists;
}

StringLists TextVectorization::terms_of(const StringLists& tokens) const {
  if (options_.ngrams.empty()) return tokens;
  StringLists terms;
  terms.shape = tokens.shape;
  std::size_t begin = 0;
  for (const std::size_t end : tokens.ends) {
    for (const std::int64_t n : options_.ngrams) {
      const auto width = static_cast<std::size_t>(n);
      for (std::size_t first = begin; width <= end - first; ++first) {
        terms.values.push_back(tokens.values[first]);
        for (std::size_t i = 1; i < width; ++i) {
          terms.values.extend_last(" ");
          terms.values.extend_last(tokens.values[first + i]);
        }
      }
    }
    terms.ends.push_back(terms.values.size());
    begin = end;
  }
  return terms;
}

Tensor TextVectorization::indexed(const StringLists& tokens) const {
  refuse_unknown_vocabulary(label(), vocabulary_.is_empty());
  const StringLists terms = terms_of(tokens);
  const bool is_int = options_.output_mode == "int";
  std::size_t longest = 0, begin = 0;
  for (const std::size_t end : terms.ends) {
    longest = std::max(longest, end - begin);
    begin = end;
  }
  const std::int64_t length =
      options_.output_sequence_length.value_or(static_cast<std::int64_t>(longest));
  Shape shape = terms.shape;
  shape.push_back(length);
  // Padding is the mask: index 0, or none.
  std::vector<std::int64_t> indices(static_cast<std::size_t>(shape.size()),
                                    is_int ? 0 : Vocabulary<std::string>::dropped);
  begin = 0;
  auto row = indices.begin();
  for (const std::size_t end : terms.ends) {
    const std::size_t kept = std::min(end - begin, static_cast<std::size_t>(length));
    for (std::size_t i = 0; i < kept; ++i) {
      row[static_cast<std::ptrdiff_t>(i)] = vocabulary_.index_of(terms.values[begin + i]);
    }
    row += length;
    begin = end;
  }
  Tensor padded = Tensor::copy_of(std::span<const std::int64_t>(indices), shape);
  if (is_int) return padded;
  return encode_tokens(padded, options_.output_mode, lookup_depth(label(), options_, vocabulary_),
                       dtype(), vocabulary_.idf_weights());
}

void TextVectorization::adapt(const StringArray& texts) {
  reset_state();
  StringArray samples = texts;
  const auto count = static_cast<std::int64_t>(texts.size());
  update_state(
      split(standardized(texts.shape().rank() == 1 ? samples.reshape({count, 1}) : samples)));
  finalize_state();
}

void TextVectorization::update_state(const StringLists& tokens) {
  refuse_adapting(label(), was_given_);
  const StringLists terms = terms_of(tokens);
  std::size_t at = 0;
  for (const std::size_t end : terms.ends) {
    vocabulary_.next_document();
    for (; at < end; ++at) vocabulary_.count(terms.values[at]);
  }
}

Tensor TextVectorization::call(const Tensor& /*inputs*/, bool /*training*/) {
  fail(ErrorKind::type, label(), " maps strings, which tensors do not hold, so that no model runs ",
       "it: call it on the data first, and give the model its results");
}

}  // namespace lamina
