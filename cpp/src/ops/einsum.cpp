#include <algorithm>
#include <cctype>
#include <map>

#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/arrangement.hpp"
#include "lamina/ops/composed.hpp"
#include "lamina/ops/matmul.hpp"
#include "lamina/ops/reduction.hpp"
#include "ops/support.hpp"

namespace lamina::ops {
namespace {

// A tensor whose axes have letters.
struct Lettered {
  Tensor tensor;
  std::string letters;
};

bool has(const std::string& letters, char letter) {
  return letters.find(letter) != std::string::npos;
}

[[noreturn]] void refuse(const std::string& subscripts, const std::string& reason) {
  fail(ErrorKind::value, "einsum got \"", subscripts, "\": ", reason);
}

// Replaces "..." by characters that are no letters, one an axis, counted from the last.
std::string spell_out(const std::string& subscripts, const std::string& term, int axes) {
  const std::size_t dots = term.find("...");
  if (dots == std::string::npos) return term;
  std::string result = term.substr(0, dots);
  if (axes < 0) refuse(subscripts, "an operand has fewer axes than letters");
  for (int i = axes; i > 0; --i) result += static_cast<char>('0' + i);
  return result + term.substr(dots + 3);
}

void check_letters(const std::string& subscripts, const std::string& letters) {
  for (const char letter : letters) {
    if (std::isalnum(static_cast<unsigned char>(letter)) == 0) {
      refuse(subscripts, std::string("'") + letter + "' is no letter");
    }
  }
}

// Sums over the axes whose letters are not wanted.
Lettered keep(const Lettered& x, const std::string& wanted) {
  Lettered result{x.tensor, ""};
  std::vector<int> summed;
  for (std::size_t i = 0; i < x.letters.size(); ++i) {
    if (has(wanted, x.letters[i])) {
      result.letters += x.letters[i];
    } else {
      summed.push_back(static_cast<int>(i));
    }
  }
  if (!summed.empty()) result.tensor = sum(x.tensor, summed);
  return result;
}

Tensor arrange(const Lettered& x, const std::string& order) {
  std::vector<int> axes;
  for (char letter : order) axes.push_back(static_cast<int>(x.letters.find(letter)));
  return axes.empty() ? x.tensor : transpose(x.tensor, axes);
}

// One matrix product: letters of both that are wanted number the matrices, letters of both that are
// not are summed over.
Lettered contract(const Lettered& left, const Lettered& right, const std::string& wanted) {
  const Lettered a = keep(left, wanted + right.letters), b = keep(right, wanted + left.letters);
  std::string batch, summed, rows, cols;
  std::int64_t batch_size = 1, summed_size = 1, row_size = 1, col_size = 1;
  Shape shape;
  const auto extent = [](const Lettered& x, char letter) {
    return x.tensor.shape()[static_cast<int>(x.letters.find(letter))];
  };
  for (char letter : a.letters) {
    if (!has(b.letters, letter)) {
      rows += letter;
      row_size *= extent(a, letter);
    } else if (has(wanted, letter)) {
      batch += letter;
      batch_size *= extent(a, letter);
    } else {
      summed += letter;
      summed_size *= extent(a, letter);
    }
  }
  for (char letter : b.letters) {
    if (has(a.letters, letter)) continue;
    cols += letter;
    col_size *= extent(b, letter);
  }
  for (char letter : batch) shape.push_back(extent(a, letter));
  for (char letter : rows) shape.push_back(extent(a, letter));
  for (char letter : cols) shape.push_back(extent(b, letter));
  const Tensor left_stack = arrange(a, batch + rows + summed);
  const Tensor right_stack = arrange(b, batch + summed + cols);
  const Tensor product = batch.empty()
                             ? matmul(left_stack.reshape({row_size, summed_size}),
                                      right_stack.reshape({summed_size, col_size}))
                             : matmul(left_stack.reshape({batch_size, row_size, summed_size}),
                                      right_stack.reshape({batch_size, summed_size, col_size}));
  return {product.reshape(shape), batch + rows + cols};
}

struct Parsed {
  std::vector<std::string> terms;
  std::string result;
};

Parsed parse(const std::string& subscripts, const TensorList& operands) {
  std::string text;
  for (char c : subscripts) {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0)
      refuse(subscripts, "digits are no letters");
    if (c != ' ') text += c;
  }
  const std::size_t arrow = text.find("->");
  const std::string inputs = text.substr(0, arrow);
  Parsed parsed;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = inputs.find(',', begin);
    parsed.terms.push_back(inputs.substr(begin, comma - begin));
    if (comma == std::string::npos) break;
    begin = comma + 1;
  }
  if (parsed.terms.size() != operands.size()) {
    refuse(subscripts, "it names " + std::to_string(parsed.terms.size()) + " operands, got " +
                           std::to_string(operands.size()));
  }
  int leading = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const bool dots = parsed.terms[i].find("...") != std::string::npos;
    const int axes = operands[i].rank() - static_cast<int>(parsed.terms[i].size()) + (dots ? 3 : 0);
    if (!dots && axes != 0) {
      refuse(subscripts,
             "'" + parsed.terms[i] + "' does not fit shape " + operands[i].shape().str());
    }
    if (dots) leading = std::max(leading, axes);
    parsed.terms[i] = spell_out(subscripts, parsed.terms[i], axes);
    check_letters(subscripts, parsed.terms[i]);
  }
  if (arrow != std::string::npos) {
    parsed.result = spell_out(subscripts, text.substr(arrow + 2), leading);
  } else {  // the leading axes, then letters that occur once, in alphabetical order
    for (int i = leading; i > 0; --i) parsed.result += static_cast<char>('0' + i);
    std::string all, once;
    for (const std::string& term : parsed.terms) all += term;
    for (char letter : all) {
      const bool is_letter = std::isdigit(static_cast<unsigned char>(letter)) == 0;
      if (is_letter && std::count(all.begin(), all.end(), letter) == 1) once += letter;
    }
    std::sort(once.begin(), once.end());
    parsed.result += once;
  }
  check_letters(subscripts, parsed.result);
  for (char letter : parsed.result) {
    if (std::count(parsed.result.begin(), parsed.result.end(), letter) > 1) {
      refuse(subscripts, std::string("'") + letter + "' occurs twice in the result");
    }
    const bool known = std::any_of(parsed.terms.begin(), parsed.terms.end(),
                                   [&](const std::string& term) { return has(term, letter); });
    if (!known) refuse(subscripts, std::string("no operand has '") + letter + "'");
  }
  return parsed;
}

// Leading axes ("...") of extent 1 broadcast: an operand goes without those that another has
// longer.
void drop_repeated(Parsed& parsed, TensorList& operands) {
  std::map<char, std::int64_t> longest;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    for (std::size_t axis = 0; axis < parsed.terms[i].size(); ++axis) {
      std::int64_t& extent = longest.try_emplace(parsed.terms[i][axis], 1).first->second;
      extent = std::max(extent, operands[i].shape()[static_cast<int>(axis)]);
    }
  }
  for (std::size_t i = 0; i < operands.size(); ++i) {
    std::string kept;
    Shape shape;
    for (std::size_t axis = 0; axis < parsed.terms[i].size(); ++axis) {
      const char letter = parsed.terms[i][axis];
      const std::int64_t extent = operands[i].shape()[static_cast<int>(axis)];
      const bool leading = std::isdigit(static_cast<unsigned char>(letter)) != 0;
      if (leading && extent == 1 && longest[letter] > 1) continue;
      kept += letter;
      shape.push_back(extent);
    }
    operands[i] = operands[i].reshape(shape);
    parsed.terms[i] = kept;
  }
}

// A letter that occurs twice in one term stands for the diagonal of its axes.
Lettered without_twins(Lettered x) {
  for (std::size_t i = 0; i < x.letters.size();) {
    const char letter = x.letters[i];
    const std::size_t twin = x.letters.find(letter, i + 1);
    if (twin == std::string::npos) {
      ++i;
      continue;
    }
    x.tensor = diagonal(x.tensor, 0, static_cast<int>(i), static_cast<int>(twin));
    x.letters.erase(twin, 1);
    x.letters.erase(i, 1);
    x.letters += letter;
  }
  return x;
}

void check_extents(const std::string& subscripts, const Parsed& parsed,
                   const TensorList& operands) {
  std::string seen;
  std::vector<std::int64_t> extents;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    for (std::size_t axis = 0; axis < parsed.terms[i].size(); ++axis) {
      const char letter = parsed.terms[i][axis];
      const std::int64_t extent = operands[i].shape()[static_cast<int>(axis)];
      const std::size_t at = seen.find(letter);
      if (at == std::string::npos) {
        seen += letter;
        extents.push_back(extent);
      } else if (extents[at] != extent) {
        refuse(subscripts, std::string("axis '") + letter + "' has extents " +
                               std::to_string(extents[at]) + " and " + std::to_string(extent));
      }
    }
  }
}

}  // namespace

Tensor einsum(const std::string& subscripts, const TensorList& given) {
  if (given.empty()) refuse(subscripts, "it needs at least one operand");
  TensorList operands = given;
  Parsed parsed = parse(subscripts, operands);
  drop_repeated(parsed, operands);
  check_extents(subscripts, parsed, operands);
  Lettered x = without_twins({operands[0], parsed.terms[0]});
  for (std::size_t i = 1; i < operands.size(); ++i) {
    std::string later = parsed.result;
    for (std::size_t j = i + 1; j < operands.size(); ++j) later += parsed.terms[j];
    x = contract(x, without_twins({operands[i], parsed.terms[i]}), later);
  }
  return arrange(keep(x, parsed.result), parsed.result);
}

}  // namespace lamina::ops
