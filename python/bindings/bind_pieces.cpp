// Initializers, regularizers, constraints and activations that are Python's own: what the core
// holds of them are functions that call the Python object and keep it alive.
#include "adapters.hpp"
#include "core/check.hpp"
#include "core/pieces.hpp"
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
  Pieces<Value>::instance().set_finder([find, kind, make](const Config& class_and_config) {
    const GilAcquire lock;
    return make(shared_object(call_hook(*find, kind, dict_from(class_and_config))));
  });
}

// The Python object of what a variable is regularized by, or constrained to, or None.
template <class Value>
py::object form_of(const std::function<Tensor(const Tensor&)>& function) {
  const auto* value = function.target<Value>();
  return value == nullptr ? py::none() : dict_from(value->config());
}

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
  m.def("regularizer_of",
        [](const Variable& variable) { return form_of<Regularizer>(variable.regularizer()); });
  m.def("constraint_of",
        [](const Variable& variable) { return form_of<Constraint>(variable.constraint()); });
  m.def("set_regularizer", [](Variable& variable, const py::object& regularizer) {
    const Regularizer made = regularizer_from(regularizer);
    variable.set_regularizer(made ? std::function<Tensor(const Tensor&)>(made) : nullptr);
  });
  m.def("set_constraint", [](Variable& variable, const py::object& constraint) {
    const Constraint made = constraint_from(constraint);
    variable.set_constraint(made ? std::function<Tensor(const Tensor&)>(made) : nullptr);
  });
  // The same as a layer's config(), for another process.
  m.def("portable_config", [](const Layer& layer) {
    const PortableScope portable;
    return dict_from(layer.config());
  });
}

}  // namespace lamina::python
