// Models: the loops run without the interpreter lock and take it for Python hooks, and by the clock
// for the progress bar and for signals, so that Ctrl-C stops a run between two batches.
#include <cstring>
#include <span>

#include "adapters.hpp"
#include "core/check.hpp"
#include "python_layer.hpp"

namespace lamina::python {
namespace {

/// `show(epoch, epochs, batch, batches, finished, logs)` may be None.
OnProgress progress_from(const py::object& show) {
  return [show = show.is_none() ? nullptr : shared_object(show)](const Progress& progress) {
    const GilAcquire lock;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (show) {
      call_hook(*show, progress.epoch, progress.epochs, progress.batch, progress.batches,
                progress.finished, dict_from(progress.logs()));
    }
  };
}

// Each is a callback of the core, the list of a Python callback's hooks, or a Python History.
std::vector<std::shared_ptr<Callback>> callbacks_from(const std::vector<py::object>& callbacks) {
  std::vector<std::shared_ptr<Callback>> result;
  const auto logs = std::make_shared<SharedLogs>();
  for (const py::object& callback : callbacks) {
    if (py::isinstance<Callback>(callback)) {
      result.push_back(callback.cast<std::shared_ptr<Callback>>());
    } else if (py::isinstance<py::list>(callback)) {
      const auto hooks = callback.cast<std::vector<py::object>>();
      result.push_back(std::make_shared<PythonCallback>(hooks, logs, result.size()));
    } else {
      result.push_back(std::make_shared<PythonHistory>(callback, logs, result.size()));
    }
  }
  return result;
}

using Hooks = std::vector<py::object>;  // of each callback, or the core's own

Tensors samples_for(const Model& model, const char* name, py::handle value) {
  if (value.is_none()) return data_from(name, value);  // says that it is None
  return data_for(name, value, model.input_arrangement());
}

Tensors targets_for(const Model& model, const char* name, py::handle value) {
  return data_for(name, value, model.output_arrangement());
}

// A step of the model's own, or losses that its layers add, need none.
Tensors required_targets(const Model& model, py::handle y) {
  if (y.is_none() && model.compares()) return Tensors(data_from("y", y));  // says that it is None
  return targets_for(model, "y", y);
}

Batch batch_of(const py::list& x, const py::list& y, const py::list& sample_weight) {
  const auto tensors = [](const char* name, const py::list& items) {
    Tensors result;
    for (py::handle item : items) result.push_back(optional_data_from(name, item));
    return result;
  };
  return {tensors("x", x), tensors("y", y), tensors("sample_weight", sample_weight)};
}

// Predictions keep their graph.
Tensors predictions_of(const py::list& given) {
  Tensors result;
  for (py::handle item : given) result.push_back(operand_from(item));
  return result;
}

template <Logs (Model::*step)(const Batch&)>
py::dict step_of(Model& model, const py::list& x, const py::list& y,
                 const py::list& sample_weight) {
  const Batch batch = batch_of(x, y, sample_weight);
  Logs logs;
  {
    const GilRelease unlock;
    logs = (model.*step)(batch);
  }
  return dict_from(logs);
}

std::shared_ptr<PythonBatches> batches_for(const Model& model,
                                           const std::shared_ptr<PythonBatches>& source) {
  if (source) source->arrange(model.input_arrangement(), model.output_arrangement());
  return source;
}

FitOptions fit_options_from(const Model& model, const py::dict& given, const Hooks& hooks,
                            const py::object& show) {
  const auto whole = [&](const char* key) { return given[key].cast<std::int64_t>(); };
  return {
      .batch_size = whole("batch_size"),
      .epochs = whole("epochs"),
      .shuffle = given["shuffle"].cast<bool>(),
      .validation_split = given["validation_split"].cast<double>(),
      .validation_x =
          data_for("validation_data's x", given["validation_x"], model.input_arrangement()),
      .validation_y = targets_for(model, "validation_data's y", given["validation_y"]),
      .validation_sample_weight =
          targets_for(model, "validation_data's sample_weight", given["validation_sample_weight"]),
      .sample_weight = targets_for(model, "sample_weight", given["sample_weight"]),
      .initial_epoch = whole("initial_epoch"),
      .validation_batch_size = whole("validation_batch_size"),
      .class_weight = given["class_weight"].cast<std::vector<std::pair<std::int64_t, double>>>(),
      .steps_per_epoch = whole("steps_per_epoch"),
      .validation_source =
          batches_for(model, given["validation_source"].cast<std::shared_ptr<PythonBatches>>()),
      .validation_steps = whole("validation_steps"),
      .validation_freq = whole("validation_freq"),
      .validation_epochs = given["validation_epochs"].cast<std::vector<std::int64_t>>(),
      .callbacks = callbacks_from(hooks),
      .on_progress = progress_from(show),
  };
}

// The Python History among the hooks takes what the core's would hold.
void fit(Model& model, py::handle x, py::handle y, const py::dict& given, const Hooks& hooks,
         const py::object& show) {
  const Tensors samples = samples_for(model, "x", x), targets = required_targets(model, y);
  const FitOptions options = fit_options_from(model, given, hooks, show);
  const GilRelease unlock;
  model.fit(samples, targets, options);
}

void fit_batches(Model& model, PythonBatches& source, const py::dict& given, const Hooks& hooks,
                 const py::object& show) {
  const FitOptions options = fit_options_from(model, given, hooks, show);
  source.arrange(model.input_arrangement(), model.output_arrangement());
  const GilRelease unlock;
  model.fit(source, options);
}

EvaluateOptions evaluate_options_from(const Model& model, std::int64_t batch_size,
                                      const py::object& sample_weight, std::int64_t steps,
                                      const Hooks& hooks, const py::object& show) {
  return {
      .batch_size = batch_size,
      .sample_weight = targets_for(model, "sample_weight", sample_weight),
      .steps = steps,
      .callbacks = callbacks_from(hooks),
      .on_progress = progress_from(show),
  };
}

py::dict evaluate(Model& model, py::handle x, py::handle y, std::int64_t batch_size,
                  const py::object& sample_weight, std::int64_t steps, const Hooks& hooks,
                  const py::object& show) {
  const Tensors samples = samples_for(model, "x", x), targets = required_targets(model, y);
  const EvaluateOptions options =
      evaluate_options_from(model, batch_size, sample_weight, steps, hooks, show);
  Logs logs;
  {
    const GilRelease unlock;
    logs = model.evaluate(samples, targets, options);
  }
  return dict_from(logs);
}

py::dict evaluate_batches(Model& model, PythonBatches& source, std::int64_t steps,
                          const Hooks& hooks, const py::object& show) {
  const EvaluateOptions options = evaluate_options_from(model, 1, py::none(), steps, hooks, show);
  source.arrange(model.input_arrangement(), model.output_arrangement());
  Logs logs;
  {
    const GilRelease unlock;
    logs = model.evaluate(source, options);
  }
  return dict_from(logs);
}

// As the model's outputs are: one array, a list, or a dictionary.
py::object arranged(const Model& model, const TensorList& outputs) {
  const Arrangement arrangement = model.output_arrangement();
  using Kind = Arrangement::Kind;
  if (arrangement.kind == Kind::dict) {
    py::dict result;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      result[arrangement.names[i].c_str()] = copied_array(outputs[i]);
    }
    return result;
  }
  if (outputs.size() == 1 && arrangement.kind != Kind::list) return copied_array(outputs.front());
  py::list result;
  for (const Tensor& output : outputs) result.append(copied_array(output));
  return result;
}

PredictOptions predict_options_from(std::int64_t batch_size, std::int64_t steps, const Hooks& hooks,
                                    const py::object& show) {
  return {
      .batch_size = batch_size,
      .steps = steps,
      .callbacks = callbacks_from(hooks),
      .on_progress = progress_from(show),
  };
}

py::object predict(Model& model, py::handle x, std::int64_t batch_size, std::int64_t steps,
                   const Hooks& hooks, const py::object& show) {
  const Tensors samples = samples_for(model, "x", x);
  const PredictOptions options = predict_options_from(batch_size, steps, hooks, show);
  TensorList outputs;
  {
    const GilRelease unlock;
    outputs = model.predict_all(samples, options);
  }
  return arranged(model, outputs);
}

py::object predict_batches(Model& model, PythonBatches& source, std::int64_t steps,
                           const Hooks& hooks, const py::object& show) {
  const PredictOptions options = predict_options_from(1, steps, hooks, show);
  source.arrange(model.input_arrangement(), model.output_arrangement());
  TensorList outputs;
  {
    const GilRelease unlock;
    outputs = model.predict_all(source, options);
  }
  return arranged(model, outputs);
}

using ClassWeights = std::vector<std::pair<std::int64_t, double>>;

py::dict train_on_batch(Model& model, py::handle x, py::handle y, const py::object& sample_weight,
                        const ClassWeights& class_weight) {
  const Tensors samples = samples_for(model, "x", x), targets = required_targets(model, y);
  const Tensors weight = targets_for(model, "sample_weight", sample_weight);
  Logs logs;
  {
    const GilRelease unlock;
    logs = model.train_on_batch(samples, targets, weight, class_weight);
  }
  return dict_from(logs);
}

py::dict test_on_batch(Model& model, py::handle x, py::handle y, const py::object& sample_weight) {
  const Tensors samples = samples_for(model, "x", x), targets = required_targets(model, y);
  const Tensors weight = targets_for(model, "sample_weight", sample_weight);
  Logs logs;
  {
    const GilRelease unlock;
    logs = model.test_on_batch(samples, targets, weight);
  }
  return dict_from(logs);
}

// By the outputs' names.
using OutputLosses = std::vector<std::tuple<std::string, std::shared_ptr<Loss>, double>>;
using MetricList = std::vector<std::shared_ptr<Metric>>;
using OutputMetricLists = std::vector<std::tuple<std::string, MetricList, MetricList>>;

std::vector<MetricHandle> handles_of(const MetricList& metrics) {
  return {metrics.begin(), metrics.end()};
}

py::tuple tuple_of(const Arrangement& arrangement) {
  constexpr const char* kinds[] = {"unknown", "single", "list", "dict"};
  return py::make_tuple(kinds[static_cast<int>(arrangement.kind)], arrangement.names,
                        arrangement.form);
}

}  // namespace

void bind_models(py::module_& m) {
  py::class_<PythonBatches, std::shared_ptr<PythonBatches>>(m, "PythonBatches")
      .def(py::init<const py::object&, std::int64_t>());

  py::class_<Model, Composite, std::shared_ptr<Model>>(m, "Model")
      .def("compile",
           [](Model& self, const std::shared_ptr<Optimizer>& optimizer,
              const std::shared_ptr<Loss>& loss, const MetricList& metrics,
              const MetricList& weighted_metrics, const OutputLosses& losses,
              const OutputMetricLists& output_metrics) {
             CompileOptions options{.optimizer = optimizer,
                                    .loss = loss,
                                    .metrics = handles_of(metrics),
                                    .weighted_metrics = handles_of(weighted_metrics)};
             for (const auto& [output, own, weight] : losses) {
               options.output_losses.push_back({output, own, weight});
             }
             for (const auto& [output, own, weighted] : output_metrics) {
               options.output_metrics.push_back({output, handles_of(own), handles_of(weighted)});
             }
             self.compile(std::move(options));
           })
      .def("fit", &fit)
      .def("fit_batches", &fit_batches)
      .def("evaluate", &evaluate)
      .def("evaluate_batches", &evaluate_batches)
      .def("predict", &predict)
      .def("predict_batches", &predict_batches)
      .def("train_on_batch", &train_on_batch)
      .def("test_on_batch", &test_on_batch)
      .def("set_steps",
           [](Model& self, py::handle face, const std::vector<std::string>& overridden) {
             self.set_steps(overridden.empty() ? nullptr
                                               : std::make_shared<PythonSteps>(face, overridden));
           })
      .def("train_step", &step_of<&Model::train_step>)
      .def("test_step", &step_of<&Model::test_step>)
      .def("compute_loss",
           [](Model& self, const py::list& x, const py::list& y, const py::list& predictions,
              const py::list& sample_weight, bool training) {
             const Batch batch = batch_of(x, y, sample_weight);
             const Tensors given = predictions_of(predictions);
             const GilRelease unlock;
             return self.compute_loss(batch, given, training);
           })
      .def("update_metrics",
           [](Model& self, const py::list& x, const py::list& y, const py::list& predictions,
              const py::list& sample_weight) {
             const Batch batch = batch_of(x, y, sample_weight);
             const Tensors given = predictions_of(predictions);
             const GilRelease unlock;
             self.update_metrics(batch, given);
           })
      .def("metric_logs", [](const Model& self) { return dict_from(self.metric_logs()); })
      .def("set_extra_metrics", &Model::set_extra_metrics)
      .def_property_readonly("loss_tracker", &Model::loss_tracker)
      .def("predict_on_batch",
           [](Model& self, py::handle x) {
             const Tensors samples = samples_for(self, "x", x);
             TensorList outputs;
             {
               const GilRelease unlock;
               outputs = self.predict_on_batch_all(samples);
             }
             return arranged(self, outputs);
           })
      .def_property_readonly("compiled", &Model::compiled)
      .def_property_readonly("optimizer", &Model::shared_optimizer)
      .def_property_readonly("loss", &Model::shared_loss)
      .def_property_readonly("metrics", &Model::metrics)
      .def_property("stop_training", &Model::stop_training, &Model::set_stop_training)
      .def_property_readonly("output_losses",
                             [](const Model& self) {
                               py::list result;
                               for (const auto& each : self.compile_options().output_losses) {
                                 result.append(py::make_tuple(each.output, each.loss.pointer()));
                               }
                               return result;
                             })
      .def_property_readonly("input_arrangement",
                             [](const Model& self) { return tuple_of(self.input_arrangement()); })
      .def_property_readonly("output_arrangement",
                             [](const Model& self) { return tuple_of(self.output_arrangement()); })
      .def("summary",
           [](const Model& self, std::int64_t line_length, const std::vector<double>& positions,
              bool expand_nested, bool show_trainable, const std::string& first_layer,
              const std::string& last_layer) {
             return self.summary(
                 {line_length, positions, expand_nested, show_trainable, first_layer, last_layer});
           })
      .def("dot",
           [](const Model& self, bool show_shapes, bool show_dtype, bool show_layer_names,
              const std::string& rankdir, bool expand_nested, std::int64_t dpi,
              bool show_layer_activations, bool show_trainable) {
             return self.dot({show_shapes, show_dtype, show_layer_names, rankdir, expand_nested,
                              dpi, show_layer_activations, show_trainable});
           })
      .def("set_weights",
           [](Model& self, const py::list& values) {
             std::vector<Tensor> tensors;
             for (py::handle value : values) tensors.push_back(data_from("a weight", value));
             self.set_weights(tensors);
           })
      .def("save", &Model::save, py::call_guard<GilRelease>())
      .def("save_weights", &Model::save_weights, py::call_guard<GilRelease>())
      .def("load_weights", &Model::load_weights, py::arg("path"), py::arg("skip_mismatch"),
           py::call_guard<GilRelease>())
      .def("save_to_bytes", [](const Model& self) { return py::bytes(self.save_to_memory()); });

  bind_python_layer<PythonModel, Model>(m, "PythonModel");

  py::class_<Sequential, Model, std::shared_ptr<Sequential>>(m, "Sequential")
      .def(py::init<std::string>())
      .def("add", [](Sequential& self, const std::shared_ptr<Layer>& layer) { self.add(layer); })
      .def("pop", &Sequential::pop);

  m.def("load_model_file", [](const std::string& path, bool compile) {
    const GilRelease unlock;
    return load_model(path, {compile});
  });
  m.def("load_model_bytes", [](const py::bytes& file, bool compile) {
    const std::string_view content = file;
    const GilRelease unlock;
    return load_model(std::as_bytes(std::span(content.data(), content.size())), {compile});
  });
}

}  // namespace lamina::python
