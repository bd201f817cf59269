// What Tensor and Variable have in common: operators, reductions, attributes.
#pragma once

#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "core/check.hpp"
#include "symbolic.hpp"

namespace lamina::python {

inline const Tensor& tensor_of(const Tensor& tensor) { return tensor; }
inline const Tensor& tensor_of(const Variable& variable) { return variable.value(); }

/// The value of a single element, as a Python number.
py::object item(const Tensor& tensor);
py::object to_array(const Tensor& tensor, const py::object& dtype, const py::object& copy);
/// The leading extent; a type error for a tensor of shape ().
std::int64_t length(const Tensor& tensor);
/// Elements as NumPy prints them, behind `head` of the same line.
std::string printed(const Tensor& tensor, const std::string& head);
/// What f"{x:spec}" shows.
py::object formatted(py::handle object, const Tensor& tensor, const std::string& spec);
/// The same values in another place, or of another dtype.
Tensor moved_to(const Tensor& tensor, const py::object& target, std::optional<Dtype> dtype);
/// The accumulated gradient, with a warning where none is kept.
py::object grad_of(const Tensor& tensor);
/// f(2, 3) and f((2, 3)) alike.
py::object unnested(const py::args& values);

/// Refuses transpose(1, 2), by which PyTorch exchanges two axes and NumPy orders all.
void refuse_exchange(const Tensor& tensor, const py::args& axes);

/// `object` after `object op= other`: Python binds the name to what this returns. A variable, or
/// a leaf that requires a gradient, changes in place where nothing is recorded; any other tensor is
/// immutable, and the name gets a new one.
py::object changed_in_place(const py::object& object, const Variable& self, const char* symbol,
                            const Tensor& value);
py::object changed_in_place(const py::object& object, const Tensor& self, const char* symbol,
                            const Tensor& value);
/// The row that a plain integer names: the common subscript, which takes the short way.
inline std::optional<std::int64_t> row_at(const Tensor& tensor, py::handle key) {
  if (!PyLong_CheckExact(key.ptr()) || tensor.rank() == 0) return std::nullopt;
  const std::int64_t extent = tensor.shape()[0];
  int overflow = 0;
  const std::int64_t row = PyLong_AsLongLongAndOverflow(key.ptr(), &overflow);
  if (overflow != 0 || row < -extent || row >= extent) return std::nullopt;
  return row < 0 ? row + extent : row;
}
/// Refuses to change what the graph being recorded may need.
void require_changeable(const Tensor& value, const char* symbol, const char* what);

using BinaryFunction = Tensor (*)(const Tensor&, const Tensor&);

/// self op other, or other op self where `reflected`; `operation` is its name in lamina.ops.
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

/// self op= other.
template <class Class>
void bind_in_place(py::class_<Class>& c, const char* name, const char* symbol,
                   const char* operation, BinaryFunction function) {
  c.def(
      name,
      [=](const py::object& object, py::handle other) -> py::object {
        if (!is_operand(other)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
        const auto& self = object.cast<const Class&>();
        const Tensor& own = tensor_of(self);
        if constexpr (std::is_same_v<Class, Variable>) {
          require_changeable(own, symbol, "a Variable");
        } else if (own.is_leaf() && own.requires_grad()) {
          require_changeable(own, symbol, "a leaf Tensor");
        }
        try {
          Tensor value;
          {  // holds no memory of a variable when that is updated
            const auto [a, b] = operands_from(py::cast(own), other);
            value = function(a, b);
          }
          return changed_in_place(object, self, symbol, value);
        } catch (const SymbolicOperand&) {
          return symbolic_operation(
              operation, {{"x1", object}, {"x2", py::reinterpret_borrow<py::object>(other)}});
        }
      },
      py::is_operator());
}

/// A Python number as exponent is known here: it is not read back from a device.
Tensor power(const Tensor& base, py::handle exponent);

template <class Class>
void bind_operators(py::class_<Class>& c) {
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
  bind_in_place(c, "__iadd__", "+=", "add", ops::add);
  bind_in_place(c, "__isub__", "-=", "subtract", ops::subtract);
  bind_in_place(c, "__imul__", "*=", "multiply", ops::multiply);
  bind_in_place(c, "__itruediv__", "/=", "divide", ops::divide);
  bind_in_place(c, "__ipow__", "**=", "power", static_cast<BinaryFunction>(ops::power));
  bind_in_place(c, "__imatmul__", "@=", "matmul", ops::matmul);
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
}

template <class Class>
void bind_reductions(py::class_<Class>& c) {
  using Reduction = Tensor (*)(const Tensor&, const std::vector<int>&, bool);
  const std::pair<const char*, Reduction> reductions[] = {
      {"sum", ops::sum}, {"mean", ops::mean}, {"prod", ops::prod},
      {"all", ops::all}, {"any", ops::any},
  };
  // Two overloads, of which help() shows one signature.
  py::options options;
  options.disable_function_signatures();
  for (const auto& [name, function] : reductions) {
    const std::string doc = concat(
        name, "(self, axis=None, keepdims=False, *, dim=None, keepdim=False)\n--\n\n``lamina.ops.",
        name, "`` of this tensor; ``dim`` and ``keepdim`` are ``axis`` and ``keepdims``.");
    c.def(
        name,
        [function](const Class& self, const py::object& axis, bool keepdims) {
          return function(tensor_of(self), axes_from(axis), keepdims);
        },
        py::arg("axis") = py::none(), py::arg("keepdims") = false, doc.c_str());
    // Tried where the first does not fit, so that it costs nothing there.
    c.def(
        name,
        [function](const Class& self, const py::object& dim, bool keepdim) {
          return function(tensor_of(self), axes_from(dim), keepdim);
        },
        py::arg("dim"), py::kw_only(), py::arg("keepdim") = false);
  }
}

template <class Class>
void bind_common(py::class_<Class>& c) {
  bind_operators(c);
  bind_reductions(c);
  const std::pair<const char*, Tensor (*)(const Tensor&)> functions[] = {
      {"abs", ops::abs},   {"exp", ops::exp},       {"log", ops::log},
      {"sqrt", ops::sqrt}, {"square", ops::square},
  };
  for (const auto& [name, function] : functions) {
    const std::string doc = concat("``lamina.ops.", name, "`` of this tensor.");
    c.def(name, [function](const Class& self) { return function(tensor_of(self)); }, doc.c_str());
  }
  c.def_property_readonly(
      "T", [](const Class& self) { return ops::transpose(tensor_of(self)); },
      "The axes in reverse order.");
  c.def(
      "transpose",
      [](const Class& self, const py::args& axes) {
        if (axes.size() == 2) refuse_exchange(tensor_of(self), axes);
        return ops::transpose(tensor_of(self),
                              axes.empty() ? std::vector<int>() : axes_from(unnested(axes)));
      },
      "Axes in another order, by default reversed.");
  c.def(
      "reshape",
      [](const Class& self, const py::args& extents) {
        return tensor_of(self).reshape(shape_from(unnested(extents)));
      },
      "A view with that shape; one extent may be -1.");
  const auto cast = [](const Class& self, Dtype dtype) { return tensor_of(self).cast(dtype); };
  c.def("cast", cast, py::arg("dtype"), "The values as another dtype.");
  c.def("astype", cast, py::arg("dtype"), "The values as another dtype.");
  c.def(
      "to",
      [](const Class& self, const py::object& device, std::optional<Dtype> dtype) {
        return moved_to(tensor_of(self), device, dtype);
      },
      py::arg("device") = py::none(), py::arg("dtype") = py::none(),
      "The same values on another device, of another dtype, or as another tensor has them.");
  c.def(
      "cpu", [](const Class& self) { return tensor_of(self).to(Device()); },
      "The same values in the host's memory.");
  c.def(
      "detach", [](const Class& self) { return tensor_of(self).detach(); },
      "The same values, outside any gradient.");
  c.def_property_readonly(
      "shape", [](const Class& self) { return tensor_of(self).shape(); }, "The extents, a tuple.");
  c.def_property_readonly(
      "dtype", [](const Class& self) { return tensor_of(self).dtype(); },
      "``float32``, ``float64``, ``int32``, ``int64``, ``uint8`` or ``bool``.");
  c.def_property_readonly(
      "device", [](const Class& self) { return tensor_of(self).device(); },
      "Where it lies: ``cpu`` or ``cuda:0``.");
  c.def_property_readonly(
      "ndim", [](const Class& self) { return tensor_of(self).rank(); }, "Number of axes.");
  c.def_property_readonly(
      "size", [](const Class& self) { return tensor_of(self).size(); },
      "Number of elements, as in NumPy and Keras; PyTorch's ``size()`` is ``shape`` here.");
  c.def_property_readonly(
      "is_leaf", [](const Class& self) { return tensor_of(self).is_leaf(); },
      "False for the result of a recorded operation.");
  c.def(
      "item", [](const Class& self) { return item(tensor_of(self)); },
      "The value of a single element, as a Python number.");
  c.def("__float__", [](const Class& self) { return tensor_of(self).item(); });
  c.def("__int__", [](const Class& self) { return py::int_(item(tensor_of(self))); });
  c.def("__index__", [](const Class& self) {
    const Tensor& tensor = tensor_of(self);
    if (is_floating(tensor.dtype()) || tensor.rank() != 0) {
      fail(ErrorKind::type, "only an integer Tensor of shape () is an index, not ",
           name_of(tensor.dtype()), " of shape ", tensor.shape());
    }
    return py::int_(item(tensor));
  });
  c.def("__bool__", [](const Class& self) {
    const Tensor& tensor = tensor_of(self);
    if (tensor.size() != 1) {
      fail(ErrorKind::value, "a Tensor of shape ", tensor.shape(),
           " is neither true nor false; only one of a single element is: use .any() or .all()");
    }
    return tensor.item() != 0;
  });
  c.def("__format__", [](const py::object& object, const std::string& spec) {
    return formatted(object, tensor_of(object.cast<const Class&>()), spec);
  });
  c.def("__len__", [](const Class& self) { return length(tensor_of(self)); });
  c.def("__iter__", [](const Class& self) {
    const Tensor& tensor = tensor_of(self);
    py::list rows;
    for (std::int64_t row = 0; row < length(tensor); ++row) {
      rows.append(tensor.slice(row, row + 1).reshape(tensor.shape().from(1)));
    }
    return py::iter(rows);
  });
  c.def("__contains__", [](const Class& self, py::handle value) {
    if (!is_operand(value)) return false;
    const NoGrad no_grad;
    const auto [a, b] = operands_from(py::cast(tensor_of(self)), value);
    return ops::any(ops::equal(a, b)).item() != 0;
  });
  c.def("__getitem__", [](const Class& self, py::handle key) -> py::object {
    if (const std::optional<std::int64_t> row = row_at(tensor_of(self), key)) {
      const Tensor& whole = tensor_of(self);
      return py::cast(whole.slice(*row, *row + 1).reshape(whole.shape().from(1)));
    }
    try {
      return py::cast(subscript(tensor_of(self), key));
    } catch (const SymbolicOperand&) {
      return symbolic_operation("getitem", {{"x", py::cast(&self)}, {"key", subscript_key(key)}});
    }
  });
  c.attr("__module__") = "lamina";
}

}  // namespace lamina::python
