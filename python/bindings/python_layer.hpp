// The adapter through which the core runs a layer, or a model, that is a Python class.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters.hpp"
#include "core/check.hpp"
#include "lamina/layers/rnn_cell.hpp"
#include "layers/call_scope.hpp"

namespace lamina::python {

/// Base is Composite or Model. What its attributes hold is asked of the Python object whenever it
/// matters, so that layers and variables may come and go.
template <class Base>
class PythonLayerOf : public Base {
 public:
  PythonLayerOf(py::handle self, const std::string& type, const std::string& name,
                bool knows_output_shape)
      : Base(type, name), self_(self), knows_output_shape_(knows_output_shape) {}

  py::object owner() const { return self_.get(); }
  Variable add_python_weight(const std::string& name, const Shape& shape,
                             const py::object& initializer, bool trainable,
                             const py::object& regularizer, const py::object& constraint) {
    return this->add_weight(
        name, shape, initializer_from(initializer),
        {regularizer_from(regularizer), constraint_from(constraint), trainable});
  }
  RandomStream add_python_stream(const std::string& name) { return this->add_random_stream(name); }
  void add_python_loss(const Tensor& loss) { this->add_loss(loss); }
  Config own_config() const { return this->base_config(); }

  const std::vector<std::shared_ptr<Layer>>& layers() const override;
  std::string name_of(const Layer& layer) const override;
  std::vector<Variable> weights() const override;
  Shapes output_shapes(const Shapes& input_shapes) const override;
  bool supports_masking() const override;
  Tensors compute_mask(const Tensors& inputs) const override;
  Config config() const override;
  Layer::NamedTensors own_tensors() const override;
  void take_own_tensors(const Layer::NamedTensors& tensors) override;
  Layer::NamedTensors carried() const override;
  bool can_carry(const Layer::NamedTensors& tensors) const override;
  void carry(const Layer::NamedTensors& tensors) override;
  /// The form in which a Python call handed its tensors over.
  std::vector<std::string> argument_names() const override { return {"form"}; }

 protected:
  void build(const Shapes& input_shapes) override;
  /// Whole numbers stay, as in Keras.
  Dtype input_dtype(Dtype given) const override {
    return is_floating(given) ? this->dtype() : given;
  }
  Tensors call(const Tensors& inputs, const CallContext& context) override {
    return run_hook(inputs, context.is_training());
  }

 private:
  Tensors run_hook(const Tensors& inputs, bool training) const;
  /// The form of the call this thread is in, as `_call_hook` and its kin take it.
  py::object form() const;
  /// The form of calls that do not say theirs; empty: one tensor, or a list of them.
  virtual std::string usual_form() const { return {}; }
  /// Calls the layer on zeros, which tells its output shapes and builds its layers.
  Shapes probe(const Shapes& input_shapes) const;
  Shapes shapes_on_zeros(const Shapes& input_shapes, std::int64_t batch,
                         std::int64_t unknown) const;
  [[noreturn]] void fail_to_probe(const Shapes& input_shapes, std::int64_t unknown,
                                  const std::string& why) const;
  /// Looks at what its attributes hold now.
  void track();

  PythonObject self_;
  bool knows_output_shape_;
  std::vector<std::shared_ptr<Layer>> layers_;
  std::map<const Layer*, std::string> aliases_;  // by attributes, of layers with a taken name
  std::vector<Variable> held_;                   // variables that attributes hold
  bool tracking_ = false;
};

/// Its Python object is a cell of recurrence if it has a `state_size`.
class PythonLayer : public PythonLayerOf<Composite>, public RnnCell {
 public:
  using PythonLayerOf<Composite>::PythonLayerOf;
  Shapes state_shapes(const Shape& step_shape) const override;
  Tensors initial_state(std::int64_t batch) const override;
  Tensors step(const Tensor& inputs, const Tensors& states, bool training) override;
  /// The layer of lamina's own from whose class the Python class derives. It is one of its layers,
  /// under its own name and scope: so the weights' paths are as if they were its own. `hands_on`
  /// says that calls need no Python: the class overrides what builds and saves alone.
  void set_base(std::shared_ptr<Layer> base, bool hands_on);
  /// Says that the base is about to make its weights: they stand behind those that are there.
  void begin_base() { before_base_ = Layer::weights().size(); }
  std::vector<Variable> weights() const override;
  Shapes output_shapes(const Shapes& input_shapes) const override;
  void set_name(const std::string& name) override;
  void set_scope(const std::string& scope) override;

 protected:
  bool scopes(const Layer& layer) const override { return &layer != base_.get(); }
  Tensors call(const Tensors& inputs, const CallContext& context) override;

 private:
  std::string usual_form() const override;

  std::shared_ptr<Layer> base_;
  std::size_t before_base_ = 0;
  bool hands_on_ = false;
  mutable std::int64_t states_ = -1;  // once a recurrent layer asked for them
};

class PythonModel : public PythonLayerOf<Model> {
 public:
  using PythonLayerOf<Model>::PythonLayerOf;
  /// Known once it ran.
  Arrangement input_arrangement() const override { return {Arrangement::Kind::unknown, {}}; }
  Arrangement output_arrangement() const override;
};

Arrangement arrangement_from(const std::string& kind, std::vector<std::string> names);

/// What both classes offer to Python.
template <class Class, class Parent>
auto bind_python_layer(py::module_& m, const char* name) {
  return py::class_<Class, Parent, std::shared_ptr<Class>>(m, name)
      .def(py::init<py::handle, const std::string&, const std::string&, bool>())
      .def("add_weight", &Class::add_python_weight)
      .def("add_loss",
           [](Class& self, py::handle loss) { self.add_python_loss(operand_from(loss)); })
      .def("add_random_stream", &Class::add_python_stream)
      .def("base_config", [](const Class& self) { return dict_from(self.own_config()); })
      .def_property_readonly("owner", &Class::owner);
}

extern template class PythonLayerOf<Composite>;
extern template class PythonLayerOf<Model>;

}  // namespace lamina::python
