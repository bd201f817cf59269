// Subscripts: tensor[key] with NumPy's keys.
#include "bindings.hpp"
#include "core/check.hpp"
#include "ops/subscript.hpp"
#include "symbolic.hpp"

namespace lamina::python {
namespace {

using ops::SubscriptKey;
using Kind = SubscriptKey::Kind;

bool is_boolean(py::handle key) {
  return PyBool_Check(key.ptr()) ||
         (py::hasattr(key, "dtype") && py::str(key.attr("dtype")).cast<std::string>() == "bool");
}

bool is_integer(py::handle key) {
  if (PyLong_CheckExact(key.ptr())) return true;
  return PyIndex_Check(key.ptr()) != 0 && !py::isinstance<py::array>(key) &&
         !(py::isinstance<Tensor>(key) && key.cast<const Tensor&>().rank() > 0) &&
         !(py::isinstance<Variable>(key) && key.cast<const Variable&>().shape().rank() > 0) &&
         !is_boolean(key);
}

[[noreturn]] void refuse_key(py::handle key) {
  fail(ErrorKind::index,
       "a Tensor takes integers, slices, ..., None, arrays of integers and masks, got ",
       py::repr(key).cast<std::string>());
}

py::tuple keys_of(py::handle key) {
  return py::isinstance<py::tuple>(key) ? py::reinterpret_borrow<py::tuple>(key)
                                        : py::make_tuple(py::reinterpret_borrow<py::object>(key));
}

SubscriptKey key_from(py::handle key) {
  if (key.is_none()) return {Kind::new_axis};
  if (key.ptr() == Py_Ellipsis) return {Kind::ellipsis};
  if (py::isinstance<py::slice>(key)) {
    Py_ssize_t begin = 0, end = 0, step = 0;
    if (PySlice_Unpack(key.ptr(), &begin, &end, &step) < 0) throw py::error_already_set();
    return {Kind::slice, begin, end, step};
  }
  if (is_integer(key)) return {Kind::index, whole_number(key)};
  if (!is_operand(key) || PyFloat_Check(key.ptr())) refuse_key(key);
  SubscriptKey places{Kind::places};
  places.places = indices_from("indices", key);
  return places;
}

// One key in the form in which files hold it; tensors and arrays as they are.
py::object plain_key(py::handle key) {
  py::dict plain;
  if (key.is_none()) {
    plain["newaxis"] = true;
  } else if (key.ptr() == Py_Ellipsis) {
    plain["ellipsis"] = true;
  } else if (py::isinstance<py::slice>(key)) {
    py::list ends;
    for (const char* end : {"start", "stop", "step"}) {
      const py::object given = key.attr(end);
      ends.append(given.is_none() ? given : py::int_(whole_number(given)));
    }
    plain["slice"] = ends;
  } else if (is_integer(key)) {
    plain["index"] = whole_number(key);
  } else if (is_symbolic(key)) {
    if (key.attr("dtype").cast<std::string>() == "bool") {
      fail(ErrorKind::index,
           "a mask that a graph computes gives a shape that is not known before; use ops.where");
    }
    return py::reinterpret_borrow<py::object>(key);
  } else {
    return py::cast(key_from(key).places);
  }
  return plain;
}

}  // namespace

Tensor indices_from(const char* name, py::handle value) {
  const Tensor indices = data_from(name, value);
  if (py::isinstance<Tensor>(value)) return indices;
  if (indices.size() == 0) return indices.cast(Dtype::int64);  // [] has no whole numbers to tell
  return Tensor::copy_of(indices.data(), static_cast<std::size_t>(indices.size()), indices.shape(),
                         indices.dtype());
}

Tensor subscript(const Tensor& tensor, py::handle key) {
  std::vector<SubscriptKey> keys;
  for (py::handle item : keys_of(key)) keys.push_back(key_from(item));
  return ops::subscript(tensor, keys);
}

py::list subscript_key(py::handle key) {
  py::list plain;
  for (py::handle item : keys_of(key)) plain.append(plain_key(item));
  return plain;
}

void bind_subscripts(py::module_& m) {
  m.def("subscript_key", &subscript_key, py::arg("key"),
        "The keys of a subscript as an operation \"getitem\" takes them.");
}

}  // namespace lamina::python
