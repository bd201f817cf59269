// Layers: handles on the core's own, and on the adapter through which it runs a Python class.
#include "adapters.hpp"
#include "python_layer.hpp"

namespace lamina::python {

namespace {

CallContext python_context(std::optional<bool> training, const CallArguments* arguments) {
  CallContext context(training, arguments);
  context.is_unsaid = !training;
  return context;
}

// One tensor in, one out: what most calls are.
Tensor call_one(Layer& self, py::handle inputs, std::optional<bool> training) {
  const Tensor x = inputs.is_none() ? Tensor() : operand_from(inputs);
  const GilRelease unlock;
  return self(x, python_context(training, nullptr));
}

// `keywords` are tensors, or lists of them, by name; `values` plain arguments. Either may be None.
std::vector<Tensor> call_all(Layer& self, py::handle inputs, std::optional<bool> training,
                             const py::object& keywords, const py::object& values) {
  const Tensors given(operands_list_from(inputs));
  CallArguments arguments;
  if (!keywords.is_none()) {
    for (const auto& [name, tensors] : keywords.cast<py::dict>()) {
      arguments.tensors.emplace_back(name.cast<std::string>(),
                                     Tensors(operands_list_from(tensors)));
    }
  }
  if (!values.is_none()) arguments.values = config_from(values);
  const bool has_arguments = !keywords.is_none() || !values.is_none();
  const GilRelease unlock;
  return self(given, python_context(training, has_arguments ? &arguments : nullptr)).list();
}

// Layers over sequences, and what wraps them. A wrapper is made of layers, which a configuration
// cannot name.
void bind_recurrent_layers(py::module_& m) {
  py::class_<RNN, Composite, std::shared_ptr<RNN>>(m, "RNN")
      .def_property_readonly("cell", &RNN::cell)
      .def_property_readonly("states", &RNN::states)
      .def("reset_states", &RNN::reset_states);
  py::class_<SimpleRNN, RNN, std::shared_ptr<SimpleRNN>>(m, "SimpleRNN");
  py::class_<GRU, RNN, std::shared_ptr<GRU>>(m, "GRU");
  py::class_<LSTM, RNN, std::shared_ptr<LSTM>>(m, "LSTM");
  py::class_<ConvLSTM1D, RNN, std::shared_ptr<ConvLSTM1D>>(m, "ConvLSTM1D");
  py::class_<ConvLSTM2D, RNN, std::shared_ptr<ConvLSTM2D>>(m, "ConvLSTM2D");
  py::class_<ConvLSTM3D, RNN, std::shared_ptr<ConvLSTM3D>>(m, "ConvLSTM3D");
  py::class_<StackedRNNCells, Composite, std::shared_ptr<StackedRNNCells>>(m, "StackedRNNCells");
  py::class_<Bidirectional, Composite, std::shared_ptr<Bidirectional>>(m, "Bidirectional")
      .def_property_readonly("forward_layer", &Bidirectional::forward_layer)
      .def_property_readonly("backward_layer", &Bidirectional::backward_layer)
      .def("reset_states", &Bidirectional::reset_states);
  py::class_<TimeDistributed, Composite, std::shared_ptr<TimeDistributed>>(m, "TimeDistributed")
      .def_property_readonly("layer", &TimeDistributed::layer);

  m.def("make_rnn", [](const std::shared_ptr<Layer>& cell, py::handle config) {
    return RNN::with_cell(cell, config_from(config));
  });
  m.def("make_stacked_cells", [](std::vector<std::shared_ptr<Layer>> cells, py::handle config) {
    return StackedRNNCells::with_cells(std::move(cells), config_from(config));
  });
  m.def("make_bidirectional",
        [](const std::shared_ptr<Layer>& layer, const std::shared_ptr<Layer>& backward_layer,
           py::handle config, const py::list& weights) {
          TensorList values;
          for (py::handle each : weights) values.push_back(operand_from(each));
          return Bidirectional::with_layers(layer, backward_layer, config_from(config),
                                            std::move(values));
        });
  m.def("make_time_distributed", [](const std::shared_ptr<Layer>& layer, py::handle config) {
    return TimeDistributed::with_layer(layer, config_from(config));
  });
}

}  // namespace

void bind_layers(py::module_& m) {
  py::class_<Layer, std::shared_ptr<Layer>> layer(m, "Layer");
  layer.def_property_readonly("type", &Layer::type);
  layer.def_property("name", &Layer::name, &Layer::set_name);
  layer.def_property_readonly("has_given_name", &Layer::has_given_name);
  layer.def_property("trainable", &Layer::trainable, &Layer::set_trainable);
  layer.def_property_readonly("dtype", &Layer::dtype);
  layer.def_property_readonly("built", &Layer::built);
  layer.def_property(
      "device", [](const Layer& self) { return name_of(self.device()); },
      [](Layer& self, const std::string& device) { self.set_device(Device(device)); });
  layer.def_property_readonly("build_shapes",
                              [](const Layer& self) { return self.build_shapes().list(); });
  layer.def_property_readonly("path", [](const Layer& self) { return self.scope() + self.name(); });
  layer.def_property_readonly("supports_masking", &Layer::supports_masking);
  layer.def("compute_mask", [](const Layer& self, const std::vector<Tensor>& inputs) {
    const GilRelease unlock;
    return self.compute_mask(Tensors(inputs)).list();
  });
  layer.def_property_readonly("weights", &Layer::weights);
  layer.def_property_readonly("trainable_weights", &Layer::trainable_weights);
  layer.def_property_readonly("losses", &Layer::losses);
  layer.def("ensure_built", [](Layer& self, const std::vector<Shape>& input_shapes) {
    self.ensure_built(Shapes(input_shapes));
  });
  layer.def("output_shapes", [](const Layer& self, const std::vector<Shape>& input_shapes) {
    return self.output_shapes(Shapes(input_shapes)).list();
  });
  layer.def_property_readonly("takes_list", &Layer::takes_list);
  layer.def("count_params", &Layer::count_params);
  layer.def("config", [](const Layer& self) { return dict_from(self.config()); });
  layer.def("change_option", [](Layer& self, const std::string& key, py::handle changed) {
    return self.change_option(key, config_from(changed));
  });
  layer.def("apply_base_config",
            [](Layer& self, py::handle config) { self.apply_base_config(config_from(config)); });
  layer.def("call_one", &call_one);
  layer.def("call_all", &call_all);

  py::class_<Composite, Layer, std::shared_ptr<Composite>>(m, "Composite")
      .def_property_readonly("layers", &Composite::layers)
      .def("name_of", &Composite::name_of);
  bind_python_layer<PythonLayer, Composite>(m, "PythonLayer")
      .def("set_base", &PythonLayer::set_base)
      .def("begin_base", &PythonLayer::begin_base);

  bind_recurrent_layers(m);

  py::class_<Normalization, Layer, std::shared_ptr<Normalization>>(m, "Normalization")
      .def("adapt", [](Normalization& self, py::handle data) {
        const Tensor samples = data_from("data", data);
        const GilRelease unlock;
        self.adapt(samples);
      });

  m.def("augments", &CallScope::augments);
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
        [](const py::object& initializer, const py::object& shape, std::optional<Dtype> dtype) {
          RandomStream random = RandomStream::open("initializer");
          return initializer_from(initializer)(shape_from(shape), dtype.value_or(floatx()), random);
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
