#include "python_layer.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "core/portable.hpp"
#include "lamina/autograd/autograd.hpp"
#include "layers/given_batch.hpp"
#include "layers/joined.hpp"
#include "layers/loading.hpp"
#include "layers/probing.hpp"

namespace lamina::python {
namespace {

// Values in a sample that a file may make a layer be called on to learn its output's shape.
constexpr std::int64_t loading_probe_limit = 1 << 24;

bool is_open(const Shapes& shapes) {
  return std::any_of(shapes.begin(), shapes.end(), [](const Shape& shape) {
    return shape.rank() > 1 && !shape.with(0, 1).is_known();
  });
}

Layer::NamedTensors named_tensors(const py::dict& values) {
  Layer::NamedTensors tensors;
  for (const auto& [name, value] : values) tensors.emplace_back(py::str(name), tensor_from(value));
  return tensors;
}

py::dict dict_of(const Layer::NamedTensors& tensors) {
  py::dict values;
  for (const auto& [name, tensor] : tensors) values[py::str(name)] = tensor;
  return values;
}

}  // namespace

template <class Base>
py::object PythonLayerOf<Base>::form() const {
  const CallArguments* arguments = CallScope::arguments_of(*this);
  if (arguments == nullptr || arguments->values.is_null("form")) {
    const std::string usual = usual_form();
    return usual.empty() ? py::object(py::none()) : py::str(usual);
  }
  return py::str(arguments->values.string("form"));
}

template <class Base>
void PythonLayerOf<Base>::build(const Shapes& input_shapes) {
  const GilAcquire lock;
  call_hook(self_.attr("_build_hook"), input_shapes.list(), form());
  track();
  // Layers and variables may be made by the first call.
  const bool unfinished = std::any_of(layers_.begin(), layers_.end(),
                                      [](const auto& layer) { return !layer->built(); });
  if (unfinished || (!knows_output_shape_ && this->weights().empty())) {
    // A call that builds it may count on the number of samples.
    Shapes shapes;
    for (const Shape& shape : input_shapes) shapes.push_back(shape.with(0, GivenBatch::current()));
    probe(shapes);
    track();
  }
}

template <class Base>
void PythonLayerOf<Base>::track() {
  if (tracking_) return;  // it asks for the weights itself
  struct Guard {
    bool& flag;
    explicit Guard(bool& its_flag) : flag(its_flag) { flag = true; }
    ~Guard() { flag = false; }
  } guard(tracking_);
  const auto [layers, variables] =
      call_hook(self_.attr("_track_hook"))
          .template cast<std::pair<std::vector<std::pair<std::string, std::shared_ptr<Layer>>>,
                                   std::vector<Variable>>>();
  std::vector<std::shared_ptr<Layer>> found;
  std::set<std::string> taken;
  aliases_.clear();
  for (const auto& [attribute, layer] : layers) {
    if (!layer->has_given_name() && !layer->is_numbered()) layer->set_name(attribute);
    std::string name = layer->name();
    for (int i = 0; !taken.insert(name).second; ++i) {
      name = i == 0 ? attribute : concat(attribute, "_", i);
    }
    if (name != layer->name()) aliases_.emplace(layer.get(), name);
    found.push_back(layer);
  }
  if (found != layers_) {
    layers_ = std::move(found);
    this->adopt_layers();
  }
  // Variables of its own that add_weight did not make.
  const std::vector<Variable> known = Base::weights();
  const auto holds = [](const std::vector<Variable>& all, const Variable& wanted) {
    return std::find(all.begin(), all.end(), wanted) != all.end();
  };
  for (const Variable& held : held_) {
    if (!holds(variables, held)) this->release_weight(held);
  }
  std::erase_if(held_, [&](const Variable& held) { return !holds(variables, held); });
  for (const Variable& variable : variables) {
    if (holds(known, variable)) continue;
    this->adopt_weight(variable);
    held_.push_back(variable);
  }
}

template <class Base>
const std::vector<std::shared_ptr<Layer>>& PythonLayerOf<Base>::layers() const {
  const GilAcquire lock;
  const_cast<PythonLayerOf*>(this)->track();  // a cache of what Python holds
  return layers_;
}

template <class Base>
std::string PythonLayerOf<Base>::name_of(const Layer& layer) const {
  const auto alias = aliases_.find(&layer);
  return alias == aliases_.end() ? layer.name() : alias->second;
}

template <class Base>
std::vector<Variable> PythonLayerOf<Base>::weights() const {
  layers();  // its own variables may have changed too
  return Base::weights();
}

template <class Base>
Shapes PythonLayerOf<Base>::shapes_on_zeros(const Shapes& input_shapes, std::int64_t batch,
                                            std::int64_t unknown) const {
  Tensors zeros;
  for (const Shape& input_shape : input_shapes) {
    Shape shape = input_shape[0] == Shape::none ? input_shape.with(0, batch) : input_shape;
    for (int axis = 1; axis < shape.rank(); ++axis) {
      if (shape[axis] == Shape::none) shape = shape.with(axis, unknown);
    }
    if (LoadingScope::active() && shape.size() > loading_probe_limit) {
      fail(ErrorKind::value, this->label(), " claims inputs of shape ", input_shape,
           " in the file that is being loaded; define compute_output_shape(input_shape)");
    }
    zeros.push_back(Tensor::zeros(shape, ProbeScope::dtype_of(zeros.size(), this->dtype())));
  }
  const NoGrad no_grad;
  const ProbeScope inner;  // layers within are called on tensors of their own
  try {
    return shapes_of(run_hook(zeros, false));
  } catch (const py::error_already_set&) {
    if (!call_hook(self_.attr("_takes_mask_hook")).template cast<bool>()) throw;
  }
  // A call may need the mask that its inputs come with.
  return shapes_of(run_hook(zeros.each([](const Tensor& tensor) {
    if (tensor.rank() < 2) return tensor;
    return tensor.with_mask(
        Tensor::full({tensor.shape()[0], tensor.shape()[1]}, 1, Dtype::boolean));
  }),
                            false));
}

template <class Base>
void PythonLayerOf<Base>::fail_to_probe(const Shapes& input_shapes, std::int64_t unknown,
                                        const std::string& why) const {
  fail(ErrorKind::value, this->label(), " cannot tell its output shape for inputs ",
       input_shapes.str(), ": with ", unknown, " for an unknown extent its call fails (", why,
       "); define compute_output_shape(input_shape)");
}

// Where extents beside the batch are unknown, calls for two of them tell which outputs depend on
// them.
template <class Base>
Shapes PythonLayerOf<Base>::probe(const Shapes& input_shapes) const {
  const bool open = is_open(input_shapes);
  const auto on_zeros = [&](std::int64_t unknown) {
    try {
      return shapes_on_zeros(input_shapes, 1, unknown);
    } catch (const Error& error) {
      if (open) fail_to_probe(input_shapes, unknown, error.what());
      throw;
    } catch (const py::error_already_set& error) {
      if (open && error.matches(PyExc_ValueError)) {
        fail_to_probe(input_shapes, unknown, py::str(error.value()).cast<std::string>());
      }
      throw;
    }
  };
  const Shapes first = on_zeros(16);
  const std::optional<Shapes> second = open ? std::optional(on_zeros(17)) : std::nullopt;
  Shapes shapes;
  for (std::size_t i = 0; i < first.size(); ++i) {
    Shape shape = first[i];
    if (shape.rank() == 0) {
      fail(ErrorKind::value, this->label(), " must keep the batch axis, got an output of shape ()");
    }
    for (int axis = 1; second && axis < shape.rank(); ++axis) {
      if (shape[axis] != (*second)[i][axis]) shape = shape.with(axis, Shape::none);
    }
    shapes.push_back(shape.with(0, input_shapes.front()[0]));
  }
  return shapes;
}

template <class Base>
Tensors PythonLayerOf<Base>::run_hook(const Tensors& inputs, bool training) const {
  const GilAcquire lock;
  const py::object outputs = call_hook(self_.attr("_call_hook"), inputs.list(), training, form());
  const std::string hook = this->label() + ".call";
  Tensors result;
  for (const auto& item : outputs) {
    result.push_back(returned_tensor(hook, py::reinterpret_borrow<py::object>(item)));
  }
  return result;
}

template <class Base>
Shapes PythonLayerOf<Base>::output_shapes(const Shapes& input_shapes) const {
  const GilAcquire lock;
  if (!knows_output_shape_) return probe(input_shapes);
  return Shapes(call_hook(self_.attr("_shape_hook"), input_shapes.list(), form())
                    .template cast<std::vector<Shape>>());
}

template <class Base>
bool PythonLayerOf<Base>::supports_masking() const {
  const GilAcquire lock;
  return self_.attr("supports_masking").template cast<bool>();
}

template <class Base>
Tensors PythonLayerOf<Base>::compute_mask(const Tensors& inputs) const {
  const GilAcquire lock;
  const py::object masks = call_hook(self_.attr("_mask_hook"), inputs.list(), form());
  Tensors result;
  for (const auto& mask : masks) {
    result.push_back(mask.is_none() ? Tensor() : operand_from(mask).cast(Dtype::boolean));
  }
  return result;
}

template <class Base>
Config PythonLayerOf<Base>::config() const {
  const GilAcquire lock;
  return config_from(call_hook(self_.attr("_config_hook"), PortableScope::active()));
}

template <class Base>
Layer::NamedTensors PythonLayerOf<Base>::own_tensors() const {
  const GilAcquire lock;
  return named_tensors(call_hook(self_.attr("_own_tensors_hook")));
}

template <class Base>
void PythonLayerOf<Base>::take_own_tensors(const Layer::NamedTensors& tensors) {
  const GilAcquire lock;
  call_hook(self_.attr("_take_own_tensors_hook"), dict_of(tensors));
}

template <class Base>
Layer::NamedTensors PythonLayerOf<Base>::carried() const {
  const GilAcquire lock;
  return named_tensors(call_hook(self_.attr("_carried_hook")));
}

template <class Base>
bool PythonLayerOf<Base>::can_carry(const Layer::NamedTensors& tensors) const {
  const GilAcquire lock;
  return call_hook(self_.attr("_can_carry_hook"), dict_of(tensors)).template cast<bool>();
}

template <class Base>
void PythonLayerOf<Base>::carry(const Layer::NamedTensors& tensors) {
  const GilAcquire lock;
  call_hook(self_.attr("_carry_hook"), dict_of(tensors));
}

Shapes PythonLayer::state_shapes(const Shape& /*step_shape*/) const {
  const GilAcquire lock;
  const Shapes shapes(call_hook(owner().attr("_state_shapes_hook")).cast<std::vector<Shape>>());
  states_ = static_cast<std::int64_t>(shapes.size());
  return shapes;
}

Tensors PythonLayer::initial_state(std::int64_t batch) const {
  const GilAcquire lock;
  Tensors result;
  for (const auto& state : call_hook(owner().attr("_initial_state_hook"), batch)) {
    result.push_back(operand_from(state));
  }
  return result;
}

Tensors PythonLayer::step(const Tensor& inputs, const Tensors& states, bool training) {
  return (*this)(joined(inputs, states), training);
}

void PythonLayer::set_base(std::shared_ptr<Layer> base, bool hands_on) {
  base_ = std::move(base);
  hands_on_ = hands_on;
  base_->apply_base_config(
      Config().set("name", name()));  // a given name: attributes do not change it
  base_->set_scope(scope());
}

// In the order in which they were made, as in Keras.
std::vector<Variable> PythonLayer::weights() const {
  std::vector<Variable> all = PythonLayerOf<Composite>::weights();
  if (base_ == nullptr) return all;
  const std::size_t own = Layer::weights().size(), others = base_->weights().size();
  const auto begin = all.begin();
  const auto at = [&](std::size_t place) { return begin + static_cast<std::ptrdiff_t>(place); };
  std::rotate(at(std::min(before_base_, own)), at(own), at(own + others));
  return all;
}

Shapes PythonLayer::output_shapes(const Shapes& input_shapes) const {
  return hands_on_ ? base_->output_shapes(input_shapes)
                   : PythonLayerOf<Composite>::output_shapes(input_shapes);
}

Tensors PythonLayer::call(const Tensors& inputs, const CallContext& context) {
  // Only Python knows what a form of several arguments means to the base.
  if (!hands_on_ || context.arguments != nullptr) {
    return PythonLayerOf<Composite>::call(inputs, context);
  }
  return (*base_)(inputs, CallContext(context.is_training()));
}

void PythonLayer::set_name(const std::string& name) {
  PythonLayerOf<Composite>::set_name(name);
  if (base_ != nullptr) base_->set_name(name);
}

void PythonLayer::set_scope(const std::string& scope) {
  PythonLayerOf<Composite>::set_scope(scope);
  if (base_ != nullptr) base_->set_scope(scope);
}

// ((inputs, [states ...]), {}), as lamina._tree writes it.
std::string PythonLayer::usual_form() const {
  if (states_ < 0) return {};
  std::string states;
  for (std::int64_t i = 1; i <= states_; ++i) {
    states += (i > 1 ? ", " : "") + ("{\"tensor\": " + std::to_string(i) + "}");
  }
  return R"({"tuple": [{"tuple": [{"tensor": 0}, [)" + states + R"(]]}, {"dict": {}}]})";
}

Arrangement PythonModel::output_arrangement() const {
  const GilAcquire lock;
  const auto [kind, names] =
      owner().attr("_arrangement_hook")().cast<std::pair<std::string, std::vector<std::string>>>();
  return arrangement_from(kind, names);
}

Arrangement arrangement_from(const std::string& kind, std::vector<std::string> names) {
  using Kind = Arrangement::Kind;
  const Kind which = kind == "dict"      ? Kind::dict
                     : kind == "list"    ? Kind::list
                     : kind == "unknown" ? Kind::unknown
                                         : Kind::single;
  return {which, std::move(names)};
}

template class PythonLayerOf<Composite>;
template class PythonLayerOf<Model>;

}  // namespace lamina::python
