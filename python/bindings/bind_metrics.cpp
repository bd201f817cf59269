#include "adapters.hpp"
#include "lamina/metrics/confusion.hpp"
#include "lamina/metrics/functions.hpp"
#include "lamina/metrics/mean.hpp"

namespace lamina::python {
namespace {

template <class Class>
void update_by_values(Class& self, py::handle values, const py::object& sample_weight) {
  const NoGrad no_grad;
  const Tensor given = operand_from(values);
  self.update(given, weights_beside(given, sample_weight));
}

// A number, or an array of several.
py::object result_of(const Metric& self) {
  const Tensor values = self.results();
  if (values.rank() == 0) return py::float_(values.item());
  return array_view(values);
}

// A function's values for y_true and y_pred: those of whole predictions in floatx.
template <class Function>
Tensor values_of(py::handle y_true, py::handle y_pred, const Function& function) {
  const auto [prediction, target] = operands_from(y_pred, y_true);
  const Tensor values = function(target.to(prediction.device()), prediction);
  return is_floating(prediction.dtype()) ? values : values.cast(floatx());
}

void bind_functions(py::module_& m) {
  m.def("binary_accuracy", [](py::handle y_true, py::handle y_pred, double threshold) {
    return values_of(y_true, y_pred, [&](const Tensor& target, const Tensor& prediction) {
      return metrics::binary_accuracy(target, prediction, threshold);
    });
  });
  m.def("categorical_accuracy", [](py::handle y_true, py::handle y_pred) {
    return values_of(y_true, y_pred, metrics::categorical_accuracy);
  });
  m.def("sparse_categorical_accuracy", [](py::handle y_true, py::handle y_pred) {
    return values_of(y_true, y_pred, metrics::sparse_categorical_accuracy);
  });
  m.def("top_k_categorical_accuracy", [](py::handle y_true, py::handle y_pred, std::int64_t k) {
    return values_of(y_true, y_pred, [&](const Tensor& target, const Tensor& prediction) {
      return metrics::top_k_categorical_accuracy(target, prediction, k);
    });
  });
  m.def("sparse_top_k_categorical_accuracy", [](py::handle y_true, py::handle y_pred,
                                                std::int64_t k, bool from_sorted_ids) {
    return values_of(y_true, y_pred, [&](const Tensor& target, const Tensor& prediction) {
      return metrics::sparse_top_k_categorical_accuracy(target, prediction, k, from_sorted_ids);
    });
  });
  using Correlate = Tensor (*)(const Tensor&, const Tensor&, const std::vector<int>&);
  const auto bind_correlation = [&](const char* name, Correlate correlate) {
    m.def(name, [correlate](py::handle y_true, py::handle y_pred, const py::object& axis) {
      return values_of(y_true, y_pred, [&](const Tensor& target, const Tensor& prediction) {
        return correlate(target, prediction, axes_from(axis));
      });
    });
  };
  bind_correlation("pearson_correlation", metrics::pearson_correlation);
  bind_correlation("concordance_correlation", metrics::concordance_correlation);
}

}  // namespace

void bind_metrics(py::module_& m) {
  py::class_<Metric, std::shared_ptr<Metric>>(m, "Metric")
      .def_property_readonly("type", &Metric::type)
      .def_property_readonly("name", &Metric::name)
      .def_property_readonly("variables", &Metric::variables)
      .def("config", [](const Metric& self) { return dict_from(self.config()); })
      // Of every variable, whatever a Python class does in its reset_state.
      .def("reset", [](Metric& self) { self.Metric::reset(); })
      .def("result", &result_of)
      .def("restore",
           [](Metric& self, py::handle values) { self.restore(operands_list_from(values)); })
      .def("update",
           [](Metric& self, py::handle y_true, py::handle y_pred, const py::object& sample_weight) {
             const NoGrad no_grad;
             const auto [prediction, target] = operands_from(y_pred, y_true);
             self.update(target.to(prediction.device()), prediction,
                         weights_beside(prediction, sample_weight));
           });
  py::class_<Mean, Metric, std::shared_ptr<Mean>>(m, "Mean").def("update_values",
                                                                 &update_by_values<Mean>);
  py::class_<Sum, Metric, std::shared_ptr<Sum>>(m, "Sum").def("update_values",
                                                              &update_by_values<Sum>);
  py::class_<PythonMetric, Metric, std::shared_ptr<PythonMetric>>(m, "PythonMetric")
      .def(py::init<py::handle, const std::string&, const std::string&>())
      .def("add_variable", &PythonMetric::add_variable)
      .def_property_readonly("owner", &PythonMetric::owner);
  py::class_<PythonMeanMetric, Metric, std::shared_ptr<PythonMeanMetric>>(m, "PythonMeanMetric")
      .def(py::init<py::handle, const std::string&, const std::string&>())
      .def_property_readonly("owner", &PythonMeanMetric::owner);
  bind_functions(m);
  m.def("thresholds_of", [](const Metric& metric) {
    return dynamic_cast<const ConfusionMetric&>(metric).thresholds();
  });
  m.def("metric_from_name", &Metric::from_name);
  m.def("make_metric", [](const std::string& type, py::handle config) {
    return Metric::make(type, config_from(config));
  });
  m.def("register_metric", [](const std::string& type, const py::object& make) {
    register_metric(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Metric>>();
    });
  });
}

}  // namespace lamina::python
