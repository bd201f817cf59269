#include "symbolic.hpp"

#include <pybind11/gil_safe_call_once.h>

#include <cmath>

namespace lamina::python {
namespace {

// As JSON can hold it, but for tensors and arrays.
py::object plain(py::handle value) {
  if (PyFloat_Check(value.ptr()) && !std::isfinite(PyFloat_AS_DOUBLE(value.ptr()))) {
    return py::str(py::float_(py::reinterpret_borrow<py::object>(value)));  // "inf", "-inf", "nan"
  }
  if (py::isinstance<py::list>(value) || py::isinstance<py::tuple>(value)) {
    py::list items;
    for (py::handle item : value) items.append(plain(item));
    return items;
  }
  if (py::isinstance(value, py::module_::import("numpy").attr("generic"))) {
    return plain(value.attr("item")());
  }
  return py::reinterpret_borrow<py::object>(value);
}

}  // namespace

SymbolicOperand::SymbolicOperand()
    : Error(ErrorKind::type,
            "a symbolic tensor has no values: give it to layers or to functions of lamina.ops, "
            "and call the model on data") {}

bool is_symbolic(py::handle value) {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<py::object> store;
  const py::object& type = store
                               .call_once_and_store_result([] {
                                 return py::module_::import("lamina._symbolic")
                                     .attr("SymbolicTensor")
                                     .cast<py::object>();
                               })
                               .get_stored();
  return PyObject_TypeCheck(value.ptr(), reinterpret_cast<PyTypeObject*>(type.ptr())) != 0;
}

py::object symbolic_operation(
    const char* name, std::initializer_list<std::pair<std::string_view, py::object>> arguments) {
  py::dict call;
  for (const auto& [parameter, value] : arguments) call[py::str(parameter)] = plain(value);
  return py::module_::import("lamina._symbolic").attr("operation")(name, call);
}

}  // namespace lamina::python
