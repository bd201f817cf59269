// What a user reads where a compiled function cannot take the arguments. pybind11 lists types of
// C++, and every value that came, a million numbers if need be.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "compiled_functions.hpp"
#include "core/check.hpp"
#include "core/join.hpp"

namespace lamina::python {
namespace {

// pybind11's function behind all functions, by either of CPython's conventions.
void (*dispatch)() = nullptr;
using Fast = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != text.npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// Of "    1. (self: lamina._lamina.Tensor, axis: typing.SupportsInt | typing.SupportsIndex = 0) ->
// int": "(axis: int = 0)".
std::string readable(std::string_view line) {
  const std::size_t open = line.find('('), arrow = line.rfind(" -> ");
  std::string text(line.substr(open, arrow == line.npos ? arrow : arrow - open));
  if (text.starts_with("(self: ")) {
    const std::size_t comma = text.find_first_of(",)");
    text = text[comma] == ',' ? "(" + text.substr(comma + 2) : "()";
  }
  for (const auto& [what, by] : std::initializer_list<std::pair<const char*, const char*>>{
           {"typing.SupportsInt | typing.SupportsIndex", "int"},
           {"typing.SupportsFloat | typing.SupportsIndex", "float"},
           {"collections.abc.", ""},
           {"lamina._lamina.", ""},
           {": object", ""}}) {
    text = replaced(std::move(text), what, by);
  }
  return text;
}

// Plain values themselves, of all others the type.
std::string shown(py::handle value) {
  PyObject* const object = value.ptr();
  const bool plain = value.is_none() || PyBool_Check(object) || PyLong_CheckExact(object) ||
                     PyFloat_CheckExact(object) || PyUnicode_CheckExact(object);
  if (!plain) return type_name(value);
  const py::str text = py::repr(value);
  constexpr std::size_t most = 60;
  if (py::len(text) <= most) return text;
  return text[py::slice(0, most, 1)].cast<std::string>() + "...";
}

std::string given(py::handle args, py::handle kwargs, bool has_self) {
  std::vector<std::string> all;
  for (std::size_t i = has_self ? 1 : 0; i < py::len(args); ++i) {
    all.push_back(shown(args[py::int_(i)]));
  }
  if (kwargs) {
    for (const auto& [name, value] : py::reinterpret_borrow<py::dict>(kwargs)) {
      all.push_back(concat(name.cast<std::string>(), "=", shown(value)));
    }
  }
  return concat("(", join(all), ")");
}

// Of pybind11's message, or nothing where it says something else.
std::string plain_message(std::string_view text, py::handle args, py::handle kwargs) {
  const std::size_t name_end = text.find("(): incompatible ");
  if (name_end == text.npos) return {};
  std::string expected;
  bool has_self = false;
  for (std::size_t at = text.find("\n    "); at != text.npos; at = text.find("\n    ", at + 1)) {
    const std::string_view line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    if (line.find('(') == line.npos) return {};
    has_self = has_self || line.find("(self: ") != line.npos;
    expected += (expected.empty() ? "" : " or ") + readable(line);
  }
  return concat(text.substr(0, name_end), "() cannot take ", given(args, kwargs, has_self),
                ", expected ", expected);
}

// Puts plain words in the place of pybind11's.
void rewrite_error(const py::object& args, const py::object& kwargs) {
  py::error_already_set error;
  const std::string message =
      plain_message(py::str(error.value()).cast<std::string>(), args, kwargs);
  if (message.empty()) {
    error.restore();
  } else {
    PyErr_SetString(PyExc_TypeError, message.c_str());
  }
}

bool is_refused(const PyObject* result) {
  return result == nullptr && PyErr_ExceptionMatches(PyExc_TypeError) != 0;
}

PyObject* call(PyObject* self, PyObject* args, PyObject* kwargs) {
  PyObject* const result = reinterpret_cast<PyCFunctionWithKeywords>(dispatch)(self, args, kwargs);
  if (is_refused(result)) {
    rewrite_error(py::reinterpret_borrow<py::object>(args),
                  py::reinterpret_borrow<py::object>(kwargs));
  }
  return result;
}

PyObject* call_fast(PyObject* self, PyObject* const* given, Py_ssize_t count, PyObject* names) {
  PyObject* const result = reinterpret_cast<Fast>(dispatch)(self, given, count, names);
  if (is_refused(result)) {
    py::list args;
    py::dict kwargs;
    for (Py_ssize_t i = 0; i < count; ++i) args.append(py::handle(given[i]));
    for (Py_ssize_t i = 0; names != nullptr && i < PyTuple_GET_SIZE(names); ++i) {
      kwargs[py::handle(PyTuple_GET_ITEM(names, i))] = py::handle(given[count + i]);
    }
    rewrite_error(args, kwargs);
  }
  return result;
}

void explain(py::handle function) {
  PyMethodDef* const definition = definition_of(function);
  if (definition == nullptr) return;
  const auto own = reinterpret_cast<void (*)()>(definition->ml_meth);
  if (dispatch == nullptr) dispatch = own;
  if (own != dispatch) return;
  const bool is_fast = (definition->ml_flags & METH_FASTCALL) != 0;
  definition->ml_meth = reinterpret_cast<PyCFunction>(
      is_fast ? reinterpret_cast<void (*)()>(&call_fast) : reinterpret_cast<void (*)()>(&call));
}

}  // namespace

void explain_arguments(py::module_& m) {
  explain(m.attr("set_floatx"));  // the first: any function that pybind11 made
  for_each_bound(m, [](py::handle value) {
    explain(value);
    if (Py_IS_TYPE(value.ptr(), &PyProperty_Type) != 0) explain(value.attr("fset"));
  });
}

}  // namespace lamina::python
