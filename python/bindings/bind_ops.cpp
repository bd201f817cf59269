// lamina.ops: one function for each row of operations.def, and what makes tensors from nothing.
#include "ops/operations.hpp"

#include <algorithm>
#include <array>

#include "adapters.hpp"
#include "bindings.hpp"
#include "core/check.hpp"
#include "gil.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/core/floatx.hpp"
#include "ops/calls.hpp"
#include "symbolic.hpp"

namespace lamina::python {
namespace {

/// What a function gives, in Python's types.
template <class Result>
struct Given : py::object {
  Given(py::object result) : py::object(std::move(result)) {}
};

/// A number as pybind11 reads it, and the object that it was read from. That may be a tensor, whose
/// gradient the number would lose.
template <class Value>
struct Number {
  Value value{};
  py::handle given;  // lives as long as the call's arguments
};

bool needs_gradient(py::handle number) {
  if (!number || PyFloat_Check(number.ptr()) || PyLong_Check(number.ptr())) return false;
  const Tensor* const tensor = as_peer(number);
  return tensor != nullptr && needs_grad({*tensor});
}

}  // namespace
}  // namespace lamina::python

namespace pybind11::detail {

template <class Value>
struct type_caster<lamina::python::Number<Value>> {
  PYBIND11_TYPE_CASTER(lamina::python::Number<Value>, make_caster<Value>::name);

  bool load(handle source, bool convert) {
    value.given = source;
    if (lamina::python::needs_gradient(source)) return true;
    make_caster<Value> number;
    if (!number.load(source, convert)) return false;
    value.value = cast_op<Value>(number);
    return true;
  }
};
template <>
struct handle_type_name<lamina::python::Given<lamina::Tensor>> {
  static constexpr auto name = const_name("lamina.Tensor");
};
template <>
struct handle_type_name<lamina::python::Given<lamina::TensorList>> {
  static constexpr auto name = const_name("list[lamina.Tensor]");
};
template <>
struct handle_type_name<lamina::python::Given<lamina::ops::TopK>> {
  static constexpr auto name = const_name("tuple[lamina.Tensor, lamina.Tensor]");
};

}  // namespace pybind11::detail

namespace lamina::python {
namespace {

namespace calls = ops::calls;
using ops::of_peers, ops::over, ops::parameter_of;

// A signature as a template argument, so that the parameters with defaults are known when the
// binding is compiled.
template <std::size_t size>
struct Signature {
  char text[size];
  constexpr Signature(const char (&literal)[size]) { std::copy_n(literal, size, text); }
  constexpr std::string_view parameter(std::size_t i) const {
    return parameter_of({text, size - 1}, i);
  }
};

// A call whose argument `number` is a number in the core and came as a tensor that requires a
// gradient: made of operations that give it one, or a type error where there are none.
py::object composed(const char* name, const char* number,
                    std::initializer_list<std::pair<const char*, py::object>> arguments) {
  py::dict call;
  for (const auto& [parameter, value] : arguments) call[parameter] = value;
  return py::module_::import("lamina.ops._numbers").attr("composed")(name, number, call);
}

template <class Value>
bool loses_gradient(const Value&) {
  return false;
}
template <class Value>
bool loses_gradient(const Number<Value>& number) {
  return needs_gradient(number.given);
}
template <class Value>
bool loses_gradient(const std::optional<Number<Value>>& number) {
  return number && needs_gradient(number->given);
}

// How an argument comes from Python, by the type of the function's parameter: what pybind11
// converts itself, and below what it does not.
template <class Parameter>
struct FromPython {
  using type = std::decay_t<Parameter>;
  static const type& read(const char*, const type& value) { return value; }
};
template <class Value, Value (*convert)(py::handle)>
struct Converted {
  using type = py::object;
  static Value read(const char*, const py::object& value) { return convert(value); }
};

template <class Value>
struct ReadNumber {
  using type = Number<Value>;
  static Value read(const char*, const Number<Value>& number) { return number.value; }
};
template <class Value>
struct ReadOptionalNumber {
  using type = std::optional<Number<Value>>;
  static std::optional<Value> read(const char*, const std::optional<Number<Value>>& number) {
    return number ? std::optional(number->value) : std::nullopt;
  }
};
template <>
struct FromPython<double> : ReadNumber<double> {};
template <>
struct FromPython<const Scalar&> : ReadNumber<Scalar> {};
template <>
struct FromPython<std::optional<double>> : ReadOptionalNumber<double> {};
template <>
struct FromPython<const std::optional<Scalar>&> : ReadOptionalNumber<Scalar> {};

// Arrays offer __index__ whatever their shape.
bool is_whole_number(py::handle value) {
  return PyIndex_Check(value.ptr()) != 0 &&
         (!py::hasattr(value, "ndim") || value.attr("ndim").cast<int>() == 0);
}

ops::WholeNumbers whole_numbers_from(py::handle value) {
  if (is_whole_number(value)) return {{whole_number(value)}, false};
  if (!py::isinstance<py::iterable>(value)) {
    fail(ErrorKind::type, "expected a whole number or a list of them, got ",
         py::repr(value).cast<std::string>());
  }
  ops::WholeNumbers numbers{{}, true};
  for (py::handle item : value) numbers.values.push_back(whole_number(item));
  return numbers;
}

std::optional<ops::WholeNumbers> optional_whole_numbers_from(py::handle value) {
  if (value.is_none()) return {};
  return whole_numbers_from(value);
}

std::vector<int> axes_of(py::handle axis) {
  return axes_from(py::reinterpret_borrow<py::object>(axis));
}

ops::ReducedAxes reduced_axes_from(py::handle axis) {
  const bool is_list = py::isinstance<py::tuple>(axis) || py::isinstance<py::list>(axis);
  if (is_list && py::len(axis) == 0) return {{}, true};
  return {axes_of(axis), false};
}

ops::NormOrder norm_order_from(py::handle ord) {
  if (needs_gradient(ord)) {
    composed("norm", "ord", {{"ord", py::reinterpret_borrow<py::object>(ord)}});
  }
  if (ord.is_none() || (py::isinstance<py::str>(ord) && ord.cast<std::string>() == "fro")) {
    return {};
  }
  if (PyNumber_Check(ord.ptr()) == 0) {
    fail(ErrorKind::value, "norm takes ord=None, 'fro' or a number, got ",
         py::repr(ord).cast<std::string>());
  }
  return {static_cast<double>(py::float_(py::reinterpret_borrow<py::object>(ord)))};
}

// NumPy's forms: one number, (before, after), or one pair an axis.
ops::Borders borders_from(py::handle width) {
  const auto border = [](py::handle value) {
    const std::vector<std::int64_t> ends = whole_numbers_from(value).values;
    if (ends.empty() || ends.size() > 2) {
      fail(ErrorKind::value, "pad takes (before, after) for each axis, got ",
           py::repr(value).cast<std::string>());
    }
    return ops::Padding{ends.front(), ends.back()};
  };
  if (PyIndex_Check(width.ptr()) != 0) return {{border(width)}};
  const py::list items(py::reinterpret_borrow<py::object>(width));
  if (!items.empty() && PyIndex_Check(py::handle(items[0]).ptr()) != 0) return {{border(width)}};
  ops::Borders borders;
  for (py::handle item : items) borders.each.push_back(border(item));
  return borders;
}

template <>
struct FromPython<const Tensor&> {
  using type = py::handle;
  static Tensor read(const char*, py::handle value) { return operand_from(value); }
};
struct OptionalTensor {
  using type = py::object;
  static Tensor read(const char*, const py::object& value) {
    return value.is_none() ? Tensor() : operand_from(value);
  }
};
template <>
struct FromPython<const ops::Indices&> {
  using type = py::handle;
  static ops::Indices read(const char* name, py::handle value) {
    return {indices_from(name, value)};
  }
};
template <>
struct FromPython<const Activation&> {
  using type = std::string;
  static Activation read(const char*, const std::string& name) { return name; }
};
template <>
struct FromPython<const TensorList&> : Converted<TensorList, operands_list_from> {};
template <>
struct FromPython<const std::vector<int>&> : Converted<std::vector<int>, axes_of> {};
template <>
struct FromPython<const ops::ReducedAxes&> : Converted<ops::ReducedAxes, reduced_axes_from> {};
template <>
struct FromPython<const ops::WholeNumbers&> : Converted<ops::WholeNumbers, whole_numbers_from> {};
template <>
struct FromPython<const std::optional<ops::WholeNumbers>&>
    : Converted<std::optional<ops::WholeNumbers>, optional_whole_numbers_from> {};
template <>
struct FromPython<const ops::NormOrder&> : Converted<ops::NormOrder, norm_order_from> {};
template <>
struct FromPython<const ops::Borders&> : Converted<ops::Borders, borders_from> {};

template <auto signature, class Parameter, std::size_t i>
using Reader = std::conditional_t<std::is_same_v<Parameter, const Tensor&> &&
                                      ops::has_default(signature.parameter(i)),
                                  OptionalTensor, FromPython<Parameter>>;

template <class Reader>
constexpr bool reads_tensor =
    std::is_same_v<Reader, OptionalTensor> || std::is_same_v<Reader, FromPython<const Tensor&>>;

// The first of an operation's arguments that others take the dtype of; null: there is none.
template <class... Readers, class... Values>
const Tensor* peer_among(const Values&... values) {
  const Tensor* peer = nullptr;
  if constexpr ((0 + ... + int{reads_tensor<Readers>}) > 1) {
    const auto look = [&]<class Reader>(const auto& value) {
      if constexpr (reads_tensor<Reader>) {
        if (peer == nullptr) peer = as_peer(value);
      }
    };
    (look.template operator()<Readers>(values), ...);
  }
  return peer;
}

template <class Reader, class Value>
decltype(auto) read_beside(const Tensor* peer, const char* name, const Value& value) {
  if constexpr (reads_tensor<Reader>) {
    if (peer != nullptr && !value.is_none()) return operand_beside(value, *peer);
  }
  return Reader::read(name, value);
}

Given<Tensor> given(Tensor&& one) { return py::cast(std::move(one)); }
Given<TensorList> given(TensorList&& several) { return py::cast(std::move(several)); }
Given<ops::TopK> given(ops::TopK&& top) { return py::make_tuple(top.values, top.indices); }

py::object object_of(py::handle value) { return py::reinterpret_borrow<py::object>(value); }
template <class Value>
py::object object_of(const Number<Value>& value) {
  return object_of(value.given);
}
template <class Value>
py::object object_of(const std::optional<Number<Value>>& value) {
  return value ? object_of(*value) : py::none();
}
template <class Value>
  requires(!std::is_base_of_v<py::handle, Value>)
py::object object_of(const Value& value) {
  return py::cast(value);
}

// The name of parameter `i`, terminated by 0.
template <auto signature, std::size_t i>
constexpr auto name_text = [] {
  std::array<char, 32> text{};
  const std::string_view name = ops::name_of_parameter(signature.parameter(i));
  std::copy(name.begin(), name.end(), text.begin());
  return text;
}();

// The value of a default; importing lamina would wait 9 ms for Python's own parser.
py::object literal(std::string_view text) {
  if (text == "None") return py::none();
  if (text == "True" || text == "False") return py::bool_(text == "True");
  if (text.front() == '\'') return py::str(std::string(text.substr(1, text.size() - 2)));
  const py::str number{std::string(text)};
  const bool is_fraction = text.find_first_of(".e") != std::string_view::npos;
  return is_fraction ? py::object(py::float_(number)) : py::object(py::int_(number));
}

// py::arg, with its default where the signature has one.
template <auto signature, std::size_t i>
auto argument() {
  const py::arg named(name_text<signature, i>.data());
  if constexpr (ops::has_default(signature.parameter(i))) {
    return named = literal(ops::default_of(signature.parameter(i)));
  } else {
    return named;
  }
}

template <auto signature, class Result, class... Parameters, std::size_t... i>
void bind(py::module_& m, const char* name, Result (*function)(Parameters...), const char* doc,
          std::index_sequence<i...>) {
  static_assert(
      signature.parameter(sizeof...(i)).empty() && !signature.parameter(sizeof...(i) - 1).empty(),
      "the signature has not as many parameters as the function");
  m.def(
      name,
      [name, function](typename Reader<signature, Parameters, i>::type... values) -> Given<Result> {
        const char* number = nullptr;
        ((number = number == nullptr && loses_gradient(values) ? name_text<signature, i>.data()
                                                               : number),
         ...);
        if (number != nullptr) {
          return composed(name, number, {{name_text<signature, i>.data(), object_of(values)}...});
        }
        try {
          const Tensor* const peer = peer_among<Reader<signature, Parameters, i>...>(values...);
          return given(function(read_beside<Reader<signature, Parameters, i>>(
              peer, name_text<signature, i>.data(), values)...));
        } catch (const SymbolicOperand&) {
          return symbolic_operation(name, {{name_text<signature, i>.data(), object_of(values)}...});
        }
      },
      argument<signature, i>()..., doc);
}

template <auto signature, class Result, class... Parameters>
void bind(py::module_& m, const char* name, Result (*function)(Parameters...), const char* doc) {
  bind<signature>(m, name, function, doc, std::index_sequence_for<Parameters...>());
}

// Two parameters of Python for one of the function.
template <auto signature>
void bind(py::module_& m, const char* name, Tensor (*function)(const ops::Peers&),
          const char* doc) {
  m.def(
      name,
      [name, function](py::handle x1, py::handle x2) -> Given<Tensor> {
        try {
          const auto [a, b] = operands_from(x1, x2);
          return given(function({a, b}));
        } catch (const SymbolicOperand&) {
          return symbolic_operation(name, {{"x1", object_of(x1)}, {"x2", object_of(x2)}});
        }
      },
      argument<signature, 0>(), argument<signature, 1>(), doc);
}

template <auto signature>
void bind(py::module_& m, const char* name, Tensor (*function)(const Tensor&, const ops::Peers&),
          const char* doc) {
  m.def(
      name,
      [name, function](py::handle condition, py::handle x1, py::handle x2) -> Given<Tensor> {
        try {
          const auto [a, b] = operands_from(x1, x2);
          return given(function(operand_from(condition), {a, b}));
        } catch (const SymbolicOperand&) {
          return symbolic_operation(
              name,
              {{"condition", object_of(condition)}, {"x1", object_of(x1)}, {"x2", object_of(x2)}});
        }
      },
      argument<signature, 0>(), argument<signature, 1>(), argument<signature, 2>(), doc);
}

// In Python the operands are arguments of their own.
template <auto signature>
void bind(py::module_& m, const char* name,
          Tensor (*function)(const std::string&, const TensorList&), const char* doc) {
  m.def(
      name,
      [name, function](const std::string& subscripts, const py::args& operands) -> Given<Tensor> {
        try {
          return given(function(subscripts, operands_list_from(operands)));
        } catch (const SymbolicOperand&) {
          return symbolic_operation(name,
                                    {{"subscripts", py::cast(subscripts)}, {"operands", operands}});
        }
      },
      argument<signature, 0>(), doc);
}

void bind_creation(py::module_& m) {
  const std::tuple<const char*, double, const char*> filled[] = {
      {"zeros", 0, "Zeros in a shape."},
      {"ones", 1, "Ones in a shape."},
  };
  for (const auto& [name, value, doc] : filled) {
    m.def(
        name,
        [value](const Shape& shape, std::optional<Dtype> dtype) {
          return Tensor::full(shape, value, dtype.value_or(floatx()));
        },
        py::arg("shape"), py::arg("dtype") = py::none(), doc);
  }
  m.def(
      "full",
      [](const Shape& shape, py::handle fill_value, std::optional<Dtype> dtype) {
        const Dtype wanted = dtype.value_or(floatx());
        const Tensor value = needs_gradient(fill_value) ? operand_from(fill_value).cast(wanted)
                                                        : tensor_from(fill_value, wanted);
        return ops::broadcast_to(value, shape);
      },
      py::arg("shape"), py::arg("fill_value"), py::arg("dtype") = py::none(),
      "One value, or what broadcasts, everywhere in a shape.");
}

// What a gradient is like: its input.
struct GradientForm {
  Shape shape;
  Dtype dtype;
  Device device;
};

Tensor gradient_from(py::handle value, const GradientForm& form) {
  if (value.is_none()) return {};
  const bool is_tensor = py::isinstance<Tensor>(value) || py::isinstance<Variable>(value);
  const Tensor gradient =
      is_tensor ? operand_from(value) : tensor_from(value, form.dtype, form.device);
  if (gradient.shape() != form.shape || gradient.dtype() != form.dtype) {
    fail(ErrorKind::value, "a custom gradient gave ", name_of(gradient.dtype()), " of shape ",
         gradient.shape(), " for an input ", name_of(form.dtype), " of shape ", form.shape,
         "; the gradient by an input has its shape and dtype");
  }
  return gradient;
}

// A gradient written in Python: backward(gradients of the outputs) gives those of the inputs.
// A gradient that does not exist is None, both ways.
void bind_record(py::module_& m) {
  m.def(
      "record",
      [](const std::vector<Tensor>& inputs, const std::vector<Tensor>& outputs,
         const py::object& backward) {
        TensorList from, to;
        for (const Tensor& each : inputs) from.push_back(each);
        for (const Tensor& each : outputs) to.push_back(each.detach());
        bool is_wanted = false;
        for (const Tensor& each : from) is_wanted = is_wanted || needs_grad({each});
        if (!is_wanted) return to;
        std::vector<GradientForm> forms;
        for (const Tensor& each : from) {
          forms.push_back({each.shape(), each.dtype(), each.device()});
        }
        record("a custom gradient", from, to, {},
               [held = shared_object(backward), forms](const TensorList& grads, const TensorList&,
                                                       const Needs&) {
                 const GilAcquire lock;
                 py::list given;
                 for (const Tensor& each : grads) given.append(tensor_or_none(each));
                 const py::list found(call_hook(*held, given));
                 if (found.size() != forms.size()) {
                   fail(ErrorKind::value, "a custom gradient gave ", found.size(),
                        " gradients for ", forms.size(),
                        " inputs; return one for each, None where there is none");
                 }
                 TensorList results;
                 for (std::size_t i = 0; i < forms.size(); ++i) {
                   results.push_back(gradient_from(py::handle(found[i]), forms[i]));
                 }
                 return results;
               });
        return to;
      },
      py::arg("inputs"), py::arg("outputs"), py::arg("backward"),
      "The outputs, with a gradient that backward, a function of Python, computes.");
}

}  // namespace

void bind_ops(py::module_& m) {
#define OPERATION(name, signature, function, doc) \
  bind<Signature(signature)>(m, name, function, doc);
#include "ops/operations.def"
#undef OPERATION
  bind_creation(m);
  bind_record(m);
  m.def(
      "apply_operation",
      [](const std::string& name, const std::vector<Tensor>& tensors,
         const std::string& arguments) {
        return ops::apply_operation(name, tensors, Config::parse(arguments)).list();
      },
      py::arg("name"), py::arg("tensors"), py::arg("arguments"),
      "What files hold of an operation, run: its name, its tensors, and JSON of its arguments.");
  m.def("operation_gives_several", &ops::gives_several);
  m.def(
      "operation_signature",
      [](const std::string& name) { return std::string(ops::operation_signature(name)); },
      py::arg("name"), "The parameters of an operation with their defaults.");
}

}  // namespace lamina::python
