#include "lamina/models/model.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/join.hpp"
#include "models/compile_state.hpp"

namespace lamina {

Model::~Model() = default;
Model::Model(Model&&) noexcept = default;
Model& Model::operator=(Model&&) noexcept = default;

void Model::compile(CompileOptions options) {
  if (compile_state_.use_count() > 1) {
    fail(ErrorKind::state, label(), " cannot be compiled while it trains; stop training first");
  }
  if (!options.optimizer) fail(ErrorKind::value, label(), " needs an optimizer to compile");
  const DeviceScope on_device(device());
  auto state = std::make_shared<CompileState>();
  state->optimizer = options.optimizer.pointer();
  state->given = std::move(options);
  const CompileOptions& given = state->given;
  const Arrangement arrangement = output_arrangement();
  if (arrangement.kind != Arrangement::Kind::unknown) {
    state->assign_outputs(label(), arrangement.names,
                          std::max<std::size_t>(arrangement.names.size(), 1));
  } else {  // refuse now what cannot fit any number of outputs
    for (const auto* metrics : {&given.metrics, &given.weighted_metrics}) {
      for (const MetricHandle& metric : *metrics) {
        if (!metric) fail(ErrorKind::value, label(), " got an empty metric to compile");
      }
    }
    if (given.output_losses.empty() && given.output_metrics.empty()) {
      state->assign_outputs(label(), {}, 1);
    }
  }
  state->move_metrics_to(device());
  state->shuffle = RandomStream::open(name() + "/shuffle");
  compile_state_ = std::move(state);
}

bool Model::compiled() const noexcept { return compile_state_ != nullptr; }

bool Model::compares() const {
  return !trains_by_itself() &&
         (!compile_state_ || compile_state_->has_loss() || compile_state_->has_metrics());
}

Model::CompileState& Model::compile_state() const {
  if (!compile_state_) {
    fail(ErrorKind::state, label(), " is not compiled; call compile(optimizer, loss) first");
  }
  return *compile_state_;
}

Optimizer& Model::optimizer() const { return *compile_state().optimizer; }
const std::shared_ptr<Optimizer>& Model::shared_optimizer() const {
  return compile_state().optimizer;
}
const std::shared_ptr<Loss>& Model::shared_loss() const {
  return compile_state().given.loss.pointer();
}
const CompileOptions& Model::compile_options() const { return compile_state().given; }

std::vector<std::shared_ptr<Metric>> Model::metrics() const {
  std::vector<std::shared_ptr<Metric>> result;
  const CompileOptions& given = compile_state().given;
  const auto add = [&](const std::vector<MetricHandle>& metrics) {
    for (const MetricHandle& metric : metrics) result.push_back(metric.pointer());
  };
  add(given.metrics);
  for (const OutputMetrics& output : given.output_metrics) add(output.metrics);
  add(given.weighted_metrics);
  for (const OutputMetrics& output : given.output_metrics) add(output.weighted_metrics);
  return result;
}

const std::shared_ptr<Mean>& Model::loss_tracker() const { return compile_state().means.loss; }

Logs Model::metric_logs() const {
  const CompileState& state = compile_state();
  return state.logs(state.means);
}

void Model::set_extra_metrics(std::vector<std::shared_ptr<Metric>> metrics) {
  compile_state().extra_metrics = std::move(metrics);
}

bool Model::stop_training() const noexcept {
  return compile_state_ && compile_state_->stop_training;
}
void Model::set_stop_training(bool stop) noexcept {
  if (compile_state_) compile_state_->stop_training = stop;
}

SymbolicTensors Model::symbolic_inputs() const {
  fail(ErrorKind::state, label(),
       " has no symbolic inputs and outputs: its class says in code "
       "what it computes; make a Functional or Sequential model for that");
}
SymbolicTensors Model::symbolic_outputs() const { return symbolic_inputs(); }

std::shared_ptr<Layer> Model::get_layer(const std::string& wanted) const {
  for (const auto& layer : layers()) {
    if (name_of(*layer) == wanted) return layer;
  }
  fail(ErrorKind::value, label(), " has no layer '", wanted, "'; its layers are ",
       join(layers(), [&](const auto& layer) { return name_of(*layer); }));
}

}  // namespace lamina
