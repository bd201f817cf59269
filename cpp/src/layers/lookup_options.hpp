// What StringLookup and IntegerLookup check and describe alike; TextVectorization shares some.
#pragma once

#include <algorithm>

#include "core/options.hpp"
#include "lamina/text/vocabulary.hpp"
#include "layers/token_encoding.hpp"

namespace lamina {

template <class Visitor, class Options>
void describe_lookup(Visitor& visit, Options& options) {
  visit("max_tokens", options.max_tokens);
  visit("num_oov_indices", options.num_oov_indices);
  visit("mask_token", options.mask_token);
  visit("oov_token", options.oov_token);
  visit("vocabulary", options.vocabulary);
  visit("idf_weights", options.idf_weights);
  visit("invert", options.invert);
  visit("output_mode", options.output_mode);
  visit("pad_to_max_tokens", options.pad_to_max_tokens);
  visit("salt", options.salt);
}

/// The vocabulary's options, after a check of the layer's; `output_mode` becomes one that is known.
template <class Term, class Options>
VocabularyOptions<Term> checked_lookup(const std::string& owner, Options& options) {
  options.output_mode = output_mode_from(owner, options.output_mode);
  require(!options.invert || options.output_mode == "int", owner, "output_mode",
          options.output_mode, "'int' where invert is true");
  require(!options.pad_to_max_tokens || options.max_tokens, owner, "pad_to_max_tokens", true,
          "to come with max_tokens");
  require(options.salt.size() <= 2, owner, "salt of", options.salt.size(), "one or two numbers");
  VocabularyOptions<Term> made{.owner = owner,
                               .max_tokens = options.max_tokens,
                               .num_oov_indices = options.num_oov_indices,
                               .mask_token = options.mask_token,
                               .oov_token = options.oov_token,
                               .invert = options.invert,
                               .indexes_mask = options.output_mode == "int",
                               .weighs = options.output_mode == "tf_idf"};
  if (!options.salt.empty()) made.salt = {options.salt.front(), options.salt.back()};
  return made;
}

/// Options with what the vocabulary holds now. Special terms stand before the others where weights
/// do.
template <class Term, class Options>
Options with_vocabulary(Options options, const Vocabulary<Term>& vocabulary) {
  options.vocabulary = vocabulary.terms(vocabulary.options().weighs && !vocabulary.is_empty());
  options.idf_weights = vocabulary.idf_weights();
  return options;
}

/// How many terms a row has.
template <class Term, class Options>
std::int64_t lookup_depth(const std::string& owner, const Options& options,
                          const Vocabulary<Term>& vocabulary) {
  if (options.pad_to_max_tokens && options.max_tokens) return *options.max_tokens;
  if (vocabulary.is_empty()) {
    fail(ErrorKind::state, owner, " knows no terms yet, so that its rows have no length: give a ",
         "vocabulary, call adapt, or set max_tokens and pad_to_max_tokens");
  }
  return vocabulary.size();
}

inline void refuse_adapting(const std::string& owner, bool was_given) {
  if (!was_given) return;
  fail(ErrorKind::value, owner,
       " was made with a vocabulary, and learns none: make a layer without",
       ", or call set_vocabulary");
}

inline void refuse_unknown_vocabulary(const std::string& owner, bool is_empty) {
  if (!is_empty) return;
  fail(ErrorKind::state, owner, " knows no terms yet: give a vocabulary, or call adapt");
}

}  // namespace lamina
