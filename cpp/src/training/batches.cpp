#include "training/batches.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "backend/backend.hpp"
#include "core/check.hpp"
#include "lamina/autograd/autograd.hpp"
#include "lamina/ops/arithmetic.hpp"
#include "lamina/ops/comparison.hpp"
#include "lamina/ops/reduction.hpp"
#include "losses/sample_weights.hpp"

namespace lamina {

std::int64_t check_samples(const std::string& owner, const Tensors& x, const Tensors& y,
                           const Tensors& sample_weight) {
  if (x.empty()) fail(ErrorKind::value, owner, " got no x; pass the samples");
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!x[i].defined()) fail(ErrorKind::value, owner, " got no x; pass the samples");
    if (x[i].rank() == 0) {
      fail(ErrorKind::value, owner, " needs x with samples along its first axis, got a scalar");
    }
  }
  const Shape first = x.front().shape();
  const std::int64_t samples = first[0];
  if (samples == 0) {
    fail(ErrorKind::value, owner, " got x of shape ", first, ": no samples to work on");
  }
  const auto check = [&](const char* what, const Tensors& tensors) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      const Tensor& t = tensors[i];
      if (t.defined() && (t.rank() == 0 || t.shape()[0] != samples)) {
        fail(ErrorKind::value, owner, " got ", what, " of shape ", t.shape(), " for x of shape ",
             first, "; both need the same number of samples");
      }
    }
  };
  check("x", x);
  check("y", y);
  check("sample_weight", sample_weight);
  return samples;
}

Batches::Batches(const std::string& owner, const Tensors& x, const Tensors& y,
                 const Tensors& sample_weight, std::int64_t batch_size, Dtype dtype, Device device)
    : x_(x),
      y_(y),
      sample_weight_(sample_weight),
      samples_(check_samples(owner, x, y, sample_weight)),
      batch_size_(std::min(batch_size, samples_)),
      dtype_(dtype),
      device_(device) {
  if (batch_size < 1) {
    fail(ErrorKind::value, owner, " needs batch_size of at least 1, got ", batch_size);
  }
}

// Rows are gathered where they lie, so that the order is needed there.
void Batches::begin() {
  position_ = 0;
  if (!shuffle_) return;
  orders_.clear();
  const std::uint64_t draws = shuffle_->draws();
  const Tensor order = shuffle_->permutation(samples_);
  shuffled_at_ = {shuffle_->key(), draws};  // the key is another after a draw in a forked child
  for (const Tensors* sources : {&x_, &y_, &sample_weight_}) {
    for (std::size_t i = 0; i < sources->size(); ++i) {
      const Tensor& source = (*sources)[i];
      if (source.defined() && !order_on(source.device()).defined()) {
        orders_.push_back(order.to(source.device()));
      }
    }
  }
}

Tensor Batches::order_on(Device device) const {
  for (const Tensor& order : orders_) {
    if (order.device() == device) return order;
  }
  return {};
}

bool Batches::next(Batch& batch) {
  if (position_ == samples_) return false;
  const std::int64_t end = position_ + std::min(batch_size_, samples_ - position_);
  batch = {rows(x_, position_, end), rows(y_, position_, end),
           rows(sample_weight_, position_, end)};
  position_ = end;
  return true;
}

bool Batches::skip(std::int64_t batches) {
  position_ = std::min(samples_, batches * batch_size_);
  return batches <= count();
}

Tensors Batches::rows(const Tensors& sources, std::int64_t begin, std::int64_t end) const {
  return sources.each([&](const Tensor& source) { return rows(source, begin, end); });
}

Tensor Batches::rows(const Tensor& source, std::int64_t begin, std::int64_t end) const {
  if (!source.defined()) return source;
  const Dtype dtype = is_floating(source.dtype()) ? dtype_ : source.dtype();
  const Tensor order = order_on(source.device());
  if (!order.defined()) return source.slice(begin, end).cast(dtype).to(device_);
  Tensor gathered = Tensor::empty(source.shape().with(0, end - begin), dtype, source.device());
  backend_for(source.device())
      .gather_rows({source.dtype(), dtype, 1, end - begin, source.shape().from(1).size(), samples_,
                    false, static_cast<const std::int64_t*>(order.data()) + begin, source.data(),
                    gathered.mutable_data()});
  return gathered.to(device_);
}

Batch single_batch(const std::string& owner, const Tensors& x, const Tensors& y,
                   const Tensors& sample_weight, Dtype dtype) {
  const std::int64_t samples = check_samples(owner, x, y, sample_weight);
  Batches batches(owner, x, y, sample_weight, samples, dtype);
  Batch batch;
  batches.next(batch);
  return batch;
}

Tensors weights_by_class(const std::string& owner, const Tensors& targets,
                         const Tensors& sample_weights,
                         const std::vector<std::pair<std::int64_t, double>>& class_weight) {
  if (class_weight.empty()) return sample_weights;
  if (targets.size() > 1) {
    fail(ErrorKind::value, owner, " weighs classes of one output, the model has ", targets.size(),
         "; give sample_weight for each output instead");
  }
  const Tensor &y = targets.front(), &sample_weight = sample_weights.front();
  if (!y.defined() || y.rank() == 0 || y.rank() > 2) {
    fail(ErrorKind::value, owner,
         " weighs classes of labels (samples,) or (samples, classes), got ",
         y.defined() ? y.shape().str() : "none");
  }
  const bool one_hot = y.rank() == 2 && y.shape()[1] > 1;
  const Tensor classes = (one_hot ? ops::argmax(y, -1) : y.reshape({-1})).cast(Dtype::int64);
  const NoGrad no_grad;
  const Device device = classes.device();
  Tensor by_class = Tensor::full({classes.size()}, 1, Dtype::float64, device);
  for (const auto& [label, weight] : class_weight) {
    const Tensor is_it =
        ops::equal(classes, Tensor::copy_of(std::span<const std::int64_t>(&label, 1), {}, device));
    by_class = ops::where(is_it, Tensor::scalar(weight, Dtype::float64, device), by_class);
  }
  if (!sample_weight.defined()) return by_class;
  return weighted(owner, sample_weight.cast(Dtype::float64), by_class);
}

}  // namespace lamina
