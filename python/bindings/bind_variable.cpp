// Variable: what changes in place.
#include "core/check.hpp"
#include "tensor_like.hpp"

namespace lamina::python {
namespace {

// A function that makes the value, or its name, needs the shape; a value may be told it.
Variable variable_from(const py::object& initializer, const py::object& shape,
                       const std::optional<Dtype>& dtype, bool trainable, bool /*autocast*/,
                       const py::object& aggregation, const std::string& synchronization,
                       const std::optional<std::string>& name, const py::object& layout) {
  const bool plain = aggregation.is_none() || aggregation.cast<std::string>() == "none";
  if (!plain || synchronization != "auto" || !layout.is_none()) {
    fail(
        ErrorKind::value,
        "Variable got an aggregation, synchronization or layout, expected their defaults: there is "
        "one device");
  }
  const bool made = py::isinstance<py::str>(initializer) || py::isinstance<py::dict>(initializer) ||
                    (PyCallable_Check(initializer.ptr()) != 0 && !is_operand(initializer));
  py::object value = initializer;
  std::optional<Dtype> wanted = dtype;
  if (made) {
    if (shape.is_none()) {
      fail(ErrorKind::value,
           "Variable needs a shape where its initializer is a function or a name");
    }
    const py::object make = py::module_::import("lamina.initializers").attr("get")(initializer);
    wanted = dtype.value_or(floatx());
    value = make(shape, py::arg("dtype") = py::cast(*wanted));
  }
  const Tensor initial = tensor_from(value, wanted);
  if (!shape.is_none() && initial.shape() != shape_from(shape)) {
    fail(ErrorKind::value, "Variable got a value of shape ", initial.shape(),
         " and shape=", shape_from(shape));
  }
  return Variable(initial, name.value_or("variable"), trainable && is_floating(initial.dtype()));
}

}  // namespace

void bind_variable(py::module_& m) {
  py::class_<Variable> variable(
      m, "Variable",
      R"(A named tensor that ``assign`` changes in place: a layer's weight or an optimizer's slot.

Args:
    initializer: the first value, which is copied; or a function ``(shape, dtype=None)``, or a name
        of ``lamina.initializers``, that makes it.
    shape: the shape that a function makes.
    dtype: dtype of the value; that of an array by default.
    trainable: whether gradients reach it.
    autocast: has no effect: a variable keeps its dtype.
    aggregation, synchronization, layout: Keras's arguments for several devices, at their defaults.
    name: its name.

It has a tensor's operators and methods. ``+= -= *= /= **= @=`` change it in place, for a trainable
variable under ``no_grad``. What was read from it before stays: its ``value``, views such as
``v[0]``, and arrays. ``backward`` refuses a graph that needs a value which was assigned since.

>>> v = Variable([1.0, 2.0], name="v")
>>> v.assign([3.0, 4.0])
>>> v.numpy()
array([3., 4.], dtype=float32)
>>> with lamina.no_grad():
...     v -= 1.0
>>> v
<Variable v, shape=(2,), dtype=float32, value=[2., 3.]>
)");
  variable.def(py::init(&variable_from), py::arg("initializer"), py::arg("shape") = py::none(),
               py::arg("dtype") = py::none(), py::arg("trainable") = true,
               py::arg("autocast") = true, py::arg("aggregation") = "none",
               py::arg("synchronization") = "auto", py::arg("name") = py::none(),
               py::arg("layout") = py::none());
  variable.def_property_readonly(
      "aggregation", [](const Variable&) { return "none"; }, "``none``: there is one device.");
  variable.def_property_readonly(
      "synchronization", [](const Variable&) { return "auto"; }, "``auto``: there is one device.");
  variable.def_property_readonly(
      "overwrite_with_gradient", [](const Variable&) { return false; },
      "False: an optimizer computes what a step changes.");
  bind_common(variable);
  variable.def(
      "assign",
      [](Variable& self, py::handle value) {
        const Tensor given = operands_from(py::cast(self.value()), value).second;
        self.assign(given.cast(self.dtype()));
      },
      py::arg("value"), "Copies a value of the same shape in.");
  variable.def(
      "assign_add",
      [](Variable& self, py::handle value) {
        const NoGrad no_grad;
        const Tensor sum = ops::add(self, operands_from(py::cast(self.value()), value).second);
        self.assign(sum);
      },
      py::arg("value"), "Adds a value that broadcasts to its shape.");
  variable.def(
      "assign_sub",
      [](Variable& self, py::handle value) {
        const NoGrad no_grad;
        const Tensor difference =
            ops::subtract(self, operands_from(py::cast(self.value()), value).second);
        self.assign(difference);
      },
      py::arg("value"), "Subtracts a value that broadcasts to its shape.");
  variable.def(
      "numpy",
      [](const Variable& self) { return to_array(self.value(), py::none(), py::bool_(true)); },
      "A copy of the value as a NumPy array.");
  variable.def(
      "same_as", [](const Variable& self, const Variable& other) { return self == other; },
      py::arg("other"), "Whether both are handles on one variable.");
  variable.def_property_readonly(
      "identity",
      [](const Variable& self) { return reinterpret_cast<std::uintptr_t>(&self.value()); },
      "A number that all handles on one variable share, and no other does while it lives.");
  variable.def_property(
      "grad", [](const Variable& self) { return tensor_or_none(self.grad()); },
      [](Variable& self, const py::object& gradient) {
        self.set_grad(gradient.is_none() ? Tensor()
                                         : operands_from(py::cast(self.value()), gradient).second);
      },
      "What ``backward`` accumulated here, or None; None or a tensor of this shape replaces it.");
  variable.def_property(
      "requires_grad", [](const Variable& self) { return self.value().requires_grad(); },
      &Variable::set_trainable, "The same as ``trainable``, for floats.");
  variable.def("__setitem__", [](const Variable&, py::handle, py::handle) {
    throw py::type_error(
        "a Variable changes as a whole: v[mask] = x is v.assign(ops.where(mask, x, v)), v[i] = x "
        "is v.assign(ops.slice_update(v, start, x)) or ops.scatter_update(v, indices, x)");
  });
  variable.def(
      "__array__",
      [](const Variable& self, const py::object& dtype, const py::object& copy) {
        return to_array(self.value(), dtype, copy.is_none() ? py::bool_(true) : copy);
      },
      py::arg("dtype") = py::none(), py::arg("copy") = py::none());
  variable.def("zero_grad", &Variable::zero_grad, "Forgets the accumulated gradient.");
  variable.def_property(
      "value", [](const Variable& self) { return self.value(); },
      [](Variable& self, py::handle value) {
        const Tensor given = operands_from(py::cast(self.value()), value).second;
        if (given.impl() != self.value().impl()) self.assign(given.cast(self.dtype()));
      },
      "The value as it is now, which gradients reach; setting it assigns.");
  variable.def_property_readonly("name", &Variable::name,
                                 "The name, ``kernel``; ``path`` has the layer's too.");
  variable.def_property_readonly("path", &Variable::path, "Layer and name: ``dense/kernel``.");
  variable.def_property("trainable", &Variable::trainable, &Variable::set_trainable,
                        "Whether gradients reach it and optimizers change it.");
  variable.def("__repr__", [](const Variable& self) {
    return concat(printed(self.value(), concat("<Variable ", self.path(), ", shape=", self.shape(),
                                               ", dtype=", name_of(self.dtype()), ", value=")),
                  ">");
  });
}

}  // namespace lamina::python
