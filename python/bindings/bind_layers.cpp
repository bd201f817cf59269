// Layers: handles on the core's own, and the adapter through which the core runs a Python class.
#include "adapters.hpp"
#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "layers/loading.hpp"

namespace lamina::python {
namespace {

// Values in a sample that a file may make a layer be called on to learn its output's shape.
constexpr std::int64_t loading_probe_limit = 1 << 24;

}  // namespace

PythonLayer::PythonLayer(py::handle self, const std::string& type, const std::string& name,
                         bool takes_training, bool knows_output_shape)
    : Layer(type, name),
      self_(self),
      takes_training_(takes_training),
      knows_output_shape_(knows_output_shape) {}

void PythonLayer::build(const Shape& input_shape) {
  const py::gil_scoped_acquire lock;
  sublayers_.clear();
  const py::list found = self_.attr("_build_hook")(py::cast(input_shape));
  for (const auto& item : found) {
    const auto [attribute, layer] = item.cast<std::pair<std::string, std::shared_ptr<Layer>>>();
    if (!layer->has_given_name()) layer->set_name(attribute);
    for (const auto& other : sublayers_) {
      if (other->name() == layer->name()) {
        fail(ErrorKind::value, label(), " has two layers named '", layer->name(),
             "'; names must be unique");
      }
    }
    sublayers_.push_back(layer);
  }
  scope_sublayers();
  const bool unbuilt = std::any_of(sublayers_.begin(), sublayers_.end(),
                                   [](const auto& layer) { return !layer->built(); });
  if (unbuilt) probe(input_shape);
}

Shape PythonLayer::probe(const Shape& input_shape) const {
  constexpr std::int64_t samples = 1;
  const Shape shape = input_shape.with(0, samples);
  if (!shape.is_known()) {
    fail(ErrorKind::value, label(), " cannot tell its output shape for inputs ", input_shape,
         "; define compute_output_shape(input_shape)");
  }
  if (LoadingScope::active() && shape.size() > loading_probe_limit) {
    fail(ErrorKind::value, label(), " claims inputs of shape ", input_shape,
         " in the file that is being loaded; define compute_output_shape(input_shape)");
  }
  const NoGrad no_grad;
  const Shape output = run(Tensor::zeros(shape, dtype()), false).shape();
  if (output.rank() == 0) {
    fail(ErrorKind::value, label(), " must keep the batch axis, got an output of shape ()");
  }
  return output.with(0, input_shape[0]);
}

Tensor PythonLayer::run(const Tensor& inputs, bool training) const {
  const py::gil_scoped_acquire lock;
  const py::object call = self_.attr("call");
  return returned_tensor(label() + ".call", takes_training_
                                                ? call(inputs, py::arg("training") = training)
                                                : call(inputs));
}

Tensor PythonLayer::call(const Tensor& inputs, bool training) { return run(inputs, training); }

Shape PythonLayer::output_shape(const Shape& input_shape) const {
  const py::gil_scoped_acquire lock;
  if (!knows_output_shape_) return probe(input_shape);
  return self_.attr("compute_output_shape")(py::cast(input_shape)).cast<Shape>();
}

Config PythonLayer::config() const {
  const py::gil_scoped_acquire lock;
  return config_from(self_.attr("get_config")());
}

std::vector<Variable> PythonLayer::weights() const {
  std::vector<Variable> result = Layer::weights();
  for (const auto& layer : sublayers_) {
    const std::vector<Variable> own = layer->weights();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

TensorList PythonLayer::losses() const {
  TensorList result = Layer::losses();
  for (const auto& layer : sublayers_) {
    const TensorList own = layer->losses();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

std::vector<std::pair<std::string, RandomStream>> PythonLayer::random_streams() const {
  auto result = Layer::random_streams();
  for (const auto& layer : sublayers_) {
    auto own = layer->random_streams();
    result.insert(result.end(), own.begin(), own.end());
  }
  return result;
}

void PythonLayer::set_trainable(bool trainable) {
  Layer::set_trainable(trainable);
  for (const auto& layer : sublayers_) layer->set_trainable(trainable);
}

void PythonLayer::set_name(const std::string& name) {
  Layer::set_name(name);
  scope_sublayers();
}

void PythonLayer::set_scope(const std::string& scope) {
  Layer::set_scope(scope);
  scope_sublayers();
}

void PythonLayer::scope_sublayers() {
  for (const auto& layer : sublayers_) layer->set_scope(scope() + name() + "/");
}

void bind_layers(py::module_& m) {
  py::class_<Layer, std::shared_ptr<Layer>> layer(m, "Layer");
  layer.def_property_readonly("type", &Layer::type);
  layer.def_property("name", &Layer::name, &Layer::set_name);
  layer.def_property("trainable", &Layer::trainable, &Layer::set_trainable);
  layer.def_property_readonly("dtype", &Layer::dtype);
  layer.def_property_readonly("built", &Layer::built);
  layer.def_property_readonly("build_shape", &Layer::build_shape);
  layer.def_property_readonly("weights", &Layer::weights);
  layer.def_property_readonly("trainable_weights", &Layer::trainable_weights);
  layer.def_property_readonly("losses", &Layer::losses);
  layer.def("ensure_built", &Layer::ensure_built);
  layer.def("output_shape", &Layer::output_shape);
  layer.def("count_params", &Layer::count_params);
  layer.def("config", [](const Layer& self) { return dict_from(self.config()); });
  layer.def("apply_base_config",
            [](Layer& self, py::handle config) { self.apply_base_config(config_from(config)); });
  layer.def("__call__", [](Layer& self, py::handle inputs, bool training) {
    const Tensor x = inputs.is_none() ? Tensor() : operand_from(inputs);
    const py::gil_scoped_release unlock;
    return self(x, training);
  });

  py::class_<PythonLayer, Layer, std::shared_ptr<PythonLayer>>(m, "PythonLayer")
      .def(py::init<py::handle, const std::string&, const std::string&, bool, bool>())
      .def("add_weight", &PythonLayer::add_python_weight)
      .def("add_loss",
           [](PythonLayer& self, py::handle loss) { self.add_python_loss(operand_from(loss)); })
      .def("base_config", [](const PythonLayer& self) { return dict_from(self.own_config()); })
      .def_property_readonly("owner", &PythonLayer::owner);

  py::class_<Normalization, Layer, std::shared_ptr<Normalization>>(m, "Normalization")
      .def("adapt", [](Normalization& self, py::handle data) {
        const Tensor samples = data_from("data", data);
        const py::gil_scoped_release unlock;
        self.adapt(samples);
      });

  m.def("make_layer", [](const std::string& type, py::handle config) {
    return make_layer(type, config_from(config));
  });
  m.def("register_layer", [](const std::string& type, const py::object& make) {
    register_layer(type, [make = shared_object(make)](const Config& config) {
      const py::gil_scoped_acquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Layer>>();
    });
  });
  m.def("activation_name",
        [](const std::string& name) { return std::string(Activation(name).name()); });
  m.def("initialize",
        [](const py::object& initializer, const Shape& shape, std::optional<Dtype> dtype) {
          RandomStream random = RandomStream::open("initializer");
          return initializer_from(initializer)(shape, dtype.value_or(floatx()), random);
        });
  m.def("regularizer_config", [](const py::object& regularizer) {
    return dict_from(regularizer_from(regularizer).config());
  });
  m.def("regularize", [](const py::object& regularizer, py::handle x) {
    return regularizer_from(regularizer)(operand_from(x));
  });
  m.def("constraint_config", [](const py::object& constraint) {
    return dict_from(constraint_from(constraint).config());
  });
  m.def("constrain", [](const py::object& constraint, py::handle w) {
    return constraint_from(constraint)(operand_from(w));
  });
  m.def("initializer_config", [](const py::object& initializer) {
    return dict_from(initializer_from(initializer).config());
  });
}

}  // namespace lamina::python
