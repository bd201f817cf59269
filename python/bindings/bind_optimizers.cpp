#include "adapters.hpp"

namespace lamina::python {
namespace {

TensorList gradients_from(const std::vector<py::object>& gradients) {
  TensorList result;
  for (const py::object& gradient : gradients) {
    result.push_back(gradient.is_none() ? Tensor() : operand_from(gradient));
  }
  return result;
}

template <class Value>
py::object or_none(const Value& value, bool is_there) {
  return is_there ? py::cast(value) : py::none();
}

void bind_schedules(py::module_& m) {
  py::class_<LearningRateSchedule, std::shared_ptr<LearningRateSchedule>>(m, "LearningRateSchedule")
      .def_property_readonly("type", &LearningRateSchedule::type)
      .def("config", [](const LearningRateSchedule& self) { return dict_from(self.config()); })
      .def("__call__", [](const LearningRateSchedule& self, py::handle step) {
        const Tensor steps = float64_from("step", step);
        std::vector<double> rates = steps.to_vector<double>();
        for (double& rate : rates) rate = self.at(rate);
        return Tensor::copy_of(std::span<const double>(rates), steps.shape(), Device())
            .cast(Dtype::float32);
      });
  py::class_<PythonSchedule, LearningRateSchedule, std::shared_ptr<PythonSchedule>>(
      m, "PythonSchedule")
      .def(py::init<const py::object&, const std::string&>())
      .def_property_readonly("owner", &PythonSchedule::owner);
  m.def("make_schedule", [](const std::string& type, py::handle config) {
    return LearningRateSchedule::make(type, config_from(config));
  });
  m.def("register_schedule", [](const std::string& type, const py::object& make) {
    register_learning_rate_schedule(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return call_hook(*make, dict_from(config)).cast<std::shared_ptr<LearningRateSchedule>>();
    });
  });
}

}  // namespace

void bind_optimizers(py::module_& m) {
  bind_schedules(m);
  py::class_<Optimizer, std::shared_ptr<Optimizer>>(m, "Optimizer")
      .def_property_readonly("type", &Optimizer::type)
      .def_property_readonly("name", &Optimizer::name)
      .def_property_readonly("learning_rate", &Optimizer::learning_rate)
      .def("set_learning_rate",
           [](Optimizer& self, const py::object& rate) {
             self.set_learning_rate(learning_rate_from(rate));
           })
      .def_property_readonly("learning_rate_variable",
                             [](const Optimizer& self) {
                               const Variable rate = self.learning_rate_variable();
                               return or_none(rate, rate.defined());
                             })
      .def_property_readonly("schedule",
                             [](const Optimizer& self) {
                               const auto& schedule = self.given_learning_rate().schedule();
                               return or_none(schedule, schedule != nullptr);
                             })
      .def_property_readonly("iterations", &Optimizer::iterations)
      .def_property_readonly("batches", &Optimizer::batches, py::return_value_policy::copy)
      .def_property_readonly("weights", &Optimizer::weights)
      .def_property_readonly("variables", &Optimizer::variables)
      .def("config", [](const Optimizer& self) { return dict_from(self.config()); })
      .def("options", [](const Optimizer& self) { return dict_from(self.options()); })
      .def("set_options",
           [](Optimizer& self, py::handle options) { self.set_options(config_from(options)); })
      .def("build", &Optimizer::build)
      .def("zero_grad", &Optimizer::zero_grad)
      .def("exclude_from_weight_decay", &Optimizer::exclude_from_weight_decay)
      .def("finalize_variable_values", &Optimizer::finalize_variable_values)
      .def("scale_loss", [](const Optimizer& self,
                            py::handle loss) { return self.scale_loss(operand_from(loss)); })
      .def("step_all",
           [](Optimizer& self) {
             const GilRelease unlock;
             self.step();
           })
      .def("apply",
           [](Optimizer& self, const std::vector<py::object>& gradients,
              const std::vector<Variable>& weights) {
             const TensorList given = gradients_from(gradients);
             const GilRelease unlock;
             self.apply(given, weights);
           })
      .def("step", [](Optimizer& self, const std::vector<Variable>& weights) {
        const GilRelease unlock;
        self.step(weights);
      });
  py::class_<LossScaleOptimizer, Optimizer, std::shared_ptr<LossScaleOptimizer>>(
      m, "LossScaleOptimizer")
      .def(py::init([](const std::shared_ptr<Optimizer>& inner, double initial_scale,
                       std::int64_t dynamic_growth_steps, const std::string& name) {
        return std::make_shared<LossScaleOptimizer>(
            LossScaleOptimizerOptions{inner, initial_scale, dynamic_growth_steps, name});
      }))
      .def_property_readonly("inner_optimizer", &LossScaleOptimizer::shared_inner_optimizer)
      .def_property_readonly("dynamic_scale", &LossScaleOptimizer::dynamic_scale);
  py::class_<MultiOptimizer, Optimizer, std::shared_ptr<MultiOptimizer>>(m, "MultiOptimizer")
      .def(py::init([](const std::shared_ptr<Optimizer>& default_optimizer,
                       const std::vector<std::pair<std::string, std::shared_ptr<Optimizer>>>& map,
                       std::optional<double> loss_scale_factor, const std::string& name) {
        MultiOptimizerOptions options{default_optimizer, {}, loss_scale_factor, name};
        for (const auto& [pattern, optimizer] : map) {
          options.optimizer_map.emplace_back(pattern, optimizer);
        }
        return std::make_shared<MultiOptimizer>(std::move(options));
      }))
      .def(py::init([](const py::object& selector, std::optional<double> loss_scale_factor,
                       const std::string& name) {
        return std::make_shared<MultiOptimizer>(
            [select = shared_object(selector)](const Variable& weight) {
              const GilAcquire lock;
              return call_hook(*select, weight).cast<std::shared_ptr<Optimizer>>();
            },
            loss_scale_factor, name);
      }))
      .def_property_readonly("optimizers", &MultiOptimizer::optimizers)
      .def("optimizer_for", &MultiOptimizer::optimizer_for);
  py::class_<PythonOptimizer, Optimizer, std::shared_ptr<PythonOptimizer>>(m, "PythonOptimizer")
      .def(py::init([](py::handle self, const std::string& type, const std::string& name,
                       const py::object& learning_rate, std::optional<double> weight_decay,
                       std::optional<double> clipnorm, std::optional<double> clipvalue,
                       std::optional<double> global_clipnorm, bool use_ema, double ema_momentum,
                       std::optional<std::int64_t> ema_overwrite_frequency,
                       std::optional<double> loss_scale_factor,
                       std::optional<std::int64_t> gradient_accumulation_steps,
                       std::vector<std::string> slot_names,
                       const std::vector<std::string>& overridden) {
        return std::make_shared<PythonOptimizer>(
            self, type, name, learning_rate_from(learning_rate),
            GradientOptions{weight_decay, clipnorm, clipvalue, global_clipnorm, use_ema,
                            ema_momentum, ema_overwrite_frequency, loss_scale_factor,
                            gradient_accumulation_steps},
            std::move(slot_names), overridden);
      }))
      .def(py::init([](py::handle self, const std::string& type,
                       const std::shared_ptr<Optimizer>& base, const py::object& learning_rate,
                       const std::vector<std::string>& overridden) {
        return std::make_shared<PythonOptimizer>(self, type, base,
                                                 learning_rate_from(learning_rate), overridden);
      }))
      .def("slot", &PythonOptimizer::slot)
      .def("build_core", &PythonOptimizer::build_core)
      .def("apply_core",
           [](PythonOptimizer& self, const std::vector<py::object>& gradients,
              const std::vector<Variable>& weights) {
             const TensorList given = gradients_from(gradients);
             const GilRelease unlock;
             self.apply_core(given, weights);
           })
      .def("step_core",
           [](PythonOptimizer& self, const std::vector<Variable>& weights) {
             const GilRelease unlock;
             self.step_core(weights);
           })
      .def("update_by_base",
           [](PythonOptimizer& self, py::handle gradient, const Variable& weight,
              double learning_rate) {
             const Tensor given = operand_from(gradient);
             const GilRelease unlock;
             self.update_by_base(given, weight, learning_rate);
           })
      .def("add_variable", &PythonOptimizer::add_variable)
      .def("base_config", [](const PythonOptimizer& self) { return dict_from(self.own_config()); })
      .def_property_readonly("owner", &PythonOptimizer::owner);
  m.def("optimizer_from_name", &Optimizer::from_name);
  m.def("make_optimizer", [](const std::string& type, py::handle config) {
    return Optimizer::make(type, config_from(config));
  });
  m.def("register_optimizer", [](const std::string& type, const py::object& make) {
    register_optimizer(type, [make = shared_object(make)](const Config& config) {
      const GilAcquire lock;
      return (*make)(dict_from(config)).cast<std::shared_ptr<Optimizer>>();
    });
  });
}

}  // namespace lamina::python
