#include "training/batches.hpp"

#include "backend/backend.hpp"
#include "core/check.hpp"

namespace lamina {

Batches::Batches(const std::string& owner, const Tensor& x, const Tensor& y,
                 const Tensor& sample_weight, std::int64_t batch_size, Dtype dtype)
    : x_(x),
      y_(y),
      sample_weight_(sample_weight),
      samples_(0),
      batch_size_(batch_size),
      dtype_(dtype) {
  if (!x.defined()) fail(ErrorKind::value, owner, " got no x; pass the samples");
  if (x.rank() == 0) {
    fail(ErrorKind::value, owner, " needs x with samples along its first axis, got a scalar");
  }
  samples_ = x.shape()[0];
  if (samples_ == 0) {
    fail(ErrorKind::value, owner, " got x of shape ", x.shape(), ": no samples to work on");
  }
  if (batch_size < 1) {
    fail(ErrorKind::value, owner, " needs batch_size of at least 1, got ", batch_size);
  }
  batch_size_ = std::min(batch_size, samples_);
  const auto check = [&](const char* what, const Tensor& t) {
    if (t.defined() && (t.rank() == 0 || t.shape()[0] != samples_)) {
      fail(ErrorKind::value, owner, " got ", what, " of shape ", t.shape(), " for x of shape ",
           x.shape(), "; both need the same number of samples");
    }
  };
  check("y", y);
  check("sample_weight", sample_weight);
  if (sample_weight.defined() && sample_weight.size() != samples_) {
    fail(ErrorKind::value, owner, " got sample_weight of shape ", sample_weight.shape(),
         ", expected ", Shape{samples_}, ": one for each sample");
  }
}

Batch Batches::operator[](std::int64_t batch) const {
  const std::int64_t begin = batch * batch_size_;
  const std::int64_t end = std::min(begin + batch_size_, samples_);
  return {rows(x_, begin, end), rows(y_, begin, end), rows(sample_weight_, begin, end),
          end - begin};
}

Tensor Batches::rows(const Tensor& source, std::int64_t begin, std::int64_t end) const {
  if (!source.defined()) return source;
  const Dtype dtype = is_floating(source.dtype()) ? dtype_ : source.dtype();
  if (!order_.defined()) return source.slice(begin, end).cast(dtype);
  Tensor gathered = Tensor::empty(source.shape().with(0, end - begin), dtype, source.device());
  backend_for(source.device())
      .gather_rows({source.dtype(), dtype, end - begin, source.shape().from(1).size(),
                    order_.values<std::int64_t>().data() + begin, source.data(),
                    gathered.mutable_data()});
  return gathered;
}

}  // namespace lamina
