// Docstrings of compiled functions as `inspect.signature` and `help` read them. CPython takes a
// signature from the first line, "name(x, axis=None)\n--\n\n"; pybind11 writes that line with
// types, which only people read. What docs/ says of a function follows its text.
#include <cstring>
#include <optional>
#include <string_view>

#include "bindings.hpp"
#include "compiled_functions.hpp"
#include "docs/docs.hpp"

namespace lamina::python {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// The place of `wanted` outside of brackets and quotes, or npos.
std::size_t find_outside(std::string_view text, std::string_view wanted) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (depth == 0 && text.substr(i).starts_with(wanted)) return i;
    if (c == '\'' || c == '"') quote = c;
    if (c == '(' || c == '[' || c == '{' || c == '<') ++depth;
    if (c == ')' || c == ']' || c == '}' || (c == '>' && i > 0 && text[i - 1] != '-')) --depth;
  }
  return std::string_view::npos;
}

// Of "axis: int | None = None": "axis=None". A default that is no plain value becomes "...".
std::string parameter_from(std::string_view text) {
  text = trimmed(text);
  const std::size_t colon = find_outside(text, ":");
  if (colon == std::string_view::npos) return std::string(text);  // *args, / and *
  const std::string_view rest = text.substr(colon + 1);
  std::string result(trimmed(text.substr(0, colon)));
  const std::size_t equals = find_outside(rest, " = ");
  if (equals == std::string_view::npos) return result;
  const std::string_view value = trimmed(rest.substr(equals + 3));
  const bool plain = !value.empty() && value.find('<') == std::string_view::npos &&
                     value.find(':') == std::string_view::npos;
  return result.append("=").append(plain ? value : "...");
}

// pybind11's "arg0" of a function that names no parameters, as those which only the package calls.
bool is_unnamed(std::string_view parameter) {
  return parameter.starts_with("arg") && parameter.size() > 3 &&
         parameter.find_first_not_of("0123456789", 3) == std::string_view::npos;
}

// What replaces pybind11's docstring; nothing where it tells no single signature.
std::optional<std::string> with_signature(std::string_view doc) {
  const std::string_view head = doc.substr(0, doc.find('\n'));
  const std::size_t open = head.find('(');
  if (open == std::string_view::npos ||
      doc.find("Overloaded function.") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view inner = head.substr(open + 1);
  const std::size_t close = find_outside(inner, ")");
  if (close == std::string_view::npos) return std::nullopt;
  inner = inner.substr(0, close);
  std::string text(head.substr(0, open + 1));
  while (!trimmed(inner).empty()) {
    const std::size_t comma = find_outside(inner, ",");
    if (text.back() != '(') text += ", ";
    const std::string parameter = parameter_from(inner.substr(0, comma));
    if (is_unnamed(parameter)) return std::nullopt;
    text += parameter;
    inner = comma == std::string_view::npos ? std::string_view() : inner.substr(comma + 1);
  }
  text += ")\n--\n\n";
  const std::size_t body = doc.find("\n\n");
  if (body != std::string_view::npos) text += doc.substr(body + 2);
  return text;
}

void tell_signature(py::handle function, std::string_view details = {}) {
  PyMethodDef* const definition = definition_of(function);
  if (definition == nullptr || definition->ml_doc == nullptr ||
      std::strstr(definition->ml_doc, "\n--\n\n") != nullptr) {
    return;
  }
  if (auto text = with_signature(definition->ml_doc)) {
    text->append(details);
    definition->ml_doc = strdup(text->c_str());  // for as long as the process lives
  }
}

}  // namespace

void tell_signatures(py::module_& m) {
  for (const auto& family :
       {activation_details, arithmetic_details, arrangement_details, creation_details,
        elementwise_details, joining_details, network_details, product_details, reduction_details,
        runtime_details, selection_details, window_details}) {
    for (const auto& [function, text] : family) tell_signature(m.attr(function), text);
  }
  for_each_bound(m, [](py::handle value) { tell_signature(value); });
}

}  // namespace lamina::python
