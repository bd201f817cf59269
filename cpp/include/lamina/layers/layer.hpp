// What every layer is: named weights made by `build`, and a `call`.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lamina/constraints/constraint.hpp"
#include "lamina/core/config.hpp"
#include "lamina/core/random.hpp"
#include "lamina/core/shapes.hpp"
#include "lamina/core/variable.hpp"
#include "lamina/initializers/initializer.hpp"
#include "lamina/layers/call_context.hpp"
#include "lamina/regularizers/regularizer.hpp"

namespace lamina {

struct GraphNode;

struct WeightOptions {
  Regularizer regularizer = {};
  Constraint constraint = {};
  bool trainable = true;
};

/// Subclass UnaryLayer for a layer of one tensor; this class for several inputs or outputs, or
/// arguments by keyword: override `call` (and `build`, `output_shapes`, `config` as needed), and
/// register the class under its type with register_layer so that files load it.
class LAMINA_API Layer {
 public:
  /// `type` is the registered class name, "Dense"; an empty name is chosen from it, "dense".
  explicit Layer(std::string type, std::string name = {});
  virtual ~Layer();
  Layer(Layer&&) = default;
  Layer& operator=(Layer&&) = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

  // Names.

  const std::string& type() const noexcept { return type_; }
  const std::string& name() const noexcept { return name_; }
  bool has_given_name() const noexcept { return name_given_; }
  virtual void set_name(const std::string& name);
  /// Whether a model has numbered it among its layers: another model then leaves its name alone.
  bool is_numbered() const noexcept { return numbered_; }
  void set_numbered() noexcept { numbered_ = true; }
  /// What stands before the name in the paths of weights: "" at the top, "encoder/" in a model that
  /// is itself a layer named so.
  virtual void set_scope(const std::string& scope);
  const std::string& scope() const noexcept { return scope_; }

  // Calls.

  /// Runs the layer on a batch (leading axis), building it first if need be.
  Tensors operator()(const Tensors& inputs, const CallContext& context = {});
  /// Whether it takes a list of inputs, though perhaps a list of one.
  virtual bool takes_list() const { return false; }
  /// The keywords that calls may have beside `training` and `mask`.
  virtual std::vector<std::string> argument_names() const { return {}; }

  /// Whether it works with masked inputs; where it does not, masks end here, with a warning.
  virtual bool supports_masking() const { return false; }
  /// The outputs' masks, from the inputs and their masks: by default that of the first input.
  virtual Tensors compute_mask(const Tensors& inputs) const;

  // Building.

  bool built() const noexcept { return built_; }
  /// Makes the weights for inputs of those shapes (the batch axis is ignored). Does nothing when
  /// built already; a value error when built for others.
  void ensure_built(const Shapes& input_shapes);
  /// What it was built for.
  const Shapes& build_shapes() const noexcept { return build_shapes_; }
  /// Shapes given for inputs of shapes, where -1 stands for unknown extents.
  virtual Shapes output_shapes(const Shapes& input_shapes) const { return input_shapes; }
  /// dtypes of its outputs, where they are not all the layer's own.
  virtual std::vector<Dtype> output_dtypes() const { return {}; }
  Dtype dtype() const noexcept { return dtype_; }
  void set_dtype(Dtype dtype);
  /// Where its weights are made: the default device when it was made, or that of its model.
  Device device() const noexcept { return device_; }
  /// A state error when weights exist elsewhere.
  virtual void set_device(Device device);

  // Weights and state.

  virtual std::vector<Variable> weights() const { return weights_; }
  std::vector<Variable> trainable_weights() const;
  TensorList get_weights() const;  ///< copies, in the order of weights()
  /// All of them or, where one does not fit, none.
  void set_weights(const TensorList& values);
  std::int64_t count_params() const;
  bool trainable() const noexcept { return trainable_; }
  /// Freezes or thaws every weight that was made trainable.
  virtual void set_trainable(bool trainable);
  /// Its weights by the names that files hold, beginning with its own: "dense/kernel".
  virtual std::vector<std::pair<std::string, Variable>> named_weights() const;
  /// Streams whose position is part of a checkpoint, named in the same way.
  virtual std::vector<std::pair<std::string, RandomStream>> random_streams() const;
  /// What it adds to the loss beside the predictions' error: what the regularizers of its trainable
  /// weights give now, and what its last call added, unless a model that trains took it.
  virtual TensorList losses() const;

  // Configuration.

  /// Options that make an equal, unbuilt layer; subclasses add their own to base_config().
  virtual Config config() const { return base_config(); }
  /// Reads name, trainable and dtype.
  void apply_base_config(const Config& config);

  /// Takes the value that a new configuration of its gives the option `key`. False where it is
  /// built and what it made then depends on the option; a value error where the value is refused.
  bool change_option(std::string_view key, const Config& changed);

  // Files.

  using NamedTensors = std::vector<std::pair<std::string, Tensor>>;
  /// What files hold of it beside weights and options, by names of its own.
  virtual NamedTensors own_tensors() const { return {}; }
  /// Takes that back, once weights are read.
  virtual void take_own_tensors(const NamedTensors& /*tensors*/) {}
  /// What it carries from one batch to the next beside weights, by names of its own. Files of whole
  /// models and checkpoints hold it; an empty list says that it carries nothing yet.
  virtual NamedTensors carried() const { return {}; }
  /// Whether these can be what it carries.
  virtual bool can_carry(const NamedTensors& tensors) const { return tensors.empty(); }
  /// Carries them from now on.
  virtual void carry(const NamedTensors& /*tensors*/) {}

  // Graphs.

  /// Where it was applied to symbolic tensors that are still in use.
  std::vector<std::shared_ptr<GraphNode>> applications() const;
  void add_application(const std::shared_ptr<GraphNode>& node);

 protected:
  virtual void build(const Shapes& /*input_shapes*/) {}
  virtual Tensors call(const Tensors& inputs, const CallContext& context) = 0;
  /// Whether a built layer can take inputs of those shapes.
  virtual bool accepts(const Shapes& /*input_shapes*/) const { return true; }
  /// The dtype in which `call` gets an input of dtype `given`: by default the layer's own.
  virtual Dtype input_dtype(Dtype /*given*/) const { return dtype_; }
  /// Whether it may have that dtype.
  virtual bool computes_in(Dtype dtype) const { return is_floating(dtype); }

  /// Where it has weights: takes one option from a layer of the same class, if they do not depend
  /// on it.
  virtual bool take_option(std::string_view /*key*/, const Layer& /*from*/) { return false; }

  /// Whether it brings inputs from other devices to its own, as models do.
  virtual bool moves_inputs() const { return false; }

  /// A call with `body(inputs, context)` in the place of `call` (layers/run_call.hpp).
  template <class Body>
  Tensors run_call(const Tensors& inputs, const CallContext& context, const Body& body);

  Variable add_weight(const std::string& name, const Shape& shape, const Initializer& initializer,
                      const WeightOptions& options = {});
  /// Takes a variable made elsewhere among its weights; its name must be free.
  void adopt_weight(const Variable& weight);
  void release_weight(const Variable& weight);
  /// Adds a scalar to the loss of the batch that `call` is working on.
  void add_loss(const Tensor& loss);
  /// Adds what the regularizer makes of outputs, over the number of samples.
  void regularize_activity(const Regularizer& regularizer, const Tensor& outputs);
  RandomStream add_random_stream(const std::string& name);
  Config base_config() const;
  /// An axis of inputs, brought into [0, rank); a value error that names the layer otherwise.
  int axis_of(const Shape& input_shape, std::int64_t axis) const;
  /// "Dense 'dense_2'", for messages.
  std::string label() const { return type_ + " '" + name_ + "'"; }

 private:
  /// What every call begins with: builds or checks, and gives the inputs as `call` takes them.
  Tensors begin_call(const Tensors& inputs, const CallContext& context);
  /// What every call ends with: outputs carry the masks of the inputs that were given.
  Tensors end_call(const Tensors& inputs, Tensors outputs) const;
  void update_paths();
  void check_arguments(const CallContext& context) const;

  std::string type_, name_, scope_;
  Dtype dtype_;
  Device device_ = default_device();
  bool name_given_, numbered_ = false, built_ = false, trainable_ = true;
  Shapes build_shapes_;
  std::vector<Variable> weights_;
  std::vector<bool> made_trainable_;  // of each weight, whatever is frozen now
  std::vector<std::pair<std::string, RandomStream>> streams_;
  TensorList call_losses_;
  std::vector<std::weak_ptr<GraphNode>> applications_;
};

using LayerFactory = std::function<std::shared_ptr<Layer>(const Config& config)>;

/// Makes files that name `type` loadable. Registering a type again replaces it; a built-in one
/// cannot be replaced.
LAMINA_API void register_layer(const std::string& type, LayerFactory factory);
template <class UserLayer>
void register_layer(const std::string& type) {
  register_layer(type, [](const Config& config) { return std::make_shared<UserLayer>(config); });
}

/// A layer of a registered type; a value error that names the known ones otherwise.
LAMINA_API std::shared_ptr<Layer> make_layer(const std::string& type, const Config& config);

}  // namespace lamina
