// The functions that pybind11 made, whose docstrings and messages are improved once all are bound.
#pragma once

#include "bindings.hpp"

namespace lamina::python {

/// How CPython knows the function; null for what is none.
inline PyMethodDef* definition_of(py::handle function) {
  PyObject* object = function.ptr();
  if (PyInstanceMethod_Check(object)) object = PyInstanceMethod_GET_FUNCTION(object);
  return PyCFunction_Check(object) ? reinterpret_cast<PyCFunctionObject*>(object)->m_ml : nullptr;
}

/// Calls visit(value) for everything in the module and in its classes.
template <class Visit>
void for_each_bound(py::module_& m, Visit visit) {
  for (const auto& [name, value] : py::dict(m.attr("__dict__"))) {
    visit(value);
    if (!PyType_Check(value.ptr())) continue;
    for (const auto& [own_name, own] : py::dict(value.attr("__dict__"))) visit(own);
  }
}

}  // namespace lamina::python
