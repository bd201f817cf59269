// A model: a layer that can be trained, evaluated, saved and loaded.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lamina/layers/composite.hpp"
#include "lamina/layers/symbolic_tensor.hpp"
#include "lamina/losses/loss.hpp"
#include "lamina/metrics/metric.hpp"
#include "lamina/optimizers/optimizer.hpp"
#include "lamina/training/run_options.hpp"

namespace lamina {

/// The loss of one of several outputs, and how much it counts.
struct OutputLoss {
  std::string output;
  LossHandle loss = {};
  double weight = 1;
};
struct OutputMetrics {
  std::string output;
  std::vector<MetricHandle> metrics = {};
  std::vector<MetricHandle> weighted_metrics = {};
};

struct CompileOptions {
  OptimizerHandle optimizer = "rmsprop";
  LossHandle loss = {};                             ///< of each output
  std::vector<MetricHandle> metrics = {};           ///< of the only output, all samples alike
  std::vector<MetricHandle> weighted_metrics = {};  ///< the same by the samples' weights
  std::vector<OutputLoss> output_losses = {};       ///< instead of `loss`, by the outputs' names
  std::vector<OutputMetrics> output_metrics = {};   ///< instead of both, by outputs
};

/// How Python passes the inputs or outputs: a single tensor, a list, or a dictionary.
struct Arrangement {
  enum class Kind { unknown, single, list, dict };
  Kind kind = Kind::single;
  std::vector<std::string> names = {};  ///< in order; empty where there are none
  std::string form = {};                ///< of a nested list or dictionary, as Python wrote it
};

class LAMINA_API Model : public Composite {
 public:
  using Composite::Composite;
  ~Model() override;
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;

  void compile(CompileOptions options);

  // The loops: defined in src/training, above the models.
  /// Trains on x (samples first) and y, each a list where the model has several inputs or outputs.
  /// Losses and metrics are means weighted by samples.
  History fit(const Tensors& x, const Tensors& y, const FitOptions& options = {});
  /// Loss, then the metrics.
  Logs evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options = {});
  /// Outputs for all of x, computed batch by batch.
  Tensor predict(const Tensors& x, const PredictOptions& options = {});
  /// The same for a model of several outputs.
  TensorList predict_all(const Tensors& x, const PredictOptions& options = {});
  /// The same from batches of your own. Unless steps_per_epoch is given, an epoch is one pass.
  History fit(BatchSource& source, const FitOptions& options = {});
  Logs evaluate(BatchSource& source, const EvaluateOptions& options = {});
  Tensor predict(BatchSource& source, const PredictOptions& options = {});
  TensorList predict_all(BatchSource& source, const PredictOptions& options = {});
  /// One step on one batch; gives its loss and metrics.
  Logs train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {});
  Logs test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {});
  Tensor predict_on_batch(const Tensors& x);
  TensorList predict_on_batch_all(const Tensors& x);

  bool compiled() const noexcept;
  Optimizer& optimizer() const;  ///< a state error before compile
  const std::shared_ptr<Optimizer>& shared_optimizer() const;
  const std::shared_ptr<Loss>& shared_loss() const;  ///< null when compiled without, or by outputs
  const CompileOptions& compile_options() const;
  /// Of all outputs; the weighted ones last.
  std::vector<std::shared_ptr<Metric>> metrics() const;
  bool stop_training() const noexcept;
  void set_stop_training(bool stop) noexcept;

  /// How Python passes inputs and outputs, and their names.
  virtual Arrangement input_arrangement() const { return {}; }
  virtual Arrangement output_arrangement() const { return {}; }
  /// Symbolic, once built, of a model that is a graph of layers; otherwise a state error.
  virtual SymbolicTensors symbolic_inputs() const;
  virtual SymbolicTensors symbolic_outputs() const;
  /// The layer of that name; a value error that lists the names otherwise.
  std::shared_ptr<Layer> get_layer(const std::string& name) const;
  std::string summary() const;
  /// The model as a graph in Graphviz's language.
  std::string dot(bool show_shapes = false) const;
  std::vector<Tensor> get_weights() const;  ///< copies, in the order of weights()
  void set_weights(const std::vector<Tensor>& values);

  /// Writes architecture, weights and the whole state of training, atomically.
  void save(const std::string& path) const;
  std::string save_to_memory() const;
  void save_weights(const std::string& path) const;
  /// Every weight must be present with its shape, and nothing else; otherwise nothing changes.
  /// With `skip_mismatch` layers whose weights do not all fit keep theirs, and the file may hold
  /// more: gives the paths of the weights that were left alone. Between float32 and float64 values
  /// are rounded.
  std::vector<std::string> load_weights(const std::string& path, bool skip_mismatch = false);

 protected:
  bool moves_inputs() const override { return true; }
  /// A layer of the model and, as indices among the layers before it, where its inputs come from.
  struct Place {
    std::shared_ptr<Layer> layer;
    Shapes outputs;
    std::vector<std::size_t> from;
  };
  virtual std::vector<Place> places() const;
  /// Whether the layers are more than a chain.
  virtual bool branches() const { return false; }

 private:
  friend class TrainingStep;
  friend class ModelFile;
  struct CompileState;
  CompileState& compile_state() const;  // a state error before compile
  std::shared_ptr<CompileState> compile_state_;
};

struct LoadOptions {
  bool compile = true;  ///< restore optimizer, loss and metrics too
};

/// Reads what save wrote. Never executes anything from the file.
LAMINA_API std::shared_ptr<Model> load_model(const std::string& path,
                                             const LoadOptions& options = {});
LAMINA_API std::shared_ptr<Model> load_model(std::span<const std::byte> file,
                                             const LoadOptions& options = {});

}  // namespace lamina
