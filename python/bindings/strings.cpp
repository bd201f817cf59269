#include "strings.hpp"

#include <cstring>

#include "core/check.hpp"

namespace lamina::python {
namespace {

// An array of NumPy's, by the kind of its dtype: fixed-width text, bytes, objects; 0 for others.
char kind_of_array(py::handle value) {
  return py::isinstance<py::array>(value) ? py::reinterpret_borrow<py::array>(value).dtype().kind()
                                          : '\0';
}

class Reader {
 public:
  Reader(const char* name, const std::string& encoding) : name_(name), encoding_(encoding) {}

  StringArray strings(py::handle value) {
    Shape shape;
    read(nested(value), shape, 0);
    return result_.reshape(shape);
  }

  void add(py::handle item) {
    if (PyUnicode_Check(item.ptr())) return add_text(item);
    if (!PyBytes_Check(item.ptr())) {
      fail(ErrorKind::type, name_, " must be strings, got ",
           py::str(py::type::of(item).attr("__name__")).cast<std::string>());
    }
    char* bytes = nullptr;
    Py_ssize_t size = 0;
    PyBytes_AsStringAndSize(item.ptr(), &bytes, &size);
    const auto text = py::reinterpret_steal<py::object>(
        PyUnicode_Decode(bytes, size, encoding_.c_str(), nullptr));
    if (!text) throw py::error_already_set();
    add_text(text);
  }

  StringArray take() { return std::move(result_); }

  // Lists of Python's, whatever it was.
  py::object nested(py::handle value) const {
    const char kind = kind_of_array(value);
    if (kind == 'U' || kind == 'S' || kind == 'O') return value.attr("tolist")();
    if (py::isinstance<Tensor>(value) || kind != '\0') {
      fail(ErrorKind::type, name_, " must be strings, got numbers");
    }
    const bool is_plain = PyUnicode_Check(value.ptr()) || PyBytes_Check(value.ptr()) ||
                          PyList_Check(value.ptr()) || PyTuple_Check(value.ptr());
    if (!is_plain && py::hasattr(value, "__array__")) return nested(value.attr("__array__")());
    return py::reinterpret_borrow<py::object>(value);
  }

 private:
  void add_text(py::handle text) {
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
    if (utf8 == nullptr) throw py::error_already_set();
    result_.push_back({utf8, static_cast<std::size_t>(size)});
  }

  // The first of each depth says how long all of that depth are.
  void read(py::handle value, Shape& shape, int depth) {
    const bool is_list = PyList_Check(value.ptr()) || PyTuple_Check(value.ptr());
    if (!is_list) {
      if (depth != shape.rank() && has_leaf_) refuse_shape();
      has_leaf_ = true;
      return add(value);
    }
    if (depth == Shape::max_rank) refuse_shape();
    const auto length = static_cast<std::int64_t>(PySequence_Fast_GET_SIZE(value.ptr()));
    if (depth == shape.rank()) {
      if (has_leaf_) refuse_shape();
      shape.push_back(length);
    } else if (shape[depth] != length) {
      refuse_shape();
    }
    for (std::int64_t i = 0; i < length; ++i) {
      read(nested(PySequence_Fast_GET_ITEM(value.ptr(), i)), shape, depth + 1);
    }
  }

  [[noreturn]] void refuse_shape() const {
    fail(ErrorKind::value, name_, " must be strings in lists of one length at each depth");
  }

  const char* name_;
  const std::string& encoding_;
  StringArray result_;
  bool has_leaf_ = false;
};

}  // namespace

StringArray strings_from(const char* name, py::handle value, const std::string& encoding) {
  return Reader(name, encoding).strings(value);
}

StringLists string_lists_from(const char* name, py::handle value, const std::string& encoding) {
  Reader reader(name, encoding);
  StringLists lists;
  std::size_t count = 0;
  const py::object outer = reader.nested(value);
  if (!PyList_Check(outer.ptr()) && !PyTuple_Check(outer.ptr())) {
    fail(ErrorKind::type, name, " must be a list of lists of strings");
  }
  for (py::handle list : outer) {
    const py::object inner = reader.nested(list);
    if (!PyList_Check(inner.ptr()) && !PyTuple_Check(inner.ptr())) {
      fail(ErrorKind::type, name, " must be a list of lists of strings");
    }
    for (py::handle item : inner) {
      reader.add(item);
      ++count;
    }
    lists.ends.push_back(count);
  }
  lists.values = reader.take();
  lists.shape = Shape{static_cast<std::int64_t>(lists.ends.size())};
  return lists;
}

py::object array_from(const StringArray& strings) {
  const py::module_ numpy = py::module_::import("numpy");
  py::list items(strings.size());
  for (std::size_t i = 0; i < strings.size(); ++i) {
    items[i] = py::str(strings[i].data(), strings[i].size());
  }
  py::object flat = numpy.attr("empty")(strings.size(), "object");
  flat[py::slice(0, static_cast<py::ssize_t>(strings.size()), 1)] = items;
  return flat.attr("reshape")(strings.shape());
}

}  // namespace lamina::python
