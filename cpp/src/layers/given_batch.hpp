// For how many samples a layer is being built, where a call builds it.
#pragma once

#include <cstdint>

#include "lamina/core/shape.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// The first extent of the inputs that the innermost build of this thread is for; Shape::none where
/// it is unknown. Shapes handed to `build` have no batch.
class GivenBatch {
 public:
  explicit GivenBatch(std::int64_t extent) noexcept;
  ~GivenBatch();
  GivenBatch(const GivenBatch&) = delete;
  GivenBatch& operator=(const GivenBatch&) = delete;

  LAMINA_INTERNAL_API static std::int64_t current() noexcept;

 private:
  std::int64_t previous_;
};

}  // namespace lamina
