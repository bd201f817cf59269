// What every layer is: weights made by `build` from the first input's shape, and a `call`.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lamina/constraints/constraint.hpp"
#include "lamina/core/config.hpp"
#include "lamina/core/random.hpp"
#include "lamina/core/variable.hpp"
#include "lamina/initializers/initializer.hpp"
#include "lamina/ops/activation.hpp"
#include "lamina/regularizers/regularizer.hpp"

namespace lamina {

struct GraphNode;

struct WeightOptions {
  Regularizer regularizer = {};
  Constraint constraint = {};
  bool trainable = true;
};

/// What a layer does to its outputs in place of the layers after it: scales and shifts each channel
/// (the last axis) where `scales`, by factor and offset, both (channels,); then an activation.
struct Epilogue {
  Activation activation = {};
  bool scales = false;
  Tensor factor = {}, offset = {};
};

/// Subclass it, override `call` (and `build`, `output_shape`, `config` as needed), and register the
/// class under its type with register_layer so that files load it. A layer of several inputs or
/// outputs overrides `call_all` (and `build_all`, `output_shapes`) instead.
class LAMINA_API Layer {
 public:
  /// `type` is the registered class name, "Dense"; an empty name is chosen from it, "dense".
  explicit Layer(std::string type, std::string name = {});
  virtual ~Layer();
  Layer(Layer&&) = default;
  Layer& operator=(Layer&&) = default;
  Layer(const Layer&) = delete;
  Layer& operator=(const Layer&) = delete;

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
  Dtype dtype() const noexcept { return dtype_; }
  void set_dtype(Dtype dtype);

  /// Runs the layer on a batch (leading axis), building it first if need be.
  Tensor operator()(const Tensor& inputs, bool training = false);
  /// The same with a list of inputs, giving a list of outputs.
  TensorList run(const TensorList& inputs, bool training = false);
  /// Whether it takes a list of inputs, though perhaps a list of one.
  virtual bool takes_list() const { return false; }

  /// The same with what the layers that follow do, which a model leaves out then.
  Tensor operator()(const Tensor& inputs, bool training, const Epilogue& next);
  /// Whether it does that, for inputs of a shape, at less cost than layers of their own.
  virtual bool fuses(const Epilogue& /*next*/, const Shape& /*input_shape*/) const { return false; }
  /// What the layer does, if it is nothing more: an activation, always; scaling, outside training,
  /// by what scale_into says then.
  virtual std::optional<Epilogue> as_epilogue() const { return {}; }
  /// Sets factor and offset as they are now; false where the layer has to run by itself.
  virtual bool scale_into(Epilogue& /*epilogue*/) const { return false; }

  bool built() const noexcept { return built_; }
  /// Makes the weights for inputs of that shape (the batch axis is ignored). Does nothing when
  /// built already; a value error when built for another shape.
  void ensure_built(const Shape& input_shape);
  void ensure_built_all(const std::vector<Shape>& input_shapes);
  /// The shape, or that of the first input, that it was built for.
  const Shape& build_shape() const noexcept { return build_shape_; }
  /// Shape given for inputs of a shape, where -1 stands for unknown extents.
  virtual Shape output_shape(const Shape& input_shape) const { return input_shape; }
  virtual std::vector<Shape> output_shapes(const std::vector<Shape>& input_shapes) const;
  /// dtypes of its outputs, where they are not all the layer's own.
  virtual std::vector<Dtype> output_dtypes() const { return {}; }

  virtual std::vector<Variable> weights() const { return weights_; }
  std::vector<Variable> trainable_weights() const;
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

  /// Options that make an equal, unbuilt layer; subclasses add their own to base_config().
  virtual Config config() const { return base_config(); }
  /// Reads name, trainable and dtype.
  void apply_base_config(const Config& config);

  /// Where it was applied to symbolic tensors that are still in use.
  std::vector<std::shared_ptr<GraphNode>> applications() const;
  void add_application(const std::shared_ptr<GraphNode>& node);

 protected:
  virtual void build(const Shape& /*input_shape*/) {}
  virtual void build_all(const std::vector<Shape>& input_shapes);
  virtual Tensor call(const Tensor& inputs, bool training) = 0;
  /// The layer and what it fuses.
  virtual Tensor call_with(const Tensor& inputs, bool training, const Epilogue& next);
  virtual TensorList call_all(const TensorList& inputs, bool training);
  /// Whether a built layer can take inputs of that shape.
  virtual bool accepts(const Shape& /*input_shape*/) const { return true; }
  virtual bool accepts_all(const std::vector<Shape>& input_shapes) const;
  /// Whether it may have that dtype.
  virtual bool computes_in(Dtype dtype) const { return is_floating(dtype); }

  /// Inputs as `call` gets them: in the layer's dtype.
  virtual Tensor prepared(const Tensor& inputs) const { return inputs.cast(dtype_); }

  Variable add_weight(const std::string& name, const Shape& shape, const Initializer& initializer,
                      const WeightOptions& options = {});
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
  const std::string& scope() const noexcept { return scope_; }

 private:
  std::string type_, name_, scope_;
  Dtype dtype_;
  bool name_given_, numbered_ = false, built_ = false, trainable_ = true;
  Shape build_shape_;
  std::vector<Variable> weights_;
  std::vector<bool> made_trainable_;  // of each weight, whatever is frozen now
  std::vector<std::pair<std::string, RandomStream>> streams_;
  TensorList call_losses_;
  void make_ready(const Tensor& inputs);
  std::vector<std::weak_ptr<GraphNode>> applications_;
  void update_paths();
  void require_one(std::size_t inputs) const;
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
