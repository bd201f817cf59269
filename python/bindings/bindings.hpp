// What the binding files share: how Python values become core values and back.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gil.hpp"
#include "lamina/lamina.hpp"

namespace pybind11::detail {

/// A shape is a tuple of integers, with None for an unknown extent.
template <>
struct type_caster<lamina::Shape> {
  PYBIND11_TYPE_CASTER(lamina::Shape, const_name("tuple[int | None, ...]"));

  bool load(handle source, bool) {
    if (const object extent = index_of(source)) {
      value.push_back(extent.cast<std::int64_t>());
      return true;
    }
    if (PySequence_Check(source.ptr()) == 0 || isinstance<str>(source)) return false;
    for (handle item : source) {
      const object extent = index_of(item);
      if (!extent && !item.is_none()) return false;
      value.push_back(extent ? extent.cast<std::int64_t>() : lamina::Shape::none);
    }
    return true;
  }

  // As a Python integer; nothing when it is none. Arrays claim to be, until they are asked.
  static object index_of(handle source) {
    if (!PyIndex_Check(source.ptr())) return {};
    PyObject* index = PyNumber_Index(source.ptr());
    if (index == nullptr) PyErr_Clear();
    return reinterpret_steal<object>(index);
  }

  static handle cast(const lamina::Shape& shape, return_value_policy, handle) {
    tuple result(static_cast<std::size_t>(shape.rank()));
    std::size_t axis = 0;
    for (std::int64_t extent : shape) {
      result[axis++] = extent == lamina::Shape::none ? object(none()) : object(int_(extent));
    }
    return result.release();
  }
};

/// A dtype is its NumPy name; anything numpy.dtype() understands is read.
template <>
struct type_caster<lamina::Dtype> {
  PYBIND11_TYPE_CASTER(lamina::Dtype, const_name("str"));

  bool load(handle source, bool) {
    if (source.is_none()) return false;
    value = lamina::dtype_from_name(
        isinstance<str>(source) ? source.cast<std::string>()
                                : pybind11::dtype::from_args(reinterpret_borrow<object>(source))
                                      .attr("name")
                                      .cast<std::string>());
    return true;
  }

  static handle cast(lamina::Dtype dtype, return_value_policy, handle) {
    return str(std::string(lamina::name_of(dtype))).release();
  }
};

/// A number: ints and bools exactly, anything else that Python makes a float of.
template <>
struct type_caster<lamina::Scalar> {
  PYBIND11_TYPE_CASTER(lamina::Scalar, const_name("float"));

  bool load(handle source, bool convert) {
    if (!PyFloat_Check(source.ptr()) && PyIndex_Check(source.ptr())) {
      const auto index = reinterpret_steal<object>(PyNumber_Index(source.ptr()));
      if (index) {
        int overflow = 0;
        const std::int64_t number = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
        if (overflow == 0) {
          value = number;
          return true;
        }
      }
      PyErr_Clear();
    }
    make_caster<double> number;
    if (!number.load(source, convert)) return false;
    value = cast_op<double>(number);
    return true;
  }

  static handle cast(const lamina::Scalar& number, return_value_policy, handle) {
    return (number.is_whole() ? object(int_(number.whole())) : object(float_(number.value())))
        .release();
  }
};

/// A device is its name.
template <>
struct type_caster<lamina::Device> {
  PYBIND11_TYPE_CASTER(lamina::Device, const_name("str"));

  bool load(handle source, bool) {
    if (!isinstance<str>(source)) return false;
    value = lamina::Device(source.cast<std::string>());
    return true;
  }

  static handle cast(lamina::Device device, return_value_policy, handle) {
    return str(lamina::name_of(device)).release();
  }
};

}  // namespace pybind11::detail

namespace lamina::python {

namespace py = pybind11;

void bind_tensor(py::module_& m);
void bind_variable(py::module_& m);
void bind_ops(py::module_& m);
void bind_subscripts(py::module_& m);
void bind_runtime(py::module_& m);
void bind_layers(py::module_& m);
void bind_pieces(py::module_& m);
void bind_losses(py::module_& m);
void bind_metrics(py::module_& m);
void bind_optimizers(py::module_& m);
void bind_callbacks(py::module_& m);
void bind_models(py::module_& m);
void bind_perceptron(py::module_& m);
void bind_functional(py::module_& m);
void bind_text(py::module_& m);
/// The last: docstrings and messages of all that is bound.
void tell_signatures(py::module_& m);
void explain_arguments(py::module_& m);

/// The name of a value's class, for messages.
std::string type_name(py::handle value);

/// A new tensor with its own memory: arrays keep their dtype, Python numbers and lists are float32.
/// It lies on `device`, by default where `value` does, or else on the default device.
Tensor tensor_from(py::handle value, std::optional<Dtype> dtype = {},
                   std::optional<Device> device = {});
/// The same for an operation's argument: tensors and variables are taken as they are, a whole
/// number is int32.
Tensor operand_from(py::handle value);
/// The same beside a tensor: Python numbers and lists take its dtype, arrays of floats its floating
/// dtype (NumPy makes float64 without being asked); all come to its device.
Tensor operand_beside(py::handle value, const Tensor& peer);
/// The floating-point tensor that others may stand beside; null if the value is none.
const Tensor* as_peer(py::handle value);
/// Both arguments of an operation, each beside the other.
std::pair<Tensor, Tensor> operands_from(py::handle a, py::handle b);
/// Weights of values, which go to the values' device; undefined for None.
Tensor weights_beside(const Tensor& values, py::handle weights);
/// Whether an operator of Tensor takes it.
bool is_operand(py::handle value);
/// A whole number; what Python raises otherwise.
std::int64_t whole_number(py::handle value);
/// A shape; a type error that shows what came otherwise.
Shape shape_from(const py::object& extents);
/// Whether it is a list or tuple of tensors, which several inputs or outputs come as.
bool is_list_of_tensors(py::handle value);
/// A list of operands of an operation.
TensorList operands_list_from(py::handle values);
/// None, an integer, or several, as axes; none named means all.
std::vector<int> axes_from(const py::object& axis);
/// Whole numbers to choose by: a copy, for backward reads it later; lists keep whole numbers whole.
Tensor indices_from(const char* name, py::handle value);
/// tensor[key] with NumPy's keys: integers, slices, Ellipsis, None, arrays of integers and masks.
Tensor subscript(const Tensor& tensor, py::handle key);
/// The keys as the operation "getitem" takes them, but with tensors and arrays as they are.
py::list subscript_key(py::handle key);
/// Samples or labels, read in place where they are a contiguous array; `name` is for messages.
Tensor data_from(const char* name, py::handle value);
/// The same in float64, lists too; copied.
Tensor float64_from(const char* name, py::handle value);
/// data_from, undefined for None.
Tensor optional_data_from(const char* name, py::handle value);
/// Data of a model with these inputs or outputs: an array, or a list or dictionary of them.
Tensors data_for(const char* name, py::handle value, const Arrangement& arrangement);
/// A read-only view of the tensor's memory, kept alive by the view; of a copy where the host cannot
/// read it.
py::array array_view(const Tensor& tensor);
/// A tensor or None.
py::object tensor_or_none(const Tensor& tensor);

py::dict dict_from(const Logs& logs);
/// {"name": value} as the core reads it; JSON keeps the core free of Python.
Config config_from(py::handle dict);
py::object dict_from(const Config& config);

/// An object that the core's adapters call, but do not own: the Python model, layer list or
/// compile arguments hold it, so that Python's garbage collector sees every cycle.
class PythonObject {
 public:
  explicit PythonObject(py::handle object);
  ~PythonObject();
  PythonObject(const PythonObject&) = delete;
  PythonObject& operator=(const PythonObject&) = delete;

  /// The object; a state error when it is gone. Needs the interpreter lock, as all that follows.
  py::object get() const;
  py::object attr(const char* name) const { return get().attr(name); }

 private:
  PyObject* reference_;
};

/// The tensor a Python hook returned; a type error that names the hook otherwise.
Tensor returned_tensor(const std::string& hook, const py::object& value);

}  // namespace lamina::python
