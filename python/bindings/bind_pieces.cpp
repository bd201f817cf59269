// Initializers, regularizers, constraints and activations that are Python's own: what the core
// holds of them are functions that call the Python object and keep it alive.
#include "adapters.hpp"
#include "core/check.hpp"
#include "core/piece_finders.hpp"
#include "core/portable.hpp"

namespace lamina::python {
namespace {

using Held = std::shared_ptr<py::object>;

std::function<Config()> describing(const Held& piece) {
  return [piece] {
    const GilAcquire lock;
    return config_from(call_hook(piece->attr("class_and_config"), PortableScope::active()));
  };
}

// A Python number stands for a tensor where `like` tells its dtype.
Tensor value_of(const Held& piece, const Tensor& x) {
  return operands_from(py::cast(x), call_hook(*piece, x)).second;
}

Initializer initializer_of(const Held& piece) {
  return Initializer::own(
      [piece](const Shape& shape, Dtype dtype) {
        const GilAcquire lock;
        return operand_from(call_hook(*piece, shape, dtype));
      },
      describing(piece));
}

Regularizer regularizer_of(const Held& piece) {
  return Regularizer::own(
      [piece](const Tensor& x) {
        const GilAcquire lock;
        const Tensor loss = value_of(piece, x);
        if (loss.size() != 1) {
          fail(ErrorKind::value, "a regularizer gave a tensor of shape ", loss.shape(),
               ", expected one number: sum over the weight, as lamina.ops.sum does");
        }
        return loss.reshape({}).cast(x.dtype());
      },
      describing(piece));
}

Constraint constraint_of(const Held& piece) {
  return Constraint::own(
      [piece](const Tensor& weight) {
        const GilAcquire lock;
        const Tensor constrained = value_of(piece, weight);
        if (constrained.shape() != weight.shape()) {
          fail(ErrorKind::value, "a constraint gave a tensor of shape ", constrained.shape(),
               " for a weight of shape ", weight.shape(), ", expected the same");
        }
        return constrained.cast(weight.dtype());
      },
      describing(piece));
}

Activation activation_of(const Held& piece) {
  return Activation::own(
      [piece](const Tensor& x) {
        const GilAcquire lock;
        return returned_tensor("an activation", call_hook(*piece, x));
      },
      describing(piece));
}

template <class Value>
void set_finder(const Held& find, const char* kind, Value (*make)(const Held&)) {
  set_piece_finder(PieceFinder<Value>([find, kind, make](const Config& class_and_config) {
    const GilAcquire lock;
    return make(shared_object(call_hook(*find, kind, dict_from(class_and_config))));
  }));
}

py::object kind_of(const char* kind) {
  return py::module_::import("lamina._pieces").attr("kinds")[kind];
}

// What the core takes for a piece.
py::object form_of(const char* kind, const py::object& piece) {
  return kind_of(kind).attr("form")(piece);
}

// The Python object of what a variable is regularized by, or constrained to, or None.
template <class Value>
py::object object_of(const char* kind, const std::function<Tensor(const Tensor&)>& function) {
  const auto* value = function.target<Value>();
  if (value == nullptr) return py::none();
  return kind_of(kind).attr("read")(dict_from(value->config()));
}

// Entered and left by a `with` of Python.
class Portable {
 public:
  void enter() { open_ = std::make_unique<PortableScope>(); }
  void exit() { open_.reset(); }

 private:
  std::unique_ptr<PortableScope> open_;
};

}  // namespace

void bind_pieces(py::module_& m) {
  // `find(kind, {"class_name", "config"})` gives a callable that tells its `class_and_config`.
  m.def("set_piece_finder", [](const py::object& find) {
    const Held held = shared_object(find);
    set_finder(held, "initializer", &initializer_of);
    set_finder(held, "regularizer", &regularizer_of);
    set_finder(held, "constraint", &constraint_of);
    set_finder(held, "activation", &activation_of);
  });
  auto variable = py::reinterpret_borrow<py::class_<Variable>>(m.attr("Variable"));
  variable.def_property(
      "regularizer",
      [](const Variable& self) {
        return object_of<Regularizer>("regularizer", self.regularizer());
      },
      [](Variable& self, const py::object& given) {
        const Regularizer made = regularizer_from(form_of("regularizer", given));
        self.set_regularizer(made ? Regularizer::Function(made) : nullptr);
      },
      "What it adds to the loss, or None.");
  variable.def_property(
      "constraint",
      [](const Variable& self) { return object_of<Constraint>("constraint", self.constraint()); },
      [](Variable& self, const py::object& given) {
        const Constraint made = constraint_from(form_of("constraint", given));
        self.set_constraint(made ? Constraint::Function(made) : nullptr);
      },
      "What it is brought back to after each step, or None.");
  py::class_<Portable>(m, "PortableScope")
      .def(py::init<>())
      .def("enter", &Portable::enter)
      .def("exit", &Portable::exit)
      .def_static("active", &PortableScope::active);
}

}  // namespace lamina::python
