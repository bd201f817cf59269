#include "lamina/models/model.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "models/training_state.hpp"
#include "training/trainer.hpp"

namespace lamina {

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

void Model::compile(CompileOptions options) {
  if (training_.use_count() > 1) {
    fail(ErrorKind::state, label(), " cannot be compiled while it trains; stop training first");
  }
  if (!options.optimizer) fail(ErrorKind::value, label(), " needs an optimizer to compile");
  auto training = std::make_shared<Training>();
  training->optimizer = options.optimizer.pointer();
  training->given = std::move(options);
  const Arrangement arrangement = output_arrangement();
  if (arrangement.kind != Arrangement::Kind::unknown) {
    training->assign_outputs(label(), arrangement.names,
                             std::max<std::size_t>(arrangement.names.size(), 1));
  } else {  // refuses now what never fits
    for (const MetricHandle& metric : training->given.metrics) {
      if (!metric) fail(ErrorKind::value, label(), " got an empty metric to compile");
    }
    if (training->given.output_losses.empty() && training->given.output_metrics.empty()) {
      training->assign_outputs(label(), {}, 1);
    }
  }
  training->shuffle = RandomStream::open(name() + "/shuffle");
  training_ = std::move(training);
}

bool Model::compiled() const noexcept { return training_ != nullptr; }

Model::Training& Model::training() const {
  if (!training_) {
    fail(ErrorKind::state, label(), " is not compiled; call compile(optimizer, loss) first");
  }
  return *training_;
}

Optimizer& Model::optimizer() const { return *training().optimizer; }
const std::shared_ptr<Optimizer>& Model::shared_optimizer() const { return training().optimizer; }
const std::shared_ptr<Loss>& Model::shared_loss() const { return training().given.loss.pointer(); }
const CompileOptions& Model::compile_options() const { return training().given; }
std::vector<std::shared_ptr<Metric>> Model::metrics() const {
  std::vector<std::shared_ptr<Metric>> result;
  const CompileOptions& given = training().given;
  for (const MetricHandle& metric : given.metrics) result.push_back(metric.pointer());
  for (const OutputMetrics& output : given.output_metrics) {
    for (const MetricHandle& metric : output.metrics) result.push_back(metric.pointer());
  }
  return result;
}
bool Model::stop_training() const noexcept { return training_ && training_->stop; }
void Model::set_stop_training(bool stop) noexcept {
  if (training_) training_->stop = stop;
}

History Model::fit(const Tensors& x, const Tensors& y, const FitOptions& options) {
  return Trainer(*this).fit(x, y, options);
}
Logs Model::evaluate(const Tensors& x, const Tensors& y, const EvaluateOptions& options) {
  return Trainer(*this).evaluate(x, y, options);
}
TensorList Model::predict_all(const Tensors& x, const PredictOptions& options) {
  return Trainer::predict(*this, x, options);
}
History Model::fit(BatchSource& source, const FitOptions& options) {
  return Trainer(*this).fit(source, options);
}
Logs Model::evaluate(BatchSource& source, const EvaluateOptions& options) {
  return Trainer(*this).evaluate(source, options);
}
TensorList Model::predict_all(BatchSource& source, const PredictOptions& options) {
  return Trainer::predict(*this, source, options);
}
Logs Model::train_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
  return Trainer(*this).train_on_batch(x, y, sample_weight);
}
Logs Model::test_on_batch(const Tensors& x, const Tensors& y, const Tensors& sample_weight) {
  return Trainer(*this).test_on_batch(x, y, sample_weight);
}
TensorList Model::predict_on_batch_all(const Tensors& x) {
  const NoGrad no_grad;
  return outputs_for(x, false).list();
}

namespace {

Tensor only(const std::string& label, TensorList outputs) {
  if (outputs.size() != 1) {
    fail(ErrorKind::value, label, " gives ", outputs.size(), " outputs; use predict_all");
  }
  return std::move(outputs.front());
}

}  // namespace

Tensor Model::predict(const Tensors& x, const PredictOptions& options) {
  return only(label(), predict_all(x, options));
}
Tensor Model::predict(BatchSource& source, const PredictOptions& options) {
  return only(label(), predict_all(source, options));
}
Tensor Model::predict_on_batch(const Tensors& x) { return only(label(), predict_on_batch_all(x)); }

// A model with one input and one output, as most are, makes no lists on the way.
Tensors Model::outputs_for(const Tensors& x, bool training) {
  const bool one = x.size() == 1 && !takes_list() && gives_one();
  if (one) return (*this)(x.front(), training);
  return run(x.list(), training);
}

SymbolicTensors Model::symbolic_inputs() const {
  fail(ErrorKind::state, label(),
       " has no symbolic inputs and outputs: its class says in code "
       "what it computes; make a Functional or Sequential model for that");
}
SymbolicTensors Model::symbolic_outputs() const { return symbolic_inputs(); }

std::shared_ptr<Layer> Model::get_layer(const std::string& wanted) const {
  std::string names;
  for (const auto& layer : layers()) {
    const std::string name = name_of(*layer);
    if (name == wanted) return layer;
    names += (names.empty() ? "" : ", ") + name;
  }
  fail(ErrorKind::value, label(), " has no layer '", wanted, "'; its layers are ", names);
}

std::vector<Tensor> Model::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& weight : weights()) {
    const Tensor& value = weight.value();
    values.push_back(value.copy());
  }
  return values;
}

void Model::set_weights(const std::vector<Tensor>& values) {
  std::vector<Variable> targets = weights();
  if (targets.size() != values.size()) {
    fail(ErrorKind::value, label(), " has ", targets.size(), " weights, got ", values.size(),
         targets.empty() ? "; build it first" : "");
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].shape() != values[i].shape()) {
      fail(ErrorKind::value, label(), ": weight '", targets[i].path(), "' has shape ",
           targets[i].shape(), ", got ", values[i].shape());
    }
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    targets[i].assign(values[i].cast(targets[i].dtype()));
  }
}

}  // namespace lamina
