// The adapter through which the core runs a layer, or a model, that is a Python class.
#pragma once

#include <algorithm>

#include "adapters.hpp"
#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "layers/loading.hpp"
#include "layers/probing.hpp"

namespace lamina::python {

/// Base is Layer or Model.
template <class Base>
class PythonLayerOf : public Base {
 public:
  PythonLayerOf(py::handle self, const std::string& type, const std::string& name,
                bool takes_training, bool knows_output_shape)
      : Base(type, name),
        self_(self),
        takes_training_(takes_training),
        knows_output_shape_(knows_output_shape) {}

  py::object owner() const { return self_.get(); }
  Variable add_python_weight(const std::string& name, const Shape& shape,
                             const py::object& initializer, bool trainable,
                             const py::object& regularizer, const py::object& constraint) {
    return this->add_weight(
        name, shape, initializer_from(initializer),
        {regularizer_from(regularizer), constraint_from(constraint), trainable});
  }
  void add_python_loss(const Tensor& loss) { this->add_loss(loss); }
  Config own_config() const { return this->base_config(); }

  Shape output_shape(const Shape& input_shape) const override;
  std::vector<Shape> output_shapes(const std::vector<Shape>& input_shapes) const override;
  std::vector<Variable> weights() const override;
  std::vector<std::pair<std::string, Variable>> named_weights() const override;
  std::vector<std::pair<std::string, RandomStream>> random_streams() const override;
  TensorList losses() const override;
  void set_trainable(bool trainable) override;
  void set_name(const std::string& name) override;
  void set_scope(const std::string& scope) override;
  Config config() const override;

 protected:
  void build(const Shape& input_shape) override { build_all({input_shape}); }
  void build_all(const std::vector<Shape>& input_shapes) override;
  bool accepts_all(const std::vector<Shape>& /*input_shapes*/) const override { return true; }
  /// Whole numbers stay, as in Keras.
  Tensor prepared(const Tensor& inputs) const override {
    return is_floating(inputs.dtype()) ? inputs.cast(this->dtype()) : inputs;
  }
  Tensor call(const Tensor& inputs, bool training) override;
  TensorList call_all(const TensorList& inputs, bool training) override {
    return run_hook(inputs, training);
  }
  const std::vector<std::shared_ptr<Layer>>& sublayers() const noexcept { return sublayers_; }

 private:
  TensorList run_hook(const TensorList& inputs, bool training) const;
  /// Calls the layer on one sample of zeros, which tells its output shapes and builds its
  /// sublayers.
  std::vector<Shape> probe(const std::vector<Shape>& input_shapes) const;
  void scope_sublayers();

  PythonObject self_;
  bool takes_training_, knows_output_shape_;
  std::vector<std::shared_ptr<Layer>> sublayers_;  // those its attributes hold
};

using PythonLayer = PythonLayerOf<Layer>;

class PythonModel : public PythonLayerOf<Model> {
 public:
  using PythonLayerOf<Model>::PythonLayerOf;
  const std::vector<std::shared_ptr<Layer>>& layers() const override { return sublayers(); }
  Arrangement input_arrangement() const override { return {Arrangement::Kind::unknown, {}}; }
  Arrangement output_arrangement() const override { return {Arrangement::Kind::unknown, {}}; }
  bool gives_one() const override { return false; }
};

// Values in a sample that a file may make a layer be called on to learn its output's shape.
inline constexpr std::int64_t loading_probe_limit = 1 << 24;

/// A shape, or a list of them for several inputs.
inline py::object shapes_to_python(const std::vector<Shape>& shapes) {
  return shapes.size() == 1 ? py::cast(shapes.front()) : py::object(py::cast(shapes));
}

template <class Base>
void PythonLayerOf<Base>::build_all(const std::vector<Shape>& input_shapes) {
  const GilAcquire lock;
  sublayers_.clear();
  const py::list found = self_.attr("_build_hook")(shapes_to_python(input_shapes));
  for (const auto& item : found) {
    const auto [attribute, layer] = item.cast<std::pair<std::string, std::shared_ptr<Layer>>>();
    if (!layer->has_given_name()) layer->set_name(attribute);
    for (const auto& other : sublayers_) {
      if (other->name() == layer->name()) {
        fail(ErrorKind::value, this->label(), " has two layers named '", layer->name(),
             "'; names must be unique");
      }
    }
    sublayers_.push_back(layer);
  }
  scope_sublayers();
  const bool unbuilt = std::any_of(sublayers_.begin(), sublayers_.end(),
                                   [](const auto& layer) { return !layer->built(); });
  if (unbuilt) probe(input_shapes);
}

template <class Base>
std::vector<Shape> PythonLayerOf<Base>::probe(const std::vector<Shape>& input_shapes) const {
  constexpr std::int64_t samples = 1;
  TensorList zeros;
  for (const Shape& input_shape : input_shapes) {
    const Shape shape = input_shape.with(0, samples);
    if (!shape.is_known()) {
      fail(ErrorKind::value, this->label(), " cannot tell its output shape for inputs ",
           input_shape, "; define compute_output_shape(input_shape)");
    }
    if (LoadingScope::active() && shape.size() > loading_probe_limit) {
      fail(ErrorKind::value, this->label(), " claims inputs of shape ", input_shape,
           " in the file that is being loaded; define compute_output_shape(input_shape)");
    }
    zeros.push_back(Tensor::zeros(shape, ProbeScope::dtype_of(zeros.size(), this->dtype())));
  }
  const NoGrad no_grad;
  const ProbeScope inner;  // layers within are called on tensors of their own
  std::vector<Shape> shapes;
  for (const Tensor& output : run_hook(zeros, false)) {
    if (output.rank() == 0) {
      fail(ErrorKind::value, this->label(), " must keep the batch axis, got an output of shape ()");
    }
    shapes.push_back(output.shape().with(0, input_shapes.front()[0]));
  }
  return shapes;
}

template <class Base>
TensorList PythonLayerOf<Base>::run_hook(const TensorList& inputs, bool training) const {
  const GilAcquire lock;
  const py::object call = self_.attr("call");
  const py::object given =
      inputs.size() == 1 ? py::cast(inputs.front()) : py::object(py::cast(inputs));
  py::dict named;
  if (takes_training_) named["training"] = training;
  const py::object value = call_hook_with(call, py::make_tuple(given), named);
  const std::string hook = this->label() + ".call";
  TensorList outputs;
  if (is_list_of_tensors(value)) {
    for (const auto& item : value) {
      outputs.push_back(returned_tensor(hook, py::reinterpret_borrow<py::object>(item)));
    }
  } else {
    outputs.push_back(returned_tensor(hook, value));
  }
  return outputs;
}

template <class Base>
Tensor PythonLayerOf<Base>::call(const Tensor& inputs, bool training) {
  TensorList outputs = run_hook({inputs}, training);
  if (outputs.size() != 1) {
    fail(ErrorKind::value, this->label(), ".call gave ", outputs.size(),
         " tensors where one is needed");
  }
  return std::move(outputs.front());
}

template <class Base>
Shape PythonLayerOf<Base>::output_shape(const Shape& input_shape) const {
  return output_shapes({input_shape}).front();
}

template <class Base>
std::vector<Shape> PythonLayerOf<Base>::output_shapes(
    const std::vector<Shape>& input_shapes) const {
  const GilAcquire lock;
  if (!knows_output_shape_) return probe(input_shapes);
  const py::object told = self_.attr("compute_output_shape")(shapes_to_python(input_shapes));
  const bool several = py::isinstance<py::sequence>(told) && py::len(told) > 0 &&
                       py::isinstance<py::sequence>(told[py::int_(0)]);
  return several ? told.cast<std::vector<Shape>>() : std::vector<Shape>{told.cast<Shape>()};
}

template <class Base>
Config PythonLayerOf<Base>::config() const {
  const GilAcquire lock;
  return config_from(self_.attr("get_config")());
}

template <class Base>
std::vector<Variable> PythonLayerOf<Base>::weights() const {
  std::vector<Variable> result = Base::weights();
  for (const auto& layer : sublayers_) {
    const std::vector<Variable> own = layer->weights();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

template <class Base>
TensorList PythonLayerOf<Base>::losses() const {
  TensorList result = Base::losses();
  for (const auto& layer : sublayers_) {
    const TensorList own = layer->losses();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

template <class Base>
std::vector<std::pair<std::string, RandomStream>> PythonLayerOf<Base>::random_streams() const {
  auto result = Base::random_streams();
  for (const auto& layer : sublayers_) {
    for (auto& [path, stream] : layer->random_streams()) {
      result.emplace_back(this->name() + "/" + path, stream);
    }
  }
  return result;
}

template <class Base>
std::vector<std::pair<std::string, Variable>> PythonLayerOf<Base>::named_weights() const {
  auto result = Base::named_weights();
  for (const auto& layer : sublayers_) {
    for (auto& [path, weight] : layer->named_weights()) {
      result.emplace_back(this->name() + "/" + path, weight);
    }
  }
  return result;
}

template <class Base>
void PythonLayerOf<Base>::set_trainable(bool trainable) {
  Base::set_trainable(trainable);
  for (const auto& layer : sublayers_) layer->set_trainable(trainable);
}

template <class Base>
void PythonLayerOf<Base>::set_name(const std::string& name) {
  Base::set_name(name);
  scope_sublayers();
}

template <class Base>
void PythonLayerOf<Base>::set_scope(const std::string& scope) {
  Base::set_scope(scope);
  scope_sublayers();
}

template <class Base>
void PythonLayerOf<Base>::scope_sublayers() {
  for (const auto& layer : sublayers_) layer->set_scope(this->scope() + this->name() + "/");
}

/// What both classes offer to Python.
template <class Class, class Parent>
void bind_python_layer(py::module_& m, const char* name) {
  py::class_<Class, Parent, std::shared_ptr<Class>>(m, name)
      .def(py::init<py::handle, const std::string&, const std::string&, bool, bool>())
      .def("add_weight", &Class::add_python_weight)
      .def("add_loss",
           [](Class& self, py::handle loss) { self.add_python_loss(operand_from(loss)); })
      .def("base_config", [](const Class& self) { return dict_from(self.own_config()); })
      .def_property_readonly("owner", &Class::owner);
}

}  // namespace lamina::python
