// Where a model's batches come from when they are not arrays in memory.
#pragma once

#include "lamina/core/tensors.hpp"

namespace lamina {

struct Batch {
  Tensors x, y, sample_weight;  ///< y and sample_weight may be undefined
};

/// Subclass it to feed a model from files, a network, a generator of your own.
class LAMINA_API BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// Begins a pass over the data.
  virtual void begin() = 0;
  /// The next batch; false at the end of the pass.
  virtual bool next(Batch& batch) = 0;
  /// Batches in a pass, or 0 when that is not known.
  virtual std::int64_t count() const { return 0; }
};

}  // namespace lamina
