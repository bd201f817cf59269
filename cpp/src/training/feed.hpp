// Batches as a run takes them: so many an epoch, checked, and in the model's dtype.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lamina/core/shapes.hpp"
#include "training/batches.hpp"

namespace lamina {

class Feed {
 public:
  /// `steps` batches an epoch, or 0 for a whole pass. `owner` names the model in messages.
  Feed(std::string owner, BatchSource& source, std::int64_t steps, Dtype dtype)
      : owner_(std::move(owner)),
        source_(source),
        steps_(steps),
        dtype_(dtype),
        arrays_(dynamic_cast<Batches*>(&source)) {}

  void weigh_classes(std::vector<std::pair<std::int64_t, double>> class_weight) {
    class_weight_ = std::move(class_weight);
  }
  /// The shapes of the first batch, which is kept for the first epoch.
  Shapes first_shapes();
  /// Goes on with the pass where a number of steps cut it, or starts a new one.
  void begin_epoch(bool new_pass = false);
  /// Goes to where `taken` batches of a pass, of which `batch` in this epoch, were taken.
  void resume(std::int64_t taken, std::int64_t batch);
  /// The next batch of the epoch; false at its end.
  bool next(Batch& batch);
  /// Batches in an epoch, or 0 when that is not known.
  std::int64_t count() const { return steps_ > 0 ? steps_ : source_.count(); }
  /// Batches taken of the pass that it is in; -1 where it is in none.
  std::int64_t taken_of_pass() const { return in_pass_ ? taken_of_pass_ : -1; }
  /// Key and draws of the stream of orders as the pass began.
  std::pair<std::uint64_t, std::uint64_t> shuffled_at() const {
    return arrays_ != nullptr ? arrays_->shuffled_at() : std::pair<std::uint64_t, std::uint64_t>();
  }

 private:
  void begin_pass();
  bool take(Batch& batch);
  Batch checked(const Batch& batch) const;

  std::string owner_;
  BatchSource& source_;
  std::int64_t steps_, taken_ = 0, taken_of_pass_ = 0;
  Dtype dtype_;
  std::vector<std::pair<std::int64_t, double>> class_weight_;
  Batch first_;
  Batches* arrays_;  // the source, where it cuts batches from arrays, which it checks itself
  bool has_first_ = false, in_pass_ = false;
};

}  // namespace lamina
