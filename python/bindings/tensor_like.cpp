#include "tensor_like.hpp"
#include "adapters.hpp"

#include "core/tensor_impl.hpp"
#include "layers/call_scope.hpp"

namespace lamina::python {
namespace {

bool names_dtype(const std::string& name) {
  for (const char* kind : {"float", "bfloat", "int", "uint", "bool", "complex", "double", "half"}) {
    if (name.rfind(kind, 0) == 0) return true;
  }
  return false;
}

}  // namespace

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
  if (converts) return call_hook(view.attr("astype"), dtype);
  return copies ? copied_array(tensor) : py::object(view);
}

std::string printed(const Tensor& tensor, const std::string& head) {
  const py::object text = py::module_::import("numpy").attr("array2string")(
      array_view(tensor), py::arg("separator") = ", ", py::arg("prefix") = head);
  return head + text.cast<std::string>();
}

py::object formatted(py::handle object, const Tensor& tensor, const std::string& spec) {
  if (tensor.rank() == 0 || (tensor.size() == 1 && !spec.empty())) {
    return item(tensor).attr("__format__")(spec);
  }
  if (spec.empty()) return py::str(object);
  fail(ErrorKind::type, "the format '", spec, "' needs a tensor of one element, got shape ",
       tensor.shape(), "; format its elements, or numpy().round(decimals)");
}

Tensor moved_to(const Tensor& tensor, const py::object& target, std::optional<Dtype> dtype) {
  if (py::isinstance<Tensor>(target) || py::isinstance<Variable>(target)) {
    const Tensor like = operand_from(target);
    return tensor.cast(dtype.value_or(like.dtype())).to(like.device());
  }
  const bool names_device =
      py::isinstance<py::str>(target) && !names_dtype(target.cast<std::string>());
  if (target.is_none() && !dtype) {
    fail(ErrorKind::type, "to() needs a device, a dtype or a tensor that has them");
  }
  Tensor moved = tensor;
  if (names_device) {
    moved = moved.to(Device(target.cast<std::string>()));
  } else if (!target.is_none()) {
    moved = moved.cast(target.cast<Dtype>());
  }
  return dtype ? moved.cast(*dtype) : moved;
}

py::object grad_of(const Tensor& tensor) {
  const Tensor& gradient = tensor.grad();
  if (!gradient.defined() && !tensor.is_leaf() && !tensor.retains_grad() &&
      PyErr_WarnEx(PyExc_UserWarning,
                   "the gradient of an operation's result is kept only where retain_grad() was "
                   "called on it before backward()",
                   1) != 0) {
    throw py::error_already_set();
  }
  return tensor_or_none(gradient);
}

// f(2, 3) and f((2, 3)) alike.
py::object unnested(const py::args& values) {
  const bool nested = values.size() == 1 && PySequence_Check(py::handle(values[0]).ptr()) != 0;
  return nested ? py::object(values[0]) : py::object(values);
}

// A Python number as exponent is known here: it is not read back from a device.
Tensor power(const Tensor& base, py::handle exponent) {
  const bool is_number = PyFloat_Check(exponent.ptr()) || PyLong_Check(exponent.ptr());
  if (is_number && is_floating(base.dtype())) return ops::power(base, exponent.cast<double>());
  const auto [a, b] = operands_from(py::cast(base), exponent);
  return ops::power(a, b);
}

void refuse_exchange(const Tensor& tensor, const py::args& axes) {
  const std::int64_t first = whole_number(axes[0]), second = whole_number(axes[1]);
  if (tensor.rank() == 2 && first != 0 && first != -2) return;
  fail(ErrorKind::type, "transpose(", first, ", ", second,
       ") has two meanings: two axes exchanged, as in PyTorch, is swapaxes(", first, ", ", second,
       "); axes in another order, as in NumPy, is transpose((", first, ", ", second,
       ")), which names all ", tensor.rank());
}

void require_changeable(const Tensor& value, const char* symbol, const char* what) {
  if (!grad_enabled() || !value.requires_grad()) return;
  const std::string_view with_equals(symbol),
      operation = with_equals.substr(0, with_equals.size() - 1);
  fail(ErrorKind::state, what, " that requires a gradient cannot change by ", symbol,
       " while gradients are recorded; to update it, write that under lamina.no_grad(), or to "
       "compute with it, y = x ",
       operation, " ...");
}

py::object changed_in_place(const py::object& object, const Variable& self, const char* /*symbol*/,
                            const Tensor& value) {
  Variable(self).assign(value);
  return object;
}

py::object changed_in_place(const py::object& object, const Tensor& self, const char* symbol,
                            const Tensor& value) {
  if (!self.is_leaf() || !self.requires_grad()) return py::cast(value);
  if (value.shape() != self.shape() || value.dtype() != self.dtype()) {
    fail(ErrorKind::value, symbol, " on a leaf Tensor that requires a gradient gives ",
         name_of(value.dtype()), " of shape ", value.shape(), ", but it is ", name_of(self.dtype()),
         " of shape ", self.shape());
  }
  object.cast<Tensor&>() = leaf_with_values(self, value);
  return object;
}

}  // namespace lamina::python
