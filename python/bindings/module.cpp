// The extension module lamina._lamina: the core as Python's faces use it.
#include "bindings.hpp"
#include "lamina/version.hpp"

namespace lamina::python {
namespace {

PyObject* python_type_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::value: return PyExc_ValueError;
    case ErrorKind::type: return PyExc_TypeError;
    case ErrorKind::index: return PyExc_IndexError;
    case ErrorKind::io: return PyExc_OSError;
    case ErrorKind::state: return PyExc_RuntimeError;
    case ErrorKind::memory: return PyExc_MemoryError;
  }
  return PyExc_RuntimeError;
}

void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const Error& error) {
    // A message may quote bytes of a damaged file.
    const std::string_view text = error.what();
    const auto size = static_cast<Py_ssize_t>(text.size());
    const auto message =
        py::reinterpret_steal<py::object>(PyUnicode_DecodeUTF8(text.data(), size, "replace"));
    PyErr_SetObject(python_type_of(error.kind()), message.ptr());
  }
}

}  // namespace
}  // namespace lamina::python

PYBIND11_MODULE(_lamina, m) {
  using namespace lamina::python;
  m.doc() = "The core of lamina. Use the package lamina, which documents it.";
  m.attr("__version__") = LAMINA_VERSION;
  py::register_local_exception_translator(&translate);
  bind_runtime(m);
  bind_tensor(m);
  bind_variable(m);
  bind_ops(m);
  bind_subscripts(m);
  bind_layers(m);
  bind_pieces(m);
  bind_losses(m);
  bind_metrics(m);
  bind_optimizers(m);
  bind_callbacks(m);
  bind_models(m);
  bind_perceptron(m);
  bind_functional(m);
  bind_text(m);
  tell_signatures(m);
  explain_arguments(m);
}
