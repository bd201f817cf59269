// lamina.ops: what moves, chooses or makes elements.
#include <algorithm>

#include "bindings.hpp"
#include "core/check.hpp"
#include "lamina/core/floatx.hpp"

namespace lamina::python {
namespace {

// Read in place, once; lists keep whole numbers whole.
Tensor indices_from(py::handle value) {
  const Tensor indices = data_from("indices", value);
  if (py::isinstance<Tensor>(value) || indices.size() > 0) return indices;
  return indices.cast(Dtype::int64);  // [] has no whole numbers to tell
}

bool is_ellipsis(py::handle key) { return key.ptr() == Py_Ellipsis; }

bool is_integer(py::handle key) {
  return PyIndex_Check(key.ptr()) != 0 && !PyBool_Check(key.ptr()) &&
         !py::isinstance<py::array>(key) &&
         !(py::isinstance<Tensor>(key) && key.cast<const Tensor&>().rank() > 0);
}

[[noreturn]] void refuse_key(py::handle key) {
  fail(ErrorKind::index,
       "a Tensor takes integers, slices, ..., None and one array of integers, got ",
       py::repr(key).cast<std::string>());
}

// Keys as NumPy reads them: each takes one axis, None makes one, ... takes those that are left.
struct Subscript {
  const Tensor& tensor;
  std::vector<ops::Range> ranges = {};
  Shape shape = {};                               // of the result, once slices are taken
  Tensor places = {};                             // the array of integers, if any,
  int places_axis = 0;                            // and its axis among those of `shape`
  int taken = 0;                                  // axes of the tensor that keys took
  int last_whole_number = -1, places_taken = -1;  // the axes of such keys
  bool has_new_axis = false;

  void take(py::handle key) {
    if (key.is_none()) {
      has_new_axis = true;
      return shape.push_back(1);
    }
    if (taken >= tensor.rank()) {
      fail(ErrorKind::index, "too many indices for a Tensor of shape ", tensor.shape());
    }
    const std::int64_t extent = tensor.shape()[taken];
    if (py::isinstance<py::slice>(key)) {
      py::ssize_t begin = 0, end = 0, step = 0, count = 0;
      if (!key.cast<py::slice>().compute(extent, &begin, &end, &step, &count)) {
        throw py::error_already_set();
      }
      ranges.push_back({begin, count, step});
      shape.push_back(count);
    } else if (is_integer(key)) {
      const std::int64_t index = whole_number(key);
      if (index < -extent || index >= extent) {
        fail(ErrorKind::index, "index ", index, " is out of range for axis ", taken,
             " of a Tensor of shape ", tensor.shape());
      }
      ranges.push_back({index < 0 ? index + extent : index, 1, 1});
      refuse_apart(taken);
      last_whole_number = taken;
    } else if (is_operand(key) && !PyFloat_Check(key.ptr()) && !PyBool_Check(key.ptr())) {
      if (places.defined()) refuse_key(key);
      places = indices_from(key);
      if (places.dtype() == Dtype::boolean) {
        fail(ErrorKind::index,
             "a Tensor takes no mask of booleans, whose result has no shape "
             "before it is known; use ops.where");
      }
      places_axis = shape.rank();
      refuse_apart(taken);
      places_taken = taken;
      ranges.push_back({0, extent, 1});
      shape.push_back(extent);
    } else {
      refuse_key(key);
    }
    ++taken;
  }

  // NumPy moves the axis of places to the front where a slice stands between it and an integer.
  void refuse_apart(int axis) const {
    const int other = places_taken >= 0 ? places_taken : places.defined() ? last_whole_number : -1;
    if (other >= 0 && (axis != other + 1 || has_new_axis)) {
      fail(ErrorKind::index,
           "a Tensor takes an integer and an array of integers beside each other, not with a slice "
           "between them; use one subscript after the other");
    }
  }

  void take_whole(int axes) {
    for (int i = 0; i < axes; ++i) {
      ranges.push_back({0, tensor.shape()[taken], 1});
      shape.push_back(tensor.shape()[taken++]);
    }
  }

  Tensor result() const {
    const Tensor sliced = ops::slice(tensor, ranges).reshape(shape);
    return places.defined() ? ops::take(sliced, places, places_axis) : sliced;
  }
};

// One extent or place a list, or one for all.
std::vector<std::int64_t> whole_list(py::handle values) {
  if (PyIndex_Check(values.ptr())) return {whole_number(values)};
  std::vector<std::int64_t> result;
  for (py::handle value : values) result.push_back(whole_number(value));
  return result;
}

// NumPy's forms: one number, (before, after), or one pair an axis.
std::vector<ops::Padding> padding_from(const py::object& width, int rank) {
  std::vector<ops::Padding> result;
  if (PyIndex_Check(width.ptr())) {
    const std::int64_t both = whole_number(width);
    return std::vector<ops::Padding>(static_cast<std::size_t>(rank), {both, both});
  }
  const auto pair = [](py::handle value) {
    const std::vector<std::int64_t> ends = whole_list(value);
    if (ends.empty() || ends.size() > 2) {
      fail(ErrorKind::value, "pad takes (before, after) for each axis, got ",
           py::repr(value).cast<std::string>());
    }
    return ops::Padding{ends.front(), ends.back()};
  };
  const py::list items(width);
  if (!items.empty() && PyIndex_Check(py::handle(items[0]).ptr())) {
    return std::vector<ops::Padding>(static_cast<std::size_t>(rank), pair(width));
  }
  for (py::handle item : items) result.push_back(pair(item));
  if (result.size() == 1) result.resize(static_cast<std::size_t>(rank), result.front());
  return result;
}

ops::PadMode pad_mode_from(const std::string& mode) {
  if (mode == "constant") return ops::PadMode::constant;
  if (mode == "reflect") return ops::PadMode::reflect;
  if (mode == "symmetric") return ops::PadMode::symmetric;
  fail(ErrorKind::value, "pad takes mode constant, reflect or symmetric, got '", mode, "'");
}

void bind_shapes(py::module_& m) {
  m.def(
      "reshape",
      [](py::handle x, const Shape& newshape) { return operand_from(x).reshape(newshape); },
      py::arg("x"), py::arg("newshape"), "A view with another shape; one extent may be -1.");
  m.def(
      "transpose",
      [](py::handle x, const py::object& axes) {
        return ops::transpose(operand_from(x), axes_from(axes));
      },
      py::arg("x"), py::arg("axes") = py::none(), "Axes in another order, by default reversed.");
  m.def(
      "swapaxes",
      [](py::handle x, int axis1, int axis2) {
        const Tensor tensor = operand_from(x);
        std::vector<int> order;
        for (int i = 0; i < tensor.rank(); ++i) order.push_back(i);
        std::swap(order[static_cast<std::size_t>(tensor.shape().axis(axis1))],
                  order[static_cast<std::size_t>(tensor.shape().axis(axis2))]);
        return ops::transpose(tensor, order);
      },
      py::arg("x"), py::arg("axis1"), py::arg("axis2"), "Two axes exchanged.");
  m.def(
      "expand_dims",
      [](py::handle x, const py::object& axis) {
        Tensor result = operand_from(x);
        if (axis.is_none()) fail(ErrorKind::type, "expand_dims needs an axis, got None");
        std::vector<int> places = axes_from(axis);
        const int rank = result.rank() + static_cast<int>(places.size());
        for (int& place : places) {
          if (place < -rank || place >= rank) {
            fail(ErrorKind::index, "expand_dims got axis ", place, " for shape ", result.shape());
          }
          place = place < 0 ? place + rank : place;
        }
        std::sort(places.begin(), places.end());
        const auto twice = std::adjacent_find(places.begin(), places.end());
        if (twice != places.end()) {
          fail(ErrorKind::value, "expand_dims got axis ", *twice, " twice");
        }
        for (int place : places) result = ops::expand_dims(result, place);
        return result;
      },
      py::arg("x"), py::arg("axis"), "A new axis of extent 1.");
  m.def(
      "squeeze",
      [](py::handle x, const py::object& axis) {
        return ops::squeeze(operand_from(x), axes_from(axis));
      },
      py::arg("x"), py::arg("axis") = py::none(), "Without axes of extent 1.");
  m.def(
      "broadcast_to",
      [](py::handle x, const Shape& shape) { return ops::broadcast_to(operand_from(x), shape); },
      py::arg("x"), py::arg("shape"), "x repeated to that shape by NumPy's rule.");
  m.def(
      "flip",
      [](py::handle x, const py::object& axis) {
        return ops::flip(operand_from(x), axes_from(axis));
      },
      py::arg("x"), py::arg("axis") = py::none(), "Backwards along some axes, or all.");
  m.def(
      "concatenate",
      [](const py::object& xs, int axis) { return ops::concatenate(operands_list_from(xs), axis); },
      py::arg("xs"), py::arg("axis") = 0, "Tensors one after the other along an axis.");
  m.def(
      "stack",
      [](const py::object& x, int axis) { return ops::stack(operands_list_from(x), axis); },
      py::arg("x"), py::arg("axis") = 0, "Tensors beside each other along a new axis.");
  m.def(
      "split",
      [](py::handle x, const py::object& indices_or_sections, int axis) {
        const Tensor tensor = operand_from(x);
        return PyIndex_Check(indices_or_sections.ptr())
                   ? ops::split(tensor, whole_number(indices_or_sections), axis)
                   : ops::split_at(tensor, whole_list(indices_or_sections), axis);
      },
      py::arg("x"), py::arg("indices_or_sections"), py::arg("axis") = 0,
      "Equal parts, or those that begin at the given places.");
  m.def(
      "pad",
      [](py::handle x, const py::object& pad_width, const std::string& mode,
         std::optional<double> constant_values) {
        const Tensor tensor = operand_from(x);
        return ops::pad(tensor, padding_from(pad_width, tensor.rank()), pad_mode_from(mode),
                        constant_values.value_or(0));
      },
      py::arg("x"), py::arg("pad_width"), py::arg("mode") = "constant",
      py::arg("constant_values") = py::none(), "x with a border: of one value, or mirrored.");
  m.def(
      "tile",
      [](py::handle x, const py::object& repeats) {
        return ops::tile(operand_from(x), whole_list(repeats));
      },
      py::arg("x"), py::arg("repeats"), "x repeated as a whole.");
  m.def(
      "repeat",
      [](py::handle x, const py::object& repeats, std::optional<int> axis) {
        const Tensor tensor = operand_from(x);
        const std::int64_t times = whole_number(repeats);
        return axis ? ops::repeat(tensor, times, *axis)
                    : ops::repeat(tensor.reshape({-1}), times, 0);
      },
      py::arg("x"), py::arg("repeats"), py::arg("axis") = py::none(), "Each element repeated.");
}

void bind_choices(py::module_& m) {
  m.def(
      "take",
      [](py::handle x, py::handle indices, std::optional<int> axis) {
        const Tensor tensor = operand_from(x), places = indices_from(indices);
        return axis ? ops::take(tensor, places, *axis) : ops::take(tensor.reshape({-1}), places, 0);
      },
      py::arg("x"), py::arg("indices"), py::arg("axis") = py::none(),
      "The slices at those places of an axis, or of x flattened.");
  m.def(
      "take_along_axis",
      [](py::handle x, py::handle indices, std::optional<int> axis) {
        const Tensor tensor = operand_from(x), places = indices_from(indices);
        return axis ? ops::take_along_axis(tensor, places, *axis)
                    : ops::take_along_axis(tensor.reshape({-1}), places.reshape({-1}), 0);
      },
      py::arg("x"), py::arg("indices"), py::arg("axis") = py::none(),
      "The element at its place of each line along an axis.");
  m.def(
      "scatter",
      [](py::handle indices, py::handle values, const Shape& shape) {
        return ops::scatter(indices_from(indices), operand_from(values), shape);
      },
      py::arg("indices"), py::arg("values"), py::arg("shape"),
      "Zeros with values[i] added at indices[i].");
  m.def(
      "one_hot",
      [](py::handle x, std::int64_t num_classes, int axis, std::optional<Dtype> dtype) {
        return ops::one_hot(data_from("x", x), num_classes, axis, dtype.value_or(floatx()));
      },
      py::arg("x"), py::arg("num_classes"), py::arg("axis") = -1, py::arg("dtype") = py::none(),
      "1 at each class along a new axis, else 0.");
  m.def(
      "embedding",
      [](py::handle table, py::handle indices) {
        return ops::embedding(operand_from(table), indices_from(indices));
      },
      py::arg("table"), py::arg("indices"), "Rows of a table by index.");
  m.def(
      "sort", [](py::handle x, int axis) { return ops::sort(operand_from(x), axis); }, py::arg("x"),
      py::arg("axis") = -1, "Ascending along an axis, NaN last.");
  m.def(
      "argsort", [](py::handle x, int axis) { return ops::argsort(operand_from(x), axis); },
      py::arg("x"), py::arg("axis") = -1, "Where sort takes each element from.");
  m.def(
      "top_k",
      [](py::handle x, std::int64_t k, bool) {
        const auto [values, indices] = ops::top_k(operand_from(x), k);
        return py::make_tuple(values, indices);
      },
      py::arg("x"), py::arg("k"), py::arg("sorted") = true,
      "The k largest of the last axis, largest first, and where they stand.");
}

void bind_creation(py::module_& m) {
  m.def(
      "cast", [](py::handle x, Dtype dtype) { return operand_from(x).cast(dtype); }, py::arg("x"),
      py::arg("dtype"), "The values as another dtype.");
  m.def(
      "convert_to_tensor",
      [](py::handle x, std::optional<Dtype> dtype) {
        const Tensor tensor = operand_from(x);
        return dtype ? tensor.cast(*dtype) : tensor;
      },
      py::arg("x"), py::arg("dtype") = py::none(), "A Tensor of it; a Tensor is passed on.");
  m.def(
      "stop_gradient", [](py::handle x) { return operand_from(x).detach(); }, py::arg("variable"),
      "The same values, outside any gradient.");
  const std::tuple<const char*, const char*, double, const char*> filled[] = {
      {"zeros", "zeros_like", 0, "All 0."},
      {"ones", "ones_like", 1, "All 1."},
  };
  for (const auto& [name, like_name, value, doc] : filled) {
    m.def(
        name,
        [value](const Shape& shape, std::optional<Dtype> dtype) {
          return Tensor::full(shape, value, dtype.value_or(floatx()));
        },
        py::arg("shape"), py::arg("dtype") = py::none(), doc);
    m.def(
        like_name,
        [value](py::handle x, std::optional<Dtype> dtype) {
          const Tensor tensor = operand_from(x);
          return Tensor::full(tensor.shape(), value, dtype.value_or(tensor.dtype()));
        },
        py::arg("x"), py::arg("dtype") = py::none(), doc);
  }
  m.def(
      "full",
      [](const Shape& shape, py::handle fill_value, std::optional<Dtype> dtype) {
        return ops::broadcast_to(tensor_from(fill_value, dtype.value_or(floatx())), shape);
      },
      py::arg("shape"), py::arg("fill_value"), py::arg("dtype") = py::none(), "All one value.");
}

}  // namespace

Tensor subscript(const Tensor& tensor, py::handle key) {
  const py::tuple keys = py::isinstance<py::tuple>(key)
                             ? py::reinterpret_borrow<py::tuple>(key)
                             : py::make_tuple(py::reinterpret_borrow<py::object>(key));
  int axes = 0, ellipses = 0;
  for (py::handle item : keys) {
    axes += !item.is_none() && !is_ellipsis(item);
    ellipses += is_ellipsis(item);
  }
  if (ellipses > 1) fail(ErrorKind::index, "an index has one Ellipsis (...) at most");
  Subscript subscript{tensor};
  for (py::handle item : keys) {
    is_ellipsis(item) ? subscript.take_whole(std::max(tensor.rank() - axes, 0))
                      : subscript.take(item);
  }
  subscript.take_whole(tensor.rank() - subscript.taken);
  return subscript.result();
}

void bind_arrangement(py::module_& m) {
  bind_shapes(m);
  bind_choices(m);
  bind_creation(m);
}

}  // namespace lamina::python
