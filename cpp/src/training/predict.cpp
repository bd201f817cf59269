// Model's methods that predict.
#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/models/model.hpp"
#include "lamina/ops/arrangement.hpp"
#include "training/feed.hpp"
#include "training/progress_clock.hpp"
#include "training/run_options.hpp"

namespace lamina {
namespace {

Tensor only(const std::string& label, TensorList outputs) {
  if (outputs.size() != 1) {
    fail(ErrorKind::value, label, " gives ", outputs.size(), " outputs; use predict_all");
  }
  return std::move(outputs.front());
}

// The outputs of one batch behind those of the batches before it.
void collect(const std::string& owner, std::vector<TensorList>& parts, const Tensors& outputs,
             std::int64_t rows) {
  if (parts.empty()) parts.resize(outputs.size());
  if (parts.size() != outputs.size()) {
    fail(ErrorKind::value, owner, " got ", outputs.size(), " outputs, expected ", parts.size(),
         " like the first time");
  }
  for (std::size_t k = 0; k < parts.size(); ++k) {
    const Tensor& output = outputs[k];
    const Tensor& first = parts[k].empty() ? output : parts[k].front();
    if (output.rank() == 0 || output.dtype() != first.dtype() ||
        output.shape() != first.shape().with(0, rows)) {
      fail(ErrorKind::value, owner, " got outputs ", name_of(output.dtype()), " of shape ",
           output.shape(), " for a batch of ", rows, ", expected ", name_of(first.dtype()),
           " of shape (", rows, ", ...) like the first, ", first.shape());
    }
    parts[k].push_back(output);
  }
}

}  // namespace

Tensors Model::predict_step(const Tensors& x) {
  if (steps_) {
    if (std::optional<Tensors> outputs = steps_->predict(x)) return *std::move(outputs);
  }
  return (*this)(x, false);
}

TensorList Model::predict_all(const Tensors& x, const PredictOptions& options) {
  Batches batches("predict of '" + name() + "'", x, {}, {}, options.batch_size, dtype());
  return predict_all(batches, options);
}

TensorList Model::predict_all(BatchSource& source, const PredictOptions& options) {
  const NoGrad no_grad;
  const DeviceScope on_device(device());
  const std::string owner = "predict of '" + name() + "'";
  const Callbacks& callbacks = options.callbacks;
  attach(callbacks, *this);
  Feed feed(owner, source, options.steps, dtype());
  ProgressClock clock(options.on_progress);
  for (const auto& callback : callbacks) callback->on_predict_begin();
  feed.begin_epoch();
  std::vector<TensorList> parts;  // of each output
  Batch batch;
  for (std::int64_t i = 0; feed.next(batch); ++i) {
    for (const auto& callback : callbacks) callback->on_predict_batch_begin(i);
    const Tensors outputs = predict_step(batch.x);
    collect(owner, parts, outputs, batch.x.front().shape()[0]);
    for (const auto& callback : callbacks) callback->on_predict_batch_end(i, outputs);
    clock.tick(0, 1, i + 1, feed.count(), i + 1 == feed.count(), [] { return Logs(); });
  }
  for (const auto& callback : callbacks) callback->on_predict_end();
  TensorList result;
  for (const TensorList& part : parts) result.push_back(ops::concatenate(part, 0));
  return result;
}

Tensor Model::predict(const Tensors& x, const PredictOptions& options) {
  return only(label(), predict_all(x, options));
}
Tensor Model::predict(BatchSource& source, const PredictOptions& options) {
  return only(label(), predict_all(source, options));
}

TensorList Model::predict_on_batch_all(const Tensors& x) {
  const NoGrad no_grad;
  const DeviceScope on_device(device());
  return predict_step(x).list();
}
Tensor Model::predict_on_batch(const Tensors& x) { return only(label(), predict_on_batch_all(x)); }

}  // namespace lamina
