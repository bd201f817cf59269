// Which index stands for which term: what StringLookup, IntegerLookup and TextVectorization share.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "lamina/export.hpp"

namespace lamina {

template <class Term>
struct VocabularyOptions {
  std::string owner;  ///< "StringLookup 'words'", for messages
  std::optional<std::int64_t> max_tokens = {};
  std::int64_t num_oov_indices = 1;
  std::optional<Term> mask_token = {}, oov_token = {};
  bool invert = false;
  bool indexes_mask = true;  ///< whether the mask has index 0, or none
  bool weighs = false;       ///< whether terms have weights (tf_idf)
  bool hashes = false;       ///< whether unknown integers are hashed, as strings always are
  std::optional<std::pair<std::int64_t, std::int64_t>> salt = {};
};

/// Terms in the order of their indices: the mask, if it has one, as many places for unknown terms
/// as were asked for, then what was given, or counted in data. `Term` is std::string or
/// std::int64_t.
template <class Term>
class LAMINA_API Vocabulary {
 public:
  using View = std::conditional_t<std::is_same_v<Term, std::string>, std::string_view, Term>;
  /// What stands for a mask without an index.
  static constexpr std::int64_t dropped = -1;

  explicit Vocabulary(VocabularyOptions<Term> options);

  /// Terms, with or without the special ones before them, and the weight of each.
  void set(const std::vector<Term>& terms, const std::vector<double>& idf_weights = {});

  // Learning from data: the most frequent terms first, among equals the greatest first.

  void reset_counts();
  /// Counts one term of the document that the last `next_document` began.
  void count(View term);
  void next_document() { ++documents_; }
  /// Takes up what was counted; a value error if that is nothing.
  void finish_counts();

  bool is_empty() const noexcept { return terms_.empty(); }
  /// Of all terms, special ones included.
  std::int64_t size() const noexcept {
    return first_term() + static_cast<std::int64_t>(terms_.size());
  }
  std::vector<Term> terms(bool include_special_tokens = true) const;
  /// One for each index, in tf_idf mode.
  const std::vector<double>& idf_weights() const noexcept { return idf_weights_; }

  /// The index of a term: `dropped` for a mask without one; a value error for an unknown term where
  /// there is no place for it.
  std::int64_t index_of(View term) const;
  /// The term at an index; the unknown one where there is none.
  View term_at(std::int64_t index) const;

  std::int64_t first_unknown() const noexcept {
    return options_.mask_token && options_.indexes_mask ? 1 : 0;
  }
  std::int64_t first_term() const noexcept { return first_unknown() + options_.num_oov_indices; }
  const VocabularyOptions<Term>& options() const noexcept { return options_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(View term) const noexcept { return std::hash<View>()(term); }
  };
  struct Counts {
    std::int64_t terms = 0, documents = 0, last_document = 0;
  };
  template <class Value>
  using Map = std::unordered_map<Term, Value, Hash, std::equal_to<>>;

  std::vector<Term> special_tokens() const;
  void take(std::vector<Term> terms);
  std::int64_t unknown(View term) const;

  VocabularyOptions<Term> options_;
  std::vector<Term> terms_;
  Map<std::int64_t> indices_;
  std::vector<double> idf_weights_;
  Map<Counts> counts_;
  std::int64_t documents_ = 0;
};

/// The lines of a text file, one term each; an IO error if it cannot be read.
LAMINA_API std::vector<std::string> read_vocabulary(const std::string& path);

}  // namespace lamina
