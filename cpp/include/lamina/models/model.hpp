// A model: a layer that can be trained, evaluated, saved and loaded.
#pragma once

#include <iosfwd>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lamina/layers/composite.hpp"
#include "lamina/layers/symbolic_tensor.hpp"
#include "lamina/losses/loss.hpp"
#include "lamina/metrics/mean.hpp"
#include "lamina/metrics/metric.hpp"
#include "lamina/models/steps.hpp"
#include "lamina/models/summary_options.hpp"
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
  Logs train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {},
                      const std::vector<std::pair<std::int64_t, double>>& class_weight = {});
  Logs test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight = {});
  Tensor predict_on_batch(const Tensors& x);
  TensorList predict_on_batch_all(const Tensors& x);

  // Steps of a program's own, and the parts of the built-in ones for them.
  /// Replaces steps; null: all are built in again.
  void set_steps(std::shared_ptr<Steps> steps) { steps_ = std::move(steps); }
  /// The built-in step on one batch, which adds to the sums of the run, or to those there are
  /// outside of one. Gives loss and metrics so far.
  Logs train_step(const Batch& batch);
  Logs test_step(const Batch& batch);
  /// The losses of the compiled outputs by their weights, what layers added in the calls of this
  /// step, and what regularizers make of weights: a scalar. A state error where there is none of
  /// these.
  Tensor compute_loss(const Batch& batch, const Tensors& predictions, bool training = true);
  /// Adds a batch to the compiled metrics.
  void update_metrics(const Batch& batch, const Tensors& predictions);
  /// The results of the loss and the metrics in this run.
  Logs metric_logs() const;
  /// The mean of the loss over the samples of the run: what logs call "loss".
  const std::shared_ptr<Mean>& loss_tracker() const;
  /// Metrics that something else updates, such as a layer: each run resets and shows them.
  void set_extra_metrics(std::vector<std::shared_ptr<Metric>> metrics);

  bool compiled() const noexcept;
  /// Whether training compares predictions with y: it has a loss or metrics, and no step of its
  /// own.
  bool compares() const;
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
  /// A table of the layers, what they give and how many parameters they have.
  std::string summary(const SummaryOptions& options = {}) const;
  /// The model as a graph in Graphviz's language.
  std::string dot(const DrawingOptions& options = {}) const;

  /// Writes architecture, weights and the whole state of training, atomically.
  void save(const std::string& path) const;
  std::string save_to_memory() const;
  void save_weights(const std::string& path) const;
  /// Every weight must be present with its shape, and nothing else; otherwise nothing changes.
  /// With `skip_mismatch` layers whose weights do not all fit keep theirs, and the file may hold
  /// more: gives the paths of the weights that were left alone. Between float32 and float64 values
  /// are rounded.
  std::vector<std::string> load_weights(const std::string& path, bool skip_mismatch = false);
  /// Writes weights and the whole state of training but no architecture, atomically; within a run
  /// also how far it has come and what its callbacks know.
  void save_checkpoint(const std::string& path) const;
  /// Takes what save_checkpoint wrote into a model that is built and compiled alike; otherwise
  /// nothing changes. Called by a callback in on_train_begin, it lets the run go on from there and
  /// end in the same bits as if it had not been cut off.
  void load_checkpoint(const std::string& path);

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
  std::vector<std::vector<std::string>> summary_rows(const SummaryOptions& options, bool shows_from,
                                                     int depth) const;
  std::string label_in_drawing(const Place& place, const DrawingOptions& options) const;
  void draw(std::ostream& text, const DrawingOptions& options, const std::string& prefix,
            std::string& first, std::string& last) const;
  friend class TrainingStep;
  friend class ModelFile;
  struct CompileState;
  CompileState& compile_state() const;     // a state error before compile
  Tensors predict_step(const Tensors& x);  // the program's own, or the call
  bool trains_by_itself() const { return steps_ && steps_->trains(); }
  std::shared_ptr<CompileState> compile_state_;
  std::shared_ptr<Steps> steps_;
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
