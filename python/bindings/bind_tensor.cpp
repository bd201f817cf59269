// Tensor, Variable and the switch that records gradients.
#include "bindings.hpp"
#include "core/check.hpp"
#include "layers/call_scope.hpp"
#include "symbolic.hpp"

namespace lamina::python {
namespace {

const Tensor& tensor_of(const Tensor& tensor) { return tensor; }
const Tensor& tensor_of(const Variable& variable) { return variable.value(); }

py::object item(const Tensor& tensor) {
  if (tensor.size() != 1) tensor.item();  // refuses
  switch (tensor.dtype()) {
    case Dtype::int64: return py::int_(tensor.to_vector<std::int64_t>().front());
    case Dtype::int32:
    case Dtype::uint8: return py::int_(static_cast<std::int64_t>(tensor.item()));
    case Dtype::boolean: return py::bool_(tensor.item() != 0);
    default: return py::float_(tensor.item());
  }
}

std::int64_t length(const Tensor& tensor) {
  if (tensor.rank() == 0) fail(ErrorKind::type, "a Tensor of shape () has no length");
  return tensor.shape()[0];
}

py::object to_array(const Tensor& tensor, const py::object& dtype, const py::object& copy) {
  const py::array view = array_view(tensor);
  const bool converts = !dtype.is_none() && !py::dtype::from_args(dtype).equal(view.dtype());
  const bool copies = !copy.is_none() && copy.cast<bool>();
  if (converts && !copy.is_none() && !copies) {
    throw py::value_error("a Tensor of another dtype cannot become that array without a copy");
  }
  if (converts) return view.attr("astype")(dtype);
  return copies ? view.attr("copy")() : py::object(view);
}

// NumPy's exporter on the tensor's memory, which others must not write to. Consumers that know of
// read-only memory are told; the others get a copy.
py::object to_dlpack(const Tensor& tensor, const py::object& stream, const py::object& max_version,
                     const py::object& dl_device, const py::object& copy) {
  if (tensor.device() != Device()) {
    fail(ErrorKind::state, "a Tensor on ", name_of(tensor.device()),
         " has no memory to hand out; copy it first: to(\"cpu\")");
  }
  py::array view = array_view(tensor);
  if (!max_version.is_none() && py::hasattr(py::module_::import("numpy"), "unstack")) {  // >= 2.1
    return view.attr("__dlpack__")(py::arg("stream") = stream, py::arg("max_version") = max_version,
                                   py::arg("dl_device") = dl_device, py::arg("copy") = copy);
  }
  if (!copy.is_none() && !copy.cast<bool>()) {
    PyErr_SetString(PyExc_BufferError,
                    "a Tensor is immutable, and this consumer (or NumPy before 2.1) knows nothing "
                    "of read-only memory; let it copy");
    throw py::error_already_set();
  }
  return view.attr("copy")().attr("__dlpack__")(py::arg("stream") = stream);
}

// f(2, 3) and f((2, 3)) alike.
py::object unnested(const py::args& values) {
  const bool nested = values.size() == 1 && PySequence_Check(py::handle(values[0]).ptr()) != 0;
  return nested ? py::object(values[0]) : py::object(values);
}

using BinaryFunction = Tensor (*)(const Tensor&, const Tensor&);

// self op other, or other op self where `reflected`; `operation` is its name in lamina.ops.
template <class Class>
void bind_operator(py::class_<Class>& c, const char* name, const char* operation,
                   BinaryFunction function, bool reflected) {
  c.def(
      name,
      [operation, function, reflected](const Class& self, py::handle other) -> py::object {
        if (!is_operand(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        const py::object own = py::cast(tensor_of(self));
        try {
          const auto [a, b] = reflected ? operands_from(other, own) : operands_from(own, other);
          return py::cast(function(a, b));
        } catch (const SymbolicOperand&) {
          const py::object whole = py::cast(&self),
                           peer = py::reinterpret_borrow<py::object>(other);
          return symbolic_operation(
              operation, {{"x1", reflected ? peer : whole}, {"x2", reflected ? whole : peer}});
        }
      },
      py::is_operator());
}

// A Python number as exponent is known here: it is not read back from a device.
Tensor power(const Tensor& base, py::handle exponent) {
  const bool is_number = PyFloat_Check(exponent.ptr()) || PyLong_Check(exponent.ptr());
  if (is_number && is_floating(base.dtype())) return ops::power(base, exponent.cast<double>());
  const auto [a, b] = operands_from(py::cast(base), exponent);
  return ops::power(a, b);
}

// What a variable can do like the tensor it holds.
template <class Class>
void bind_common(py::class_<Class>& c) {
  const std::tuple<const char*, const char*, const char*, BinaryFunction> operators[] = {
      {"__add__", "__radd__", "add", ops::add},
      {"__sub__", "__rsub__", "subtract", ops::subtract},
      {"__mul__", "__rmul__", "multiply", ops::multiply},
      {"__truediv__", "__rtruediv__", "divide", ops::divide},
      {"__matmul__", "__rmatmul__", "matmul", ops::matmul},
      {"__and__", "__rand__", "logical_and", ops::logical_and},
      {"__or__", "__ror__", "logical_or", ops::logical_or},
  };
  for (const auto& [name, reflected_name, operation, function] : operators) {
    bind_operator(c, name, operation, function, false);
    bind_operator(c, reflected_name, operation, function, true);
  }
  c.def(
      "__pow__",
      [](const Class& self, py::handle other) -> py::object {
        if (!is_operand(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        try {
          return py::cast(power(tensor_of(self), other));
        } catch (const SymbolicOperand&) {
          return symbolic_operation("power", {{"x1", py::cast(&self)},
                                              {"x2", py::reinterpret_borrow<py::object>(other)}});
        }
      },
      py::is_operator());
  bind_operator(c, "__rpow__", "power", static_cast<BinaryFunction>(ops::power), true);
  const std::tuple<const char*, const char*, BinaryFunction> comparisons[] = {
      {"__eq__", "equal", ops::equal},     {"__ne__", "not_equal", ops::not_equal},
      {"__lt__", "less", ops::less},       {"__le__", "less_equal", ops::less_equal},
      {"__gt__", "greater", ops::greater}, {"__ge__", "greater_equal", ops::greater_equal},
  };
  for (const auto& [name, operation, function] : comparisons) {
    bind_operator(c, name, operation, function, false);
  }
  // By identity: comparing gives a Tensor.
  c.def("__hash__",
        [](const Class& self) { return std::hash<const void*>()(tensor_of(self).impl()); });
  c.def("__invert__", [](const Class& self) { return ops::logical_not(tensor_of(self)); });
  c.def("__neg__", [](const Class& self) { return ops::negative(tensor_of(self)); });
  c.def("__abs__", [](const Class& self) { return ops::abs(tensor_of(self)); });
  using Reduction = Tensor (*)(const Tensor&, const std::vector<int>&, bool);
  const std::pair<const char*, Reduction> reductions[] = {
      {"sum", ops::sum}, {"mean", ops::mean}, {"prod", ops::prod},
      {"max", ops::max}, {"min", ops::min},   {"var", ops::var},
      {"std", ops::std}, {"all", ops::all},   {"any", ops::any},
  };
  for (const auto& [name, function] : reductions) {
    c.def(
        name,
        [function](const Class& self, const py::object& axis, bool keepdims) {
          return function(tensor_of(self), axes_from(axis), keepdims);
        },
        py::arg("axis") = py::none(), py::arg("keepdims") = false);
  }
  const std::pair<const char*, Tensor (*)(const Tensor&)> functions[] = {
      {"abs", ops::abs},   {"exp", ops::exp},       {"log", ops::log},
      {"sqrt", ops::sqrt}, {"square", ops::square},
  };
  for (const auto& [name, function] : functions) {
    c.def(name, [function](const Class& self) { return function(tensor_of(self)); });
  }
  c.def_property_readonly("T", [](const Class& self) { return ops::transpose(tensor_of(self)); });
  c.def(
      "transpose",
      [](const Class& self, const py::args& axes) {
        return ops::transpose(tensor_of(self),
                              axes.empty() ? std::vector<int>() : axes_from(unnested(axes)));
      },
      "Axes in another order, by default reversed.");
  c.def("flatten", [](const Class& self) { return tensor_of(self).reshape({-1}); });
  c.def_property_readonly("shape", [](const Class& self) { return tensor_of(self).shape(); });
  c.def_property_readonly("dtype", [](const Class& self) { return tensor_of(self).dtype(); });
  c.def_property_readonly(
      "device", [](const Class& self) { return tensor_of(self).device(); },
      "Where it lies: ``cpu`` or ``cuda:0``.");
  c.def_property_readonly("ndim", [](const Class& self) { return tensor_of(self).rank(); });
  c.def_property_readonly("size", [](const Class& self) { return tensor_of(self).size(); });
  c.def_property_readonly(
      "grad", [](const Class& self) { return tensor_or_none(tensor_of(self).grad()); },
      "What ``backward`` accumulated here, or None.");
  c.def(
      "item", [](const Class& self) { return item(tensor_of(self)); },
      "The value of a single element, as a Python number.");
  c.def("__float__", [](const Class& self) { return tensor_of(self).item(); });
  c.def("__int__", [](const Class& self) { return py::int_(item(tensor_of(self))); });
  c.def("__len__", [](const Class& self) { return length(tensor_of(self)); });
  c.def("__iter__", [](const Class& self) {
    const Tensor& tensor = tensor_of(self);
    py::list rows;
    for (std::int64_t row = 0; row < length(tensor); ++row) {
      rows.append(tensor.slice(row, row + 1).reshape(tensor.shape().from(1)));
    }
    return py::iter(rows);
  });
  c.def("__getitem__", [](const Class& self, py::handle key) -> py::object {
    try {
      return py::cast(subscript(tensor_of(self), key));
    } catch (const SymbolicOperand&) {
      return symbolic_operation("getitem", {{"x", py::cast(&self)}, {"key", subscript_key(key)}});
    }
  });
  c.def(
      "__array__",
      [](const Class& self, const py::object& dtype, const py::object& copy) {
        if constexpr (std::is_same_v<Class, Variable>) {
          return to_array(tensor_of(self), dtype, copy.is_none() ? py::bool_(true) : copy);
        } else {
          // Outside layers, backward() of what NumPy made of it would say so itself.
          if (CallScope::active() && needs_grad({self})) {
            fail(ErrorKind::type,
                 "a layer hands NumPy a tensor that requires a gradient, which would be lost; use "
                 "lamina.ops on it, or hand NumPy tensor.detach()");
          }
          return to_array(tensor_of(self), dtype, copy);
        }
      },
      py::arg("dtype") = py::none(), py::arg("copy") = py::none());
  // Makes array + tensor call the tensor's operator instead of NumPy's.
  c.attr("__array_priority__") = 1000;
  c.attr("__module__") = "lamina";
}

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

// Entered with `with`, perhaps several times over; each exit restores what its entry found.
class NoGradScope {
 public:
  void enter() { open_.push_back(std::make_unique<NoGrad>()); }
  void exit() {
    if (open_.empty()) fail(ErrorKind::state, "no_grad was left more often than entered");
    open_.pop_back();
  }

 private:
  std::vector<std::unique_ptr<NoGrad>> open_;
};

}  // namespace

void bind_tensor(py::module_& m) {
  py::class_<Tensor> tensor(m, "Tensor",
                            R"(An immutable array that operations differentiate through.

Args:
    data: numbers, nested lists or an array, which is copied. Arrays keep their dtype; Python numbers
        and lists become float32.
    dtype: ``"float32"``, ``"float64"``, ``"int32"``, ``"int64"``, ``"uint8"`` or ``"bool"``.
    device: where it lies, ``"cpu"`` or ``"cuda:0"``; by default on ``lamina.get_device()``.
    requires_grad: whether ``backward`` accumulates a gradient here.

Raises:
    ValueError: the lists are not rectangular.
    TypeError: the data are not real numbers.

>>> x = Tensor([1.0, 2.0, 3.0], requires_grad=True)
>>> (x * x + 1).numpy()
array([ 2.,  5., 10.], dtype=float32)
>>> lamina.ops.sum(x * x).backward()
>>> x.grad.numpy()
array([2., 4., 6.], dtype=float32)
)");
  tensor.def(py::init([](py::handle data, std::optional<Dtype> dtype, bool requires_grad,
                         std::optional<Device> device) {
               Tensor made = tensor_from(data, dtype, device);
               if (requires_grad) made.set_requires_grad();
               return made;
             }),
             py::arg("data"), py::arg("dtype") = py::none(), py::kw_only(),
             py::arg("requires_grad") = false, py::arg("device") = py::none());
  bind_common(tensor);
  tensor.def("numpy", &array_view,
             "A read-only NumPy view of this tensor's memory, or of a copy from another device.");
  tensor.def("to", &Tensor::to, py::arg("device"), "The same values on another device.");
  tensor.def(
      "cpu", [](const Tensor& self) { return self.to(Device()); },
      "The same values in the host's memory.");
  tensor.def("__index__", [](const Tensor& self) {
    if (is_floating(self.dtype()) || self.rank() != 0) {
      fail(ErrorKind::type, "only an integer Tensor of shape () is an index, not ",
           name_of(self.dtype()), " of shape ", self.shape());
    }
    return py::int_(item(self));
  });
  tensor.def("__bool__", [](const Tensor& self) {
    if (self.size() != 1) {
      fail(ErrorKind::value, "a Tensor of shape ", self.shape(),
           " is neither true nor false; only one of a single element is");
    }
    return self.item() != 0;
  });
  tensor.def("__repr__", &Tensor::str);
  tensor.def("__setitem__", [](const Tensor&, py::handle, py::handle) {
    throw py::type_error(
        "a Tensor is immutable: compute a new one, or change a copy, np.array(tensor)");
  });
  tensor.def(
      "reshape",
      [](const Tensor& self, const py::args& extents) {
        return self.reshape(shape_from(unnested(extents)));
      },
      "A view with that shape; one extent may be -1.");
  tensor.def("cast", &Tensor::cast, py::arg("dtype"), "The values as another dtype.");
  tensor.def("astype", &Tensor::cast, py::arg("dtype"), "The values as another dtype.");
  tensor.def_property_readonly("mask",
                               [](const Tensor& self) { return tensor_or_none(self.mask()); });
  tensor.def(
      "with_mask",
      [](const Tensor& self, const py::object& mask) {
        return self.with_mask(mask.is_none() ? Tensor() : operand_from(mask).to(self.device()));
      },
      py::arg("mask"), "A view that carries a mask: which entries of its leading axes count.");
  tensor.def("detach", &Tensor::detach, "The same values, outside any gradient.");
  tensor.def(
      "backward",
      [](const Tensor& self, const py::object& gradient) {
        const Tensor given =
            gradient.is_none() ? Tensor() : operands_from(py::cast(self), gradient).second;
        const GilRelease unlock;
        self.backward(given);
      },
      py::arg("gradient") = py::none(),
      "Accumulates this tensor's gradients on the leaves it was computed from.");
  tensor.def("zero_grad", &Tensor::zero_grad, "Forgets the accumulated gradient.");
  tensor.def_property("requires_grad", &Tensor::requires_grad,
                      [](Tensor& self, bool on) { self.set_requires_grad(on); });
  tensor.def("__dlpack__", &to_dlpack, py::kw_only(), py::arg("stream") = py::none(),
             py::arg("max_version") = py::none(), py::arg("dl_device") = py::none(),
             py::arg("copy") = py::none());
  tensor.def("__dlpack_device__", [](const Tensor&) {
    constexpr int dlpack_cpu = 1;
    return py::make_tuple(dlpack_cpu, 0);
  });
  m.def(
      "from_dlpack",
      [](const py::object& source) {
        return data_from("from_dlpack(x)",
                         py::module_::import("numpy").attr("from_dlpack")(source));
      },
      py::arg("x"),
      "A Tensor on the memory of another library's CPU tensor, which must not change meanwhile.");

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

>>> v = Variable([1.0, 2.0], name="v")
>>> v.assign([3.0, 4.0])
>>> v.numpy()
array([3., 4.], dtype=float32)
)");
  variable.def(py::init(&variable_from), py::arg("initializer"), py::arg("shape") = py::none(),
               py::arg("dtype") = py::none(), py::arg("trainable") = true,
               py::arg("autocast") = true, py::arg("aggregation") = "none",
               py::arg("synchronization") = "auto", py::arg("name") = py::none(),
               py::arg("layout") = py::none());
  variable.def_property_readonly("aggregation", [](const Variable&) { return "none"; });
  variable.def_property_readonly("synchronization", [](const Variable&) { return "auto"; });
  variable.def_property_readonly("overwrite_with_gradient", [](const Variable&) { return false; });
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
        self.assign(ops::add(self, operands_from(py::cast(self.value()), value).second));
      },
      py::arg("value"));
  variable.def(
      "assign_sub",
      [](Variable& self, py::handle value) {
        const NoGrad no_grad;
        self.assign(ops::subtract(self, operands_from(py::cast(self.value()), value).second));
      },
      py::arg("value"));
  variable.def(
      "numpy",
      [](const Variable& self) { return to_array(self.value(), py::none(), py::bool_(true)); },
      "A copy of the value as a NumPy array.");
  variable.def(
      "same_as", [](const Variable& self, const Variable& other) { return self == other; },
      py::arg("other"), "Whether both are handles on one variable.");
  variable.def_property_readonly("identity", [](const Variable& self) {
    return reinterpret_cast<std::uintptr_t>(&self.value());
  });
  variable.def("zero_grad", &Variable::zero_grad, "Forgets the accumulated gradient.");
  variable.def_property_readonly("value", &Variable::value, "The live value.");
  variable.def_property_readonly("name", &Variable::name);
  variable.def_property_readonly("path", &Variable::path, "Layer and name: ``dense/kernel``.");
  variable.def_property("trainable", &Variable::trainable, &Variable::set_trainable);
  variable.def("__repr__", [](const Variable& self) {
    return concat("<Variable ", self.path(), ", shape=", self.shape(),
                  ", dtype=", name_of(self.dtype()), ">");
  });

  py::class_<NoGradScope>(m, "NoGradScope")
      .def(py::init<>())
      .def("enter", &NoGradScope::enter)
      .def("exit", &NoGradScope::exit);
  m.def("grad_enabled", &grad_enabled, "Whether operations of this thread record gradients.");
}

}  // namespace lamina::python
