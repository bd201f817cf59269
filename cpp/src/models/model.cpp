#include "lamina/models/model.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>

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
  training->loss = options.loss.pointer();
  for (const MetricHandle& metric : options.metrics) {
    if (!metric) fail(ErrorKind::value, label(), " got an empty metric to compile");
    training->metrics.push_back(metric.pointer());
    // "accuracy", "accuracy_1": each value of the logs has its own name.
    std::vector<std::string>& names = training->metric_names;
    const std::string& given = metric.pointer()->name();
    if (given == "loss") {
      fail(ErrorKind::value, label(), " got a metric named 'loss', which the loss is; rename it");
    }
    std::string unique = given;
    for (int i = 1; std::find(names.begin(), names.end(), unique) != names.end(); ++i) {
      unique = given + "_" + std::to_string(i);
    }
    names.push_back(unique);
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
const std::shared_ptr<Loss>& Model::shared_loss() const { return training().loss; }
const std::vector<std::shared_ptr<Metric>>& Model::metrics() const { return training().metrics; }
bool Model::stop_training() const noexcept { return training_ && training_->stop; }
void Model::set_stop_training(bool stop) noexcept {
  if (training_) training_->stop = stop;
}

History Model::fit(const Tensor& x, const Tensor& y, const FitOptions& options) {
  return Trainer(*this).fit(x, y, options);
}
Logs Model::evaluate(const Tensor& x, const Tensor& y, const EvaluateOptions& options) {
  return Trainer(*this).evaluate(x, y, options);
}
Tensor Model::predict(const Tensor& x, const PredictOptions& options) {
  return Trainer::predict(*this, x, options);
}
History Model::fit(BatchSource& source, const FitOptions& options) {
  return Trainer(*this).fit(source, options);
}
Logs Model::evaluate(BatchSource& source, const EvaluateOptions& options) {
  return Trainer(*this).evaluate(source, options);
}
Tensor Model::predict(BatchSource& source, const PredictOptions& options) {
  return Trainer::predict(*this, source, options);
}
Logs Model::train_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  return Trainer(*this).train_on_batch(x, y, sample_weight);
}
Logs Model::test_on_batch(const Tensor& x, const Tensor& y, const Tensor& sample_weight) {
  return Trainer(*this).test_on_batch(x, y, sample_weight);
}
Tensor Model::predict_on_batch(const Tensor& x) {
  const NoGrad no_grad;
  return (*this)(x, false);
}

std::shared_ptr<Layer> Model::get_layer(const std::string& wanted) const {
  std::string names;
  for (const auto& layer : layers()) {
    if (layer->name() == wanted) return layer;
    names += (names.empty() ? "" : ", ") + layer->name();
  }
  fail(ErrorKind::value, label(), " has no layer '", wanted, "'; its layers are ", names);
}

std::vector<Tensor> Model::get_weights() const {
  std::vector<Tensor> values;
  for (const Variable& weight : weights()) {
    const Tensor& value = weight.value();
    values.push_back(Tensor::copy_of(value.data(), static_cast<std::size_t>(value.size()),
                                     value.shape(), value.dtype()));
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

std::string Model::summary() const {
  struct Row {
    std::string layer, shape, parameters;
  };
  std::vector<Row> rows{{"Layer (type)", "Output shape", "Params"}};
  Shape shape = built() ? build_shape() : Shape{};
  for (const auto& layer : layers()) {
    if (built()) shape = layer->output_shape(shape);
    rows.push_back({layer->name() + " (" + layer->type() + ")", built() ? shape.str() : "?",
                    layer->built() ? std::to_string(layer->count_params()) : "0 (unbuilt)"});
  }
  std::size_t wide = 0, middle = 0;
  for (const Row& row : rows) {
    wide = std::max(wide, row.layer.size());
    middle = std::max(middle, row.shape.size());
  }
  std::ostringstream text;
  text << "Model: \"" << name() << "\"\n";
  const std::string rule(wide + middle + 18, '-');
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text << std::left << std::setw(static_cast<int>(wide) + 3) << rows[i].layer
         << std::setw(static_cast<int>(middle) + 3) << rows[i].shape << std::right << std::setw(12)
         << rows[i].parameters << "\n";
    if (i == 0) text << rule << "\n";
  }
  std::int64_t trainable_count = 0;
  for (const Variable& weight : trainable_weights()) trainable_count += weight.shape().size();
  text << rule << "\nTotal params: " << count_params() << " (trainable " << trainable_count
       << ", non-trainable " << count_params() - trainable_count << ")\n";
  return text.str();
}

}  // namespace lamina
