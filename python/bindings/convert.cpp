#include <pybind11/gil_safe_call_once.h>

#include <algorithm>
#include <cstring>

#include "adapters.hpp"
#include "bindings.hpp"
#include "core/check.hpp"
#include "symbolic.hpp"

namespace lamina::python {
namespace {

using ModuleStore = py::gil_safe_call_once_and_store<py::module_>;

py::module_& numpy() {
  PYBIND11_CONSTINIT static ModuleStore store;
  return store.call_once_and_store_result([] { return py::module_::import("numpy"); }).get_stored();
}

py::module_& json() {
  PYBIND11_CONSTINIT static ModuleStore store;
  return store.call_once_and_store_result([] { return py::module_::import("lamina._json"); })
      .get_stored();
}

bool is_number(py::handle value) { return PyFloat_Check(value.ptr()) || PyLong_Check(value.ptr()); }

bool is_numpy_scalar(py::handle value) { return py::isinstance(value, numpy().attr("generic")); }

const Tensor* as_tensor(py::handle value) {
  if (py::isinstance<Tensor>(value)) return &value.cast<const Tensor&>();
  if (py::isinstance<Variable>(value)) return &value.cast<const Variable&>().value();
  return nullptr;
}

bool is_list(py::handle value) { return PyList_Check(value.ptr()) || PyTuple_Check(value.ptr()); }

// Whether a list holds tensors, at any depth that a tensor's axes have.
bool holds_tensors(py::handle value, int depth = 0) {
  if (!is_list(value) || depth == Shape::max_rank) return false;
  for (py::handle item : value) {
    if (is_number(item)) continue;
    if (as_tensor(item) != nullptr || holds_tensors(item, depth + 1)) return true;
  }
  return false;
}

// Values without a dtype of their own.
bool is_weak(py::handle value) {
  return is_number(value) || (is_list(value) && !holds_tensors(value)) || is_numpy_scalar(value);
}

bool is_beyond_int64(py::handle value) {
  if (PyLong_Check(value.ptr()) == 0) return false;
  int overflow = 0;
  PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  return overflow != 0;
}

[[noreturn]] void refuse_beyond_int64(py::handle whole) {
  fail(ErrorKind::value, "the whole number ", py::str(whole).cast<std::string>(),
       " is beyond int64, the widest dtype of whole numbers; write it as a float");
}

struct ArrayDtype {
  Dtype dtype;
  bool exact;  // no conversion needed
};

bool begins_with_text(const py::array& objects) {
  if (objects.size() == 0) return false;
  const py::object first = objects.attr("flat")[py::int_(0)];
  return PyUnicode_Check(first.ptr()) || PyBytes_Check(first.ptr());
}

// The dtype that holds an array's values: its own, or for small types the next that lamina has.
ArrayDtype dtype_of_array(const std::string& name, const py::array& array) {
  const char kind = array.dtype().kind();
  const auto size = array.itemsize();
  if (kind == 'b') return {Dtype::boolean, true};
  if (kind == 'f' && size == 4) return {Dtype::float32, true};
  if (kind == 'f' && size == 8) return {Dtype::float64, true};
  if (kind == 'f' && size == 2) return {Dtype::float32, false};
  if (kind == 'i' && size == 8) return {Dtype::int64, true};
  if (kind == 'i') return {Dtype::int32, size == 4};
  if (kind == 'u' && size == 1) return {Dtype::uint8, true};
  if (kind == 'u' && size == 2) return {Dtype::int32, false};
  if (kind == 'u' && size == 4) return {Dtype::int64, false};
  if (kind == 'u' && size == 8) {
    fail(ErrorKind::type, name,
         " has the NumPy dtype uint64, expected real numbers that int64 holds; where it does, "
         "astype(\"int64\") it first");
  }
  if (kind == 'O') {
    for (py::handle item : array.attr("flat")) {
      if (!PyLong_Check(item.ptr())) break;
      if (is_beyond_int64(item)) refuse_beyond_int64(item);
    }
  }
  if (kind == 'O' && array.ndim() == 0) {  // NumPy knows no numbers in it
    const py::object held = array.attr("item")();
    fail(ErrorKind::type, name, " is of the type ",
         py::str(py::type::of(held).attr("__name__")).cast<std::string>(),
         ", expected an array of real numbers",
         py::hasattr(held, "toarray") ? "; it is sparse: give what its toarray() gives" : "");
  }
  const bool is_text = kind == 'U' || kind == 'S' || (kind == 'O' && begins_with_text(array));
  fail(ErrorKind::type, name, " has the NumPy dtype ", py::str(array.dtype()).cast<std::string>(),
       ", expected real numbers",
       is_text ? "; tensors hold no strings: call a TextVectorization or StringLookup layer on "
                 "them first"
               : ": float32, float64, int32, int64, uint8 or bool");
}

// Data that are objects, but all real numbers, as a frame of float and bool columns gives them, in
// float64; others as they are.
py::array unboxed(py::array array) {
  if (array.dtype().kind() != 'O') return array;
  const py::tuple scalars =
      py::make_tuple(numpy().attr("integer"), numpy().attr("floating"), numpy().attr("bool_"));
  for (py::handle item : array.attr("flat")) {
    int overflow = 0;
    if (PyLong_Check(item.ptr())) PyLong_AsLongLongAndOverflow(item.ptr(), &overflow);
    if (overflow != 0 || !(is_number(item) || py::isinstance(item, scalars))) return array;
  }
  return call_hook(array.attr("astype"), "float64");
}

// A tensor would hold what lies behind the mask.
void refuse_masked(const std::string& name, py::handle array) {
  if (Py_TYPE(array.ptr()) == py::detail::npy_api::get().PyArray_Type_) return;
  if (!py::hasattr(array, "filled") || !numpy().attr("ma").attr("is_masked")(array).cast<bool>()) {
    return;
  }
  fail(ErrorKind::type, name, " is a masked array, of which tensors know no mask; ",
       "give filled(...) of it, or leave out what it masks");
}

py::array as_array(const std::string& name, py::handle value) {
  if (py::isinstance<py::array>(value)) {
    refuse_masked(name, value);
    return py::reinterpret_borrow<py::array>(value);
  }
  if (value.is_none()) fail(ErrorKind::type, name, " is None, expected an array");
  if (is_symbolic(value)) throw SymbolicOperand();
  if (py::isinstance<py::str>(value) || py::isinstance<py::dict>(value) ||
      py::isinstance<py::set>(value)) {
    fail(ErrorKind::type, name, " is a ", type_name(value), ", expected an array or nested lists");
  }
  try {
    return call_hook(numpy().attr("asarray"), value);
  } catch (py::error_already_set& error) {
    if (!error.matches(PyExc_ValueError)) throw;
    fail(ErrorKind::value, name,
         " is not a rectangular array of numbers: ", py::str(error.value()).cast<std::string>());
  }
}

// C order, aligned, native byte order, of that dtype; the array itself where it is all that.
py::array packed(const py::array& array, Dtype dtype, bool exact) {
  constexpr int wanted = int{py::array::c_style} | int{py::detail::npy_api::NPY_ARRAY_ALIGNED_};
  if (exact && (array.flags() & wanted) == wanted && array.dtype().attr("isnative").cast<bool>()) {
    return array;
  }
  return call_hook(numpy().attr("require"), array, std::string(name_of(dtype)), "CA");
}

Shape shape_of(const std::string& name, const py::array& array) {
  if (array.ndim() > Shape::max_rank) {
    fail(ErrorKind::value, name, " has ", array.ndim(), " axes, expected at most ",
         Shape::max_rank);
  }
  Shape shape;
  for (py::ssize_t axis = 0; axis < array.ndim(); ++axis) shape.push_back(array.shape(axis));
  return shape;
}

Tensor copied(const std::string& name, const py::array& array, Dtype dtype, bool exact,
              Device device = default_device()) {
  // Fractions become whole numbers as the core's cast has it: NumPy's result depends on the machine
  // where the dtype cannot hold them.
  if (array.dtype().kind() == 'f' && !is_floating(dtype)) {
    return copied(name, array, Dtype::float64, false, device).cast(dtype);
  }
  const py::array source = packed(array, dtype, exact);
  return Tensor::copy_of(source.data(), static_cast<std::size_t>(source.size()),
                         shape_of(name, source), dtype, device);
}

struct WholeRange {
  std::int64_t least = 0, most = 0;
};
WholeRange range_of(const py::array& whole) {
  if (whole.size() == 0) return {};
  return {whole_number(whole.attr("min")()), whole_number(whole.attr("max")())};
}

bool is_whole(const py::array& array) {
  const char kind = array.dtype().kind();
  return kind == 'i' || kind == 'u';
}

// Numbers from Python are never changed by a dtype that cannot hold them; fractions are cut.
void require_fits(const std::string& name, const py::array& array, Dtype dtype) {
  if (is_floating(dtype) || dtype == Dtype::boolean || array.size() == 0) return;
  const auto refuse = [&](const py::object& low, const py::object& high) {
    fail(ErrorKind::value, name, " has values from ", py::str(low).cast<std::string>(), " to ",
         py::str(high).cast<std::string>(), ", which ", name_of(dtype), " cannot hold");
  };
  const py::object low = array.attr("min")(), high = array.attr("max")();
  if (is_whole(array)) {
    const auto [least, most] = range_of(array);
    if (!Scalar(least).fits(dtype) || !Scalar(most).fits(dtype)) refuse(low, high);
  } else if (array.dtype().kind() == 'f') {
    const auto fits = [&](const py::object& value) {
      return Scalar(value.cast<double>()).fits(dtype);
    };
    if (!fits(low) || !fits(high)) refuse(low, high);
  }
}

// An int of Python that is no bool, exactly; nothing for other types, and a value error beyond
// int64.
std::optional<std::int64_t> python_whole(py::handle value) {
  if (PyLong_Check(value.ptr()) == 0 || PyBool_Check(value.ptr()) != 0) return std::nullopt;
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0) {
    refuse_beyond_int64(value);
  }
  return number;
}

// The float that floating dtypes take of a whole number beyond int64.
py::object as_float(py::handle value) {
  return py::reinterpret_steal<py::object>(PyNumber_Float(value.ptr()));
}

// A Python number or list as a tensor that works with `beside`: fractions make integers float32,
// whole numbers that these cannot hold make them wider.
Tensor weak_operand(py::handle value, const Tensor& beside) {
  const Dtype peer = beside.dtype();
  if (PyFloat_Check(value.ptr()) || (is_floating(peer) && is_beyond_int64(value))) {
    const Scalar number = PyFloat_AsDouble(value.ptr());
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return Tensor::scalar(number, dtype_beside(number, peer), beside.device());
  }
  if (const std::optional<std::int64_t> whole = python_whole(value)) {
    return Tensor::scalar(*whole, dtype_beside(*whole, peer), beside.device());
  }
  const py::array array = as_array("an operand", value);
  dtype_of_array("an operand", array);
  Dtype dtype = peer;
  if (array.dtype().kind() == 'f' && !is_floating(peer)) dtype = Dtype::float32;
  if (is_whole(array) && !is_floating(peer)) {
    const auto [least, most] = range_of(array);
    dtype = dtype_holding(least, most, peer);
  }
  return copied("an operand", array, dtype, false, beside.device());
}

// The first tensor in nested lists that hold some: what is weak beside it takes its dtype.
const Tensor& first_tensor(py::handle list) {
  for (py::handle item : list) {
    if (const Tensor* tensor = as_tensor(item)) return *tensor;
    if (holds_tensors(item)) return first_tensor(item);
  }
  fail(ErrorKind::type, "the list changed while it was read");
}

// Lists that hold tensors, stacked: their gradients reach what they were computed from.
Tensor stacked(py::handle list, const Tensor& peer, int depth = 0) {
  if (depth == Shape::max_rank) {
    fail(ErrorKind::value, "lists of tensors nest deeper than the ", Shape::max_rank,
         " axes that a tensor may have");
  }
  TensorList parts;
  for (py::handle item : list) {
    parts.push_back(holds_tensors(item) ? stacked(item, peer, depth + 1)
                    : is_weak(item)     ? weak_operand(item, peer)
                                        : operand_from(item));
  }
  return ops::stack(parts, 0);
}

}  // namespace

std::string type_name(py::handle value) {
  return py::type::of(value).attr("__name__").cast<std::string>();
}

Tensor tensor_from(py::handle value, std::optional<Dtype> dtype, std::optional<Device> device) {
  if (const Tensor* tensor = as_tensor(value)) {
    const NoGrad no_grad;
    const Tensor same = dtype ? tensor->cast(*dtype) : *tensor;
    return device && *device != same.device() ? same.to(*device) : same.copy();
  }
  const bool weak = is_weak(value) && !is_numpy_scalar(value);
  const bool is_huge = is_beyond_int64(value) && (!dtype || is_floating(*dtype));
  const py::array array = as_array("Tensor(data)", is_huge ? as_float(value) : value);
  const ArrayDtype own = dtype_of_array("Tensor(data)", array);
  const Dtype wanted = dtype ? *dtype : weak ? Dtype::float32 : own.dtype;
  if (weak) require_fits("Tensor(data)", array, wanted);
  return copied("Tensor(data)", array, wanted, own.exact && own.dtype == wanted,
                device.value_or(default_device()));
}

Tensor operand_from(py::handle value) {
  if (const Tensor* tensor = as_tensor(value)) return *tensor;
  if (holds_tensors(value)) return stacked(value, first_tensor(value));
  if (const std::optional<std::int64_t> whole = python_whole(value)) {
    return Tensor::scalar(*whole, dtype_holding(*whole, *whole, Dtype::int32));
  }
  return tensor_from(value);
}

Tensor operand_beside(py::handle value, const Tensor& peer) {
  if (is_weak(value)) return weak_operand(value, peer);
  if (as_tensor(value) != nullptr || holds_tensors(value)) return operand_from(value);
  const py::array array = as_array("an operand", value);
  const ArrayDtype own = dtype_of_array("an operand", array);
  const bool follows = is_floating(own.dtype) && is_floating(peer.dtype());
  return tensor_from(array, follows ? peer.dtype() : own.dtype, peer.device());
}

const Tensor* as_peer(py::handle value) {
  const Tensor* tensor = as_tensor(value);
  return tensor != nullptr && is_floating(tensor->dtype()) ? tensor : nullptr;
}

std::pair<Tensor, Tensor> operands_from(py::handle a, py::handle b) {
  if (const Tensor* left = as_tensor(a)) return {*left, operand_beside(b, *left)};
  // A list says more than a number, an array more than both.
  const bool follows = is_weak(a) && (!is_weak(b) || (!is_list(a) && is_list(b)));
  if (follows || as_tensor(b) != nullptr) {
    const Tensor right = operand_from(b);
    return {operand_beside(a, right), right};
  }
  // Neither is a tensor: two arrays keep their dtypes.
  const Tensor left = operand_from(a);
  return {left, is_weak(b) ? weak_operand(b, left) : operand_from(b)};
}

Tensor weights_beside(const Tensor& values, py::handle weights) {
  if (weights.is_none()) return {};
  // Numbers and lists are as exact as what they weigh.
  const Dtype dtype = is_floating(values.dtype()) ? values.dtype() : Dtype::float32;
  if (is_weak(weights)) return tensor_from(weights, dtype, values.device());
  return operand_beside(weights, values).to(values.device());
}

std::int64_t whole_number(py::handle value) {
  PyObject* index = PyNumber_Index(value.ptr());
  if (index == nullptr) throw py::error_already_set();
  const auto number = py::reinterpret_steal<py::int_>(index);
  const std::int64_t result = PyLong_AsLongLong(number.ptr());
  if (result == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return result;
}

Shape shape_from(const py::object& extents) {
  py::detail::make_caster<Shape> caster;
  if (!caster.load(extents, true)) {
    fail(ErrorKind::type, "a shape is whole numbers, got ", py::repr(extents).cast<std::string>());
  }
  return py::detail::cast_op<Shape>(caster);
}

TensorList operands_list_from(py::handle values) {
  TensorList tensors;
  if (as_tensor(values) != nullptr || !py::isinstance<py::iterable>(values)) {
    fail(ErrorKind::type, "expected a list of tensors, got ", type_name(values));
  }
  // What has no dtype of its own, and arrays of floats, go by the first tensor.
  const py::list items(py::reinterpret_borrow<py::object>(values));
  const Tensor* peer = nullptr;
  for (py::handle value : items) {
    if (peer == nullptr) peer = as_tensor(value);
  }
  for (py::handle value : items) {
    tensors.push_back(peer == nullptr ? operand_from(value) : operand_beside(value, *peer));
  }
  return tensors;
}

std::vector<int> axes_from(const py::object& axis) {
  const auto one = [](py::handle value) {
    const std::int64_t number = whole_number(value);
    if (number < -2 * Shape::max_rank || number >= 2 * Shape::max_rank) {
      fail(ErrorKind::index, "axis ", number, " is out of range: a tensor has at most ",
           Shape::max_rank, " axes");
    }
    return static_cast<int>(number);
  };
  if (axis.is_none()) return {};
  if (!py::isinstance<py::tuple>(axis) && !py::isinstance<py::list>(axis)) return {one(axis)};
  std::vector<int> axes;
  for (py::handle item : axis) axes.push_back(one(item));
  if (axes.empty()) {
    fail(ErrorKind::value, "an empty tuple names no axis; None stands for all of them");
  }
  return axes;
}

bool is_operand(py::handle value) {
  return as_tensor(value) != nullptr || is_list(value) || is_weak(value) ||
         py::hasattr(value, "__array__") || is_symbolic(value);
}

Tensor data_from(const char* name, py::handle value) {
  if (const Tensor* tensor = as_tensor(value)) return tensor->detach();
  const bool weak = is_weak(value);
  const py::array array = unboxed(as_array(name, value));
  ArrayDtype own = dtype_of_array(name, array);
  if (weak && own.dtype == Dtype::float64) own = {Dtype::float32, false};
  py::array source = packed(array, own.dtype, own.exact);
  const void* data = source.data();
  const Shape shape = shape_of(name, source);
  // Released without the interpreter lock when the core drops it in the middle of a run.
  std::shared_ptr<const void> owner(new py::array(std::move(source)), [](const py::array* held) {
    if (interpreter_is_gone()) return;
    const GilAcquire lock;
    delete held;
  });
  return Tensor::borrow(data, shape, own.dtype, std::move(owner));
}

Tensor float64_from(const char* name, py::handle value) {
  if (const Tensor* tensor = as_tensor(value)) return tensor->detach().cast(Dtype::float64);
  const py::array array = as_array(name, value);
  const ArrayDtype own = dtype_of_array(name, array);
  return copied(name, array, Dtype::float64, own.exact && own.dtype == Dtype::float64);
}

Tensor optional_data_from(const char* name, py::handle value) {
  return value.is_none() ? Tensor() : data_from(name, value);
}

bool is_list_of_tensors(py::handle value) {
  if (!py::isinstance<py::list>(value) && !py::isinstance<py::tuple>(value)) return false;
  bool all = py::len(value) > 0;
  for (py::handle item : value) all = all && as_tensor(item) != nullptr;
  return all;
}

namespace {

// Where a model says nothing of its inputs, a list of arrays is several, as in Keras; a list of
// numbers, or of lists of them, is one array.
bool is_list_of_arrays(py::handle value) {
  if (!is_list(value)) return false;
  bool all = py::len(value) > 0;
  for (py::handle item : value) {
    all = all && (as_tensor(item) != nullptr || py::isinstance<py::array>(item));
  }
  return all;
}

Tensors data_by_name(const char* name, const py::dict& given, const Arrangement& arrangement) {
  const std::vector<std::string>& names = arrangement.names;
  std::string known;
  for (const std::string& each : names) known += (known.empty() ? "" : ", ") + each;
  if (names.empty()) {
    fail(ErrorKind::type, name, " is a dict, but the model's inputs and outputs have no names; ",
         "give an array or a list");
  }
  for (const auto& item : given) {
    const auto key = py::str(item.first).cast<std::string>();
    if (std::find(names.begin(), names.end(), key) == names.end()) {
      fail(ErrorKind::value, name, " has the key '", key, "', expected ", known);
    }
  }
  Tensors result;
  for (const std::string& each : names) {
    const bool has = given.contains(each.c_str());
    if (!has && std::string_view(name) == "x") {
      fail(ErrorKind::value, name, " lacks the key '", each, "', expected ", known);
    }
    result.push_back(has ? optional_data_from(name, given[each.c_str()]) : Tensor());
  }
  return result;
}

}  // namespace

Tensors data_for(const char* name, py::handle value, const Arrangement& arrangement) {
  if (value.is_none()) return {};
  if (py::isinstance<py::dict>(value)) {
    return data_by_name(name, py::reinterpret_borrow<py::dict>(value), arrangement);
  }
  using Kind = Arrangement::Kind;
  const bool several = arrangement.kind == Kind::unknown  ? is_list_of_arrays(value)
                       : arrangement.kind == Kind::single ? false
                                                          : is_list(value);
  // As in Keras, a list of one array is that array, whatever the model.
  const bool one = !several && is_list_of_arrays(value) && py::len(value) == 1;
  if (one) return data_from(name, py::reinterpret_borrow<py::sequence>(value)[0]);
  if (!several) return data_from(name, value);
  const bool counted = arrangement.kind != Kind::unknown;
  if (counted && py::len(value) != arrangement.names.size()) {
    std::string known;
    for (const std::string& each : arrangement.names) known += (known.empty() ? "" : ", ") + each;
    fail(ErrorKind::value, name, " is a list of ", py::len(value), ", expected ",
         arrangement.names.size(), " arrays (", known, ")");
  }
  Tensors result;
  for (py::handle item : value) result.push_back(optional_data_from(name, item));
  return result;
}

py::array array_view(const Tensor& given) {
  const Tensor tensor = given.detach().to(Device());
  const std::vector<py::ssize_t> shape(tensor.shape().begin(), tensor.shape().end());
  py::array view(py::dtype(std::string(name_of(tensor.dtype()))), shape, {}, tensor.data(),
                 py::cast(tensor));
  py::detail::array_proxy(view.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return view;
}

py::object tensor_or_none(const Tensor& tensor) {
  return tensor.defined() ? py::cast(tensor) : py::none();
}

py::dict dict_from(const Logs& logs) {
  py::dict result;
  for (const auto& [name, value] : logs) result[py::str(name)] = value;
  return result;
}

Config config_from(py::handle dict) {
  return Config::parse(json().attr("dumps")(dict).cast<std::string>());
}

py::object dict_from(const Config& config) { return json().attr("loads")(config.dump()); }

PythonObject::PythonObject(py::handle object)
    : reference_(PyWeakref_NewRef(object.ptr(), nullptr)) {
  if (reference_ == nullptr) throw py::error_already_set();
}

PythonObject::~PythonObject() {
  if (interpreter_is_gone()) return;
  const GilAcquire lock;
  Py_DECREF(reference_);
}

py::object PythonObject::get() const {
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* object = nullptr;
  PyWeakref_GetRef(reference_, &object);
  if (object != nullptr) return py::reinterpret_steal<py::object>(object);
#else
  PyObject* object = PyWeakref_GetObject(reference_);
  if (object != Py_None) return py::reinterpret_borrow<py::object>(object);
#endif
  fail(ErrorKind::state,
       "a Python object that a model calls is gone; keep a reference to the model "
       "or layer that holds it");
}

Tensor returned_tensor(const std::string& hook, const py::object& value) {
  if (value.is_none() || !is_operand(value)) {
    fail(ErrorKind::type, hook, " must return a Tensor, got ", type_name(value));
  }
  return operand_from(value);
}

}  // namespace lamina::python
