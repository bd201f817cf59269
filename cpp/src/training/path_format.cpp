#include "training/path_format.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "core/check.hpp"
#include "core/join.hpp"

namespace lamina {
namespace {

struct Spec {
  bool zeros = false;
  int width = 0, precision = -1;
  char type = 0;
};

// Python's format specification, as far as paths use it: [0][width][.precision][type].
bool parse(std::string_view text, Spec& spec) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto number = [&](int& value) {
    const auto [after, error] = std::from_chars(at, end, value);
    const bool good = error == std::errc() && value <= 64;
    at = after;
    return good;
  };
  if (at != end && *at == '0') {
    spec.zeros = true;
    ++at;
  }
  if (at != end && *at >= '0' && *at <= '9' && !number(spec.width)) return false;
  if (at != end && *at == '.') {
    ++at;
    if (!number(spec.precision)) return false;
  }
  if (at != end && std::string_view("defg%").find(*at) != std::string_view::npos) spec.type = *at++;
  return at == end;
}

// Python's repr: the shortest digits that give the value back, with a point, or with an exponent
// where that is below -4 or above 15.
std::string shortest(double value) {
  char digits[32];
  const double size = std::abs(value);
  const bool is_fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  const auto [end, error] =
      is_fixed ? std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed)
               : std::to_chars(digits, digits + sizeof digits, value);
  std::string text(digits, end);
  if (text.find_first_of(".en") == text.npos) text += ".0";
  return text;
}

std::string digits_of(const PathValue& value, const Spec& spec) {
  const bool is_whole = std::holds_alternative<std::int64_t>(value);
  if (is_whole && (spec.type == 0 || spec.type == 'd')) {
    return std::to_string(std::get<std::int64_t>(value));
  }
  const double number =
      is_whole ? static_cast<double>(std::get<std::int64_t>(value)) : std::get<double>(value);
  if (spec.type == 0 && spec.precision < 0) return shortest(number);
  char text[400];  // a double has at most 309 digits before the point
  const char pattern[] = {'%', '.', '*',
                          spec.type == 0     ? 'g'
                          : spec.type == '%' ? 'f'
                                             : spec.type,
                          0};
  const double shown = spec.type == '%' ? 100 * number : number;
  std::snprintf(text, sizeof text, pattern, spec.precision < 0 ? 6 : spec.precision, shown);
  return spec.type == '%' ? std::string(text) + "%" : text;
}

std::string padded(std::string text, const Spec& spec) {
  const auto width = static_cast<std::size_t>(spec.width);
  if (text.size() >= width) return text;
  const bool signs = spec.zeros && text.starts_with('-');
  text.insert(signs ? 1 : 0, width - text.size(), spec.zeros ? '0' : ' ');
  return text;
}

std::string formatted(const std::string& owner, std::string_view field, const PathValues& values) {
  const std::size_t colon = field.find(':');
  const std::string name(field.substr(0, colon));
  const auto found = std::find_if(values.begin(), values.end(),
                                  [&](const auto& entry) { return entry.first == name; });
  if (found == values.end()) {
    fail(ErrorKind::value, owner, " got a filepath with '{", name,
         "}', which is not known; it may ", "hold ", join(values, &PathValues::value_type::first));
  }
  Spec spec;
  const std::string_view text = colon == field.npos ? std::string_view() : field.substr(colon + 1);
  const bool fits = parse(text, spec) &&
                    !(spec.type == 'd' && std::holds_alternative<double>(found->second)) &&
                    !(spec.precision >= 0 && spec.type == 'd');
  if (!fits) {
    fail(ErrorKind::value, owner, " got a filepath with '{", field,
         "}', expected a format such as ", "{epoch:02d} or {val_loss:.2f}");
  }
  return padded(digits_of(found->second, spec), spec);
}

}  // namespace

std::string format_path(const std::string& owner, const std::string& pattern,
                        const PathValues& values) {
  std::string path;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c != '{' && c != '}') {
      path += c;
    } else if (i + 1 < pattern.size() && pattern[i + 1] == c) {
      path += c;
      ++i;
    } else {
      const std::size_t end = c == '{' ? pattern.find('}', i) : pattern.npos;
      if (end == pattern.npos) {
        fail(ErrorKind::value, owner, " got the filepath '", pattern, "' with a single '", c,
             "'; write it twice if it belongs to the name");
      }
      path += formatted(owner, std::string_view(pattern).substr(i + 1, end - i - 1), values);
      i = end;
    }
  }
  return path;
}

}  // namespace lamina
