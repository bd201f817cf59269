// What the core calls when a user's Python class takes part in a model. An adapter takes the
// interpreter lock around each hook; it does not own its Python object, see PythonObject.
#pragma once

#include "bindings.hpp"
#include "lamina/core/floatx.hpp"
#include "lamina/training/early_stopping.hpp"

namespace lamina::python {

/// A Python object that may be released without the interpreter lock.
std::shared_ptr<py::object> shared_object(const py::object& object);

/// What a Python hook returns. The interpreter may end within the hook and this thread with it:
/// then the thread waits for the end of the process, before anything that its caller holds is
/// released without the lock (see gil.hpp). Every hook is called by this, and so are NumPy's
/// functions that let the lock go while they copy.
py::object call_hook_with(const py::object& hook, const py::tuple& arguments,
                          const py::dict& named);

template <class... Arguments>
py::object call_hook(const py::object& hook, Arguments&&... arguments) {
  return call_hook_with(hook, py::make_tuple(std::forward<Arguments>(arguments)...), py::dict());
}

/// What a Python iterator gives next, called with the same care; null at its end.
py::object next_of(const py::object& iterator);

/// A tensor's values as an array of its own, which may be written to.
inline py::object copied_array(const Tensor& tensor) {
  return call_hook(array_view(tensor).attr("copy"));
}

/// By name, or {"class_name", "config"}; regularizers and constraints also None.
Initializer initializer_from(const py::object& initializer);
Regularizer regularizer_from(const py::object& regularizer);
Constraint constraint_from(const py::object& constraint);

class PythonLoss : public Loss {
 public:
  /// `weighs_itself` says that its class overrides __call__ as a whole.
  PythonLoss(py::handle self, const std::string& type, const std::string& name,
             const std::string& reduction, std::optional<Dtype> dtype, bool weighs_itself);
  py::object owner() const { return self_.get(); }
  Tensor operator()(const Tensor& target, const Tensor& prediction,
                    const Tensor& sample_weight) const override;
  /// What its `call` gives, weighted and reduced.
  Tensor reduced(const Tensor& target, const Tensor& prediction, const Tensor& sample_weight) const;
  Config config() const override;
  const std::string& reduction() const noexcept { return reduction_; }
  void set_reduction(const std::string& reduction);
  std::optional<Dtype> dtype() const noexcept { return dtype_; }

 private:
  PythonObject self_;
  std::string reduction_;
  std::optional<Dtype> dtype_;
  bool weighs_itself_;
};

class PythonMetric : public SeveralResults {
 public:
  PythonMetric(py::handle self, const std::string& type, const std::string& name)
      : SeveralResults(type, name), self_(self) {}
  py::object owner() const { return self_.get(); }
  void reset() override;
  void update(const Tensor& target, const Tensor& prediction, const Tensor& sample_weight) override;
  Tensor results() const override;
  std::vector<std::pair<std::string, double>> entries(const std::string& name) const override;
  Config config() const override;
  using Metric::add_variable;

 private:
  Tensor results_from(const py::object& result) const;

  PythonObject self_;
};

/// The mean of a Python function of targets and predictions, which its object calls `call`.
class PythonMeanMetric : public MeanMetric {
 public:
  PythonMeanMetric(py::handle self, const std::string& type, const std::string& name)
      : MeanMetric(type, name), self_(self) {}
  py::object owner() const { return self_.get(); }
  void update(const Tensor& target, const Tensor& prediction, const Tensor& sample_weight) override;
  Config config() const override;

 private:
  PythonObject self_;
};

/// A schedule written in Python. Its object does not know it, so it may own the object.
class PythonSchedule : public LearningRateSchedule {
 public:
  PythonSchedule(const py::object& self, const std::string& type)
      : LearningRateSchedule(type), self_(shared_object(self)) {}
  py::object owner() const { return *self_; }
  double at(double step) const override;
  Config config() const override;

 private:
  std::shared_ptr<py::object> self_;
};

/// A number, a schedule, or a function without arguments.
LearningRate learning_rate_from(const py::object& rate);

/// An optimizer that is a Python class. One with a `base` has the slots, options and formula of an
/// optimizer of lamina's own, from whose class it derives.
class PythonOptimizer : public Optimizer {
 public:
  /// `overridden` names the methods that its class overrides: those of `step`, `apply`,
  /// `apply_gradients` and `update_step` are called in each step.
  PythonOptimizer(py::handle self, const std::string& type, const std::string& name,
                  LearningRate learning_rate, GradientOptions gradients,
                  std::vector<std::string> slot_names, const std::vector<std::string>& overridden);
  PythonOptimizer(py::handle self, const std::string& type, std::shared_ptr<Optimizer> base,
                  const LearningRate& learning_rate, const std::vector<std::string>& overridden);
  py::object owner() const { return self_.get(); }
  /// The slot of a weight; a value error that names the known ones otherwise.
  Variable slot(const Variable& weight, const std::string& name) const;
  Config own_config() const { return Optimizer::config(); }
  Config config() const override;
  void set_learning_rate(LearningRate learning_rate) override;
  /// Asks the Python object to build, which calls `build_core`.
  void build(const std::vector<Variable>& weights) override;
  void build_core(const std::vector<Variable>& weights) { Optimizer::build(weights); }
  void step(const std::vector<Variable>& weights) override;
  /// A step whatever the class overrides `step` by.
  void step_core(const std::vector<Variable>& weights);
  /// The core's own step for these gradients, whatever the class overrides.
  void apply_core(const TensorList& gradients, const std::vector<Variable>& weights);
  /// What the base makes of one weight.
  void update_by_base(const Tensor& gradient, const Variable& weight, double learning_rate);
  using Optimizer::step;
  /// State of its own, of a weight or of none, that files hold.
  Variable add_variable(const std::string& name, const Tensor& value,
                        const std::optional<Variable>& reference);
  std::vector<OptimizerSlotVariable> slots() const override;
  std::vector<std::pair<std::string, Variable>> own_variables() const override { return own_; }
  std::vector<Variable> variables() const override;

 protected:
  std::vector<SlotKind> slot_kinds(const Variable& weight) const override;
  void update(std::vector<Entry*>& entries, const Step& step) override;
  void write_options(Config& options) const override;
  void read_options(const Config& options) override;

 private:
  void note(const std::vector<std::string>& overridden);
  void apply_by_hook(const std::vector<Variable>& weights);

  PythonObject self_;
  std::shared_ptr<Optimizer> base_;  // holds no state
  std::vector<std::string> slot_names_;
  bool steps_ = false, applies_ = false, applies_pairs_ = false, updates_ = true;
  bool in_apply_ = false;
  std::vector<Variable> added_;  // as they were added: what follows holds them too
  std::vector<OptimizerSlotVariable> referring_;
  std::vector<std::pair<std::string, Variable>> own_;
};

/// The steps that a Python model's class overrides: it names them, in the order of `hook_names`.
class PythonSteps : public Steps {
 public:
  PythonSteps(py::handle model, const std::vector<std::string>& overridden);

  void begin() override;
  bool trains() const override { return train_; }
  bool train(const Batch& batch) override;
  bool test(const Batch& batch) override;
  std::optional<Tensors> predict(const Tensors& x) override;
  Tensor loss(const Batch& batch, const Tensors& predictions, bool training) override;
  bool metrics(const Batch& batch, const Tensors& predictions) override;
  Logs logs() const override;

 private:
  bool run(const char* hook, const Batch& batch);

  PythonObject model_;
  bool train_ = false, test_ = false, predict_ = false, loss_ = false, metrics_ = false;
  std::shared_ptr<py::object> logs_;  // what the last step gave, not read yet
};

/// Batches that a Python iterable yields: x, (x,), (x, y) or (x, y, sample_weight). Lives for one
/// run.
class PythonBatches : public BatchSource {
 public:
  PythonBatches(const py::object& iterable, std::int64_t count)
      : iterable_(shared_object(iterable)), count_(count) {}
  /// What each batch's x and y are made of.
  void arrange(Arrangement inputs, Arrangement outputs) {
    inputs_ = std::move(inputs);
    outputs_ = std::move(outputs);
  }
  void begin() override;
  bool next(Batch& batch) override;
  std::int64_t count() const override { return count_; }

 private:
  std::shared_ptr<py::object> iterable_, iterator_;
  std::int64_t count_;
  Arrangement inputs_, outputs_;
};

/// One dictionary of logs for all Python callbacks of a run that hear of the same event, so that
/// what one writes reaches the next, be it a number or not.
class SharedLogs {
 public:
  /// The dictionary with `logs` for the callback at `position` in the list; a new one unless one
  /// before it was called for the same event.
  py::dict dict(std::size_t hook, std::size_t position, const Logs& logs);

 private:
  std::shared_ptr<py::object> dict_;
  std::size_t hook_ = 0, position_ = 0;
};

/// The numbers of a dictionary.
Logs logs_from(const py::dict& dict);

/// Calls those hooks of a Python callback that its class overrides. Lives for one run.
class PythonCallback : public Callback {
 public:
  /// `hooks` holds the bound method, or None, of each hook in the order of `hook_names`.
  PythonCallback(const std::vector<py::object>& hooks, std::shared_ptr<SharedLogs> shared,
                 std::size_t position);

  static constexpr const char* hook_names[] = {
      "on_train_begin",         "on_train_end",        "on_epoch_begin",   "on_epoch_end",
      "on_train_batch_begin",   "on_train_batch_end",  "on_test_begin",    "on_test_end",
      "on_test_batch_begin",    "on_test_batch_end",   "on_predict_begin", "on_predict_end",
      "on_predict_batch_begin", "on_predict_batch_end"};

  void on_train_begin() override { call(0, {}); }
  void on_train_end(const Logs& logs) override { call(1, logs); }
  void on_epoch_begin(std::int64_t epoch) override { call(2, epoch, {}); }
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  void on_train_batch_begin(std::int64_t batch) override { call(4, batch, {}); }
  void on_train_batch_end(std::int64_t batch, const Logs& logs) override { call(5, batch, logs); }
  void on_test_begin() override { call(6, {}); }
  void on_test_end(const Logs& logs) override { call(7, logs); }
  void on_test_batch_begin(std::int64_t batch) override { call(8, batch, {}); }
  void on_test_batch_end(std::int64_t batch, const Logs& logs) override { call(9, batch, logs); }
  void on_predict_begin() override { call(10, {}); }
  void on_predict_end() override { call(11, {}); }
  void on_predict_batch_begin(std::int64_t batch) override { call(12, batch, {}); }
  void on_predict_batch_end(std::int64_t batch, const Tensors& outputs) override;
  bool reads_batch_logs() const override { return hooks_[5] || hooks_[9]; }

 private:
  void call(std::size_t hook, const Logs& logs) const;
  void call(std::size_t hook, std::int64_t index, const Logs& logs) const;

  std::vector<std::shared_ptr<py::object>> hooks_;  // null where not overridden
  std::shared_ptr<SharedLogs> shared_;
  std::size_t position_;
};

/// Fills a Python History without a call of Python code. Lives for one run.
class PythonHistory : public Callback {
 public:
  PythonHistory(const py::object& history, std::shared_ptr<SharedLogs> shared, std::size_t position)
      : history_(shared_object(history)), shared_(std::move(shared)), position_(position) {}
  void on_train_begin() override;
  void on_epoch_end(std::int64_t epoch, Logs& logs) override;
  bool reads_batch_logs() const override { return false; }

 private:
  std::shared_ptr<py::object> history_;
  std::shared_ptr<SharedLogs> shared_;
  std::size_t position_;
};

}  // namespace lamina::python
