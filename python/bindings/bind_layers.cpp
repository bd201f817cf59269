// Layers: handles on the core's own, and on the adapter through which it runs a Python class.
#include "adapters.hpp"
#include "python_layer.hpp"

namespace lamina::python {

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
  layer.def("ensure_built_all", &Layer::ensure_built_all);
  layer.def("output_shape", &Layer::output_shape);
  layer.def("output_shapes", &Layer::output_shapes);
  layer.def_property_readonly("takes_list", &Layer::takes_list);
  layer.def("count_params", &Layer::count_params);
  layer.def("config", [](const Layer& self) { return dict_from(self.config()); });
  layer.def("apply_base_config",
            [](Layer& self, py::handle config) { self.apply_base_config(config_from(config)); });
  layer.def("__call__", [](Layer& self, py::handle inputs, bool training) {
    const Tensor x = inputs.is_none() ? Tensor() : operand_from(inputs);
    const GilRelease unlock;
    return self(x, training);
  });
  layer.def("run", [](Layer& self, py::handle inputs, bool training) {
    const TensorList given = operands_list_from(inputs);
    const GilRelease unlock;
    return self.run(given, training);
  });

  bind_python_layer<PythonLayer, Layer>(m, "PythonLayer");

  py::class_<Normalization, Layer, std::shared_ptr<Normalization>>(m, "Normalization")
      .def("adapt", [](Normalization& self, py::handle data) {
        const Tensor samples = data_from("data", data);
        const GilRelease unlock;
        self.adapt(samples);
      });

  m.def("make_layer", [](const std::string& type, py::handle config) {
    return make_layer(type, config_from(config));
  });
  m.def("register_layer", [](const std::string& type, const py::object& make) {
    register_layer(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
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
