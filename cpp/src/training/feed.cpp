#include "training/feed.hpp"

#include "core/check.hpp"

namespace lamina {

// A batch of a program's own goes through the same checks and conversion as one cut from arrays.
Batch Feed::checked(const Batch& batch) const {
  if (arrays_ != nullptr) return batch;
  const Tensor& x = batch.x.front();
  const std::int64_t size =
      x.defined() && x.rank() > 0 ? std::max<std::int64_t>(x.shape()[0], 1) : 1;
  const Tensors weight = weights_by_class(owner_, batch.y, batch.sample_weight, class_weight_);
  Batches one(owner_, batch.x, batch.y, weight, size, dtype_);
  Batch result;
  one.next(result);
  return result;
}

void Feed::begin_pass() {
  source_.begin();
  in_pass_ = true;
  taken_of_pass_ = 0;
}

Shapes Feed::first_shapes() {
  if (!has_first_) {
    begin_pass();
    if (!source_.next(first_)) {
      fail(ErrorKind::value, owner_, " got no batches to work on");
    }
    first_ = checked(first_);
    has_first_ = true;
  }
  return shapes_of(first_.x);
}

void Feed::begin_epoch(bool new_pass) {
  taken_ = 0;
  if (has_first_ || (steps_ > 0 && in_pass_ && !new_pass)) return;
  begin_pass();
}

void Feed::resume(std::int64_t taken, std::int64_t batch) {
  if (taken < 0) return;  // the next epoch begins a pass
  if (!has_first_) begin_pass();
  bool there = true;
  if (arrays_ != nullptr) {
    there = arrays_->skip(taken);
    taken_of_pass_ = taken;
  } else {
    Batch skipped;
    while (there && taken_of_pass_ < taken) there = take(skipped);
  }
  if (!there) {
    fail(ErrorKind::value, owner_, " goes on after ", taken,
         " batches, but the data end before; give the data of the run that was cut off");
  }
  taken_ = batch;
  in_pass_ = true;
}

bool Feed::take(Batch& batch) {
  if (has_first_) {
    batch = std::move(first_);
    has_first_ = false;
    ++taken_of_pass_;
    return true;
  }
  if (!source_.next(batch)) return false;
  batch = checked(batch);
  ++taken_of_pass_;
  return true;
}

bool Feed::next(Batch& batch) {
  if (steps_ > 0 && taken_ == steps_) return false;
  bool got = take(batch);
  if (!got && steps_ > 0) {  // another pass within the epoch
    begin_pass();
    got = take(batch);
  }
  if (!got && taken_ == 0) {
    fail(ErrorKind::value, owner_,
         " ran out of data: an epoch got no batches; give data that can be "
         "gone through again, fewer epochs, or steps_per_epoch");
  }
  in_pass_ = got;
  taken_ += got ? 1 : 0;
  return got;
}

}  // namespace lamina
