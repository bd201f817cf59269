// The operations of lamina.ops by name, as graphs and files hold them.
#pragma once

#include <functional>
#include <string_view>

#include "lamina/core/config.hpp"
#include "lamina/core/tensors.hpp"
#include "lamina/export.hpp"

namespace lamina::ops {

/// A call of an operation whose arguments are read already: what it gives for these tensors.
using Operation = std::function<Tensors(const TensorList& inputs)>;

/// A call by name and arguments, which are those of Python by parameter name:
///   {"x": {"tensor": 0}, "axis": 1, "keepdims": true}
/// {"tensor": i} stands for inputs[i], lists of these for lists of tensors, {"constant": numbers,
/// "dtype": name} for a tensor that is always the same. Numbers and lists of numbers in place of a
/// tensor have no dtype of their own and take that of the operand beside them. Numbers that JSON
/// lacks are "inf", "-inf" and "nan"; dtypes are NumPy's names. The subscript x[key] is "getitem",
/// with "key" a list of {"slice": [start, stop, step]}, {"index": 3}, {"ellipsis": true},
/// {"newaxis": true} and {"tensor": 1}. "constant" gives its "value", by itself or
/// "for_each_sample" of its "x", which ties it to a graph. A value error names what is unknown or
/// missing.
Operation operation(std::string_view name, const Config& arguments);

/// The same at once.
LAMINA_INTERNAL_API Tensors apply_operation(std::string_view name, const TensorList& inputs,
                                            const Config& arguments);

/// The parameters of an operation with their defaults, as Python writes them: "x, axis=-1".
LAMINA_INTERNAL_API std::string_view operation_signature(std::string_view name);
/// Whether it gives a list of tensors, perhaps of one ("split"), where others give one.
LAMINA_INTERNAL_API bool gives_several(std::string_view name);

/// Of parameter `i` of such a signature, "axis=-1"; empty past the last one.
constexpr std::string_view parameter_of(std::string_view signature, std::size_t i) {
  while (i-- > 0) {
    const std::size_t comma = signature.find(", ");
    if (comma == std::string_view::npos) return {};
    signature.remove_prefix(comma + 2);
  }
  return signature.substr(0, signature.find(", "));
}
constexpr bool has_default(std::string_view parameter) {
  return parameter.find('=') != std::string_view::npos;
}
constexpr std::string_view name_of_parameter(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}
/// As Python writes it.
constexpr std::string_view default_of(std::string_view parameter) {
  return parameter.substr(parameter.find('=') + 1);
}

}  // namespace lamina::ops
