// Operations on tensors of a graph, which have no values yet: Python records them.
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "bindings.hpp"

namespace lamina::python {

/// Thrown where an operand's values are asked for and it is a SymbolicTensor. A function of
/// lamina.ops catches it and records the call; elsewhere Python sees a type error.
class SymbolicOperand : public Error {
 public:
  SymbolicOperand();
};

/// Whether it is a SymbolicTensor.
bool is_symbolic(py::handle value);

/// What `lamina._symbolic.operation` gives for a call with these arguments: a SymbolicTensor or a
/// list of them. Tensors and arrays among the arguments are passed as they are; all else in the
/// form in which files hold it.
py::object symbolic_operation(
    const char* name, std::initializer_list<std::pair<std::string_view, py::object>> arguments);

}  // namespace lamina::python
