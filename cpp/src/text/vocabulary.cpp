#include "lamina/text/vocabulary.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <numeric>

#include "core/options.hpp"
#include "text/hashing.hpp"
#include "text/unicode.hpp"

namespace lamina {
namespace {

std::string shown(std::string_view term) { return concat("'", term, "'"); }
std::string shown(std::int64_t term) { return concat(term); }

template <class Term>
std::string shown(const std::vector<Term>& terms) {
  std::string result;
  for (const Term& term : terms) result += (result.empty() ? "" : ", ") + shown(term);
  return "[" + result + "]";
}

bool is_text(std::string_view term) { return text::is_utf8(term); }
bool is_text(std::int64_t /*term*/) { return true; }

std::int64_t below(std::int64_t buckets, std::uint64_t hash) {
  return static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(buckets));
}

}  // namespace

template <class Term>
Vocabulary<Term>::Vocabulary(VocabularyOptions<Term> options) : options_(std::move(options)) {
  const std::string& owner = options_.owner;
  if (options_.max_tokens) {
    require(*options_.max_tokens > 1, owner, "max_tokens", *options_.max_tokens, "above 1");
  }
  // An index of 2^40 or more could not be a row of anything.
  require(options_.num_oov_indices >= 0 && options_.num_oov_indices < std::int64_t{1} << 40, owner,
          "num_oov_indices", options_.num_oov_indices, "in [0, 2^40)");
}

template <class Term>
std::vector<Term> Vocabulary<Term>::special_tokens() const {
  std::vector<Term> result;
  if (first_unknown() == 1 && options_.mask_token) result.push_back(*options_.mask_token);
  if (options_.oov_token) {
    result.insert(result.end(), static_cast<std::size_t>(options_.num_oov_indices),
                  *options_.oov_token);
  }
  return result;
}

template <class Term>
void Vocabulary<Term>::set(const std::vector<Term>& given, const std::vector<double>& idf_weights) {
  const std::string& owner = options_.owner;
  if (given.empty()) fail(ErrorKind::value, owner, " got an empty vocabulary");
  if (options_.weighs && idf_weights.empty()) {
    fail(ErrorKind::value, owner, " needs idf_weights beside a vocabulary in the mode 'tf_idf'");
  }
  if (!options_.weighs && !idf_weights.empty()) {
    fail(ErrorKind::value, owner, " got idf_weights, which are for the mode 'tf_idf' alone");
  }
  if (options_.weighs && idf_weights.size() != given.size()) {
    fail(ErrorKind::value, owner, " got ", idf_weights.size(), " idf_weights for ", given.size(),
         " terms, expected one each");
  }
  const std::vector<Term> special = special_tokens();
  const bool has_special = given.size() >= special.size() &&
                           static_cast<std::int64_t>(special.size()) == first_term() &&
                           std::equal(special.begin(), special.end(), given.begin());
  const auto begin = given.begin() + (has_special ? first_term() : 0);
  std::vector<Term> terms(begin, given.end());
  // A place for an unknown term is worth the average.
  std::vector<double> weights = idf_weights;
  if (options_.weighs && !has_special) {
    const double mean =
        std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
    weights.insert(weights.begin(), static_cast<std::size_t>(first_term()), mean);
  }
  const auto misplaced = [&](const std::optional<Term>& token, const char* name) {
    if (!token || std::find(terms.begin(), terms.end(), *token) == terms.end()) return;
    fail(ErrorKind::value, owner, " found its ", name, " ", shown(*token),
         " among the vocabulary's terms; leave special tokens out, or begin the vocabulary with ",
         shown(special));
  };
  misplaced(options_.mask_token, "mask_token");
  if (options_.invert) misplaced(options_.oov_token, "oov_token");
  take(std::move(terms));
  idf_weights_ = std::move(weights);
}

template <class Term>
void Vocabulary<Term>::take(std::vector<Term> terms) {
  const std::string& owner = options_.owner;
  Map<std::int64_t> indices;
  std::int64_t index = first_term();
  for (const Term& term : terms) {
    if (!is_text(term)) fail(ErrorKind::value, owner, " got a term that is no UTF-8 text");
    if (!indices.emplace(term, index++).second) {
      fail(ErrorKind::value, owner, " got the term ", shown(term), " twice in its vocabulary");
    }
  }
  if (options_.max_tokens && index > *options_.max_tokens) {
    fail(ErrorKind::value, owner, " got a vocabulary of ", index, " terms, special ones included, ",
         "above max_tokens=", *options_.max_tokens);
  }
  terms_ = std::move(terms);
  indices_ = std::move(indices);
}

template <class Term>
void Vocabulary<Term>::reset_counts() {
  counts_.clear();
  documents_ = 0;
}

template <class Term>
void Vocabulary<Term>::count(View term) {
  auto found = counts_.find(term);
  if (found == counts_.end()) found = counts_.emplace(Term(term), Counts{}).first;
  Counts& counts = found->second;
  ++counts.terms;
  if (counts.last_document != documents_) {
    counts.last_document = documents_;
    ++counts.documents;
  }
}

template <class Term>
void Vocabulary<Term>::finish_counts() {
  for (const auto& token : {options_.mask_token, options_.oov_token}) {
    if (token) counts_.erase(*token);
  }
  if (counts_.empty()) {
    fail(ErrorKind::value, options_.owner, " got no terms to make a vocabulary of");
  }
  std::vector<std::pair<Term, Counts>> sorted(counts_.begin(), counts_.end());
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return a.second.terms != b.second.terms ? a.second.terms > b.second.terms : a.first > b.first;
  });
  if (options_.max_tokens) {
    const std::int64_t room = std::max<std::int64_t>(*options_.max_tokens - first_term(), 0);
    if (static_cast<std::int64_t>(sorted.size()) > room) {
      sorted.resize(static_cast<std::size_t>(room));
    }
  }
  std::vector<Term> terms;
  std::vector<double> weights;
  double sum = 0;
  for (auto& [term, counts] : sorted) {
    terms.push_back(std::move(term));
    // Keras divides whole numbers as real ones.
    weights.push_back(
        std::log1p(static_cast<double>(documents_) / static_cast<double>(1 + counts.documents)));
    sum += weights.back();
  }
  take(std::move(terms));
  idf_weights_.clear();
  if (options_.weighs) {
    const double mean = weights.empty() ? 0 : sum / static_cast<double>(weights.size());
    idf_weights_.assign(static_cast<std::size_t>(first_term()), mean);
    idf_weights_.insert(idf_weights_.end(), weights.begin(), weights.end());
  }
  reset_counts();
}

template <class Term>
std::vector<Term> Vocabulary<Term>::terms(bool include_special_tokens) const {
  if (!include_special_tokens) return terms_;
  std::vector<Term> result = special_tokens();
  result.insert(result.end(), terms_.begin(), terms_.end());
  return result;
}

template <class Term>
std::int64_t Vocabulary<Term>::index_of(View term) const {
  if (options_.mask_token && term == View(*options_.mask_token)) {
    return options_.indexes_mask ? 0 : dropped;
  }
  const auto found = indices_.find(term);
  return found != indices_.end() ? found->second : unknown(term);
}

template <class Term>
std::int64_t Vocabulary<Term>::unknown(View term) const {
  const std::int64_t places = options_.num_oov_indices;
  if (places == 0) {
    fail(ErrorKind::value, options_.owner, " got ", shown(term),
         ", which its vocabulary lacks: with num_oov_indices=0 it must hold every input");
  }
  if (places == 1) return first_unknown();
  const auto hashed = [&](std::string_view bytes) {
    const auto& salt = options_.salt;
    return below(places, salt ? text::siphash(bytes, static_cast<std::uint64_t>(salt->first),
                                              static_cast<std::uint64_t>(salt->second))
                              : text::fingerprint64(bytes));
  };
  if constexpr (std::is_same_v<Term, std::string>) {
    return first_unknown() + hashed(term);
  } else {
    if (options_.hashes) return first_unknown() + hashed(std::to_string(term));
    const std::int64_t rest = term % places;
    return first_unknown() + (rest < 0 ? rest + places : rest);
  }
}

template <class Term>
auto Vocabulary<Term>::term_at(std::int64_t index) const -> View {
  if (index == 0 && first_unknown() == 1 && options_.mask_token) return *options_.mask_token;
  const std::int64_t place = index - first_term();
  if (place >= 0 && place < static_cast<std::int64_t>(terms_.size())) {
    return terms_[static_cast<std::size_t>(place)];
  }
  return options_.oov_token ? View(*options_.oov_token) : View{};
}

template class Vocabulary<std::string>;
template class Vocabulary<std::int64_t>;

std::vector<std::string> read_vocabulary(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    fail(ErrorKind::io, "cannot open the vocabulary ", shown(path), ": ", std::strerror(errno));
  std::vector<std::string> terms;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    terms.push_back(std::move(line));
  }
  if (file.bad()) fail(ErrorKind::io, "cannot read the vocabulary ", shown(path));
  return terms;
}

}  // namespace lamina
