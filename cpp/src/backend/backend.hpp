// THE SEAM between what lamina computes and who computes it. A backend works on raw pointers and
// plain parameter structs; it knows nothing of tensors, gradients or layers. Shapes are checked
// above it. Every structure carries a dtype; dense memory is row-major and contiguous unless a
// stride says otherwise. A backend is a device: every pointer is to its memory, unless the field's
// name begins with `host_`.
#pragma once

#include <cstddef>

#include "backend/operations/activation.hpp"
#include "backend/operations/arrangement.hpp"
#include "backend/operations/attention.hpp"
#include "backend/operations/convolution.hpp"
#include "backend/operations/elementwise.hpp"
#include "backend/operations/gemm.hpp"
#include "backend/operations/indexing.hpp"
#include "backend/operations/losses.hpp"
#include "backend/operations/metrics.hpp"
#include "backend/operations/normalization.hpp"
#include "backend/operations/optimizers.hpp"
#include "backend/operations/pooling.hpp"
#include "backend/operations/random.hpp"
#include "backend/operations/reduction.hpp"
#include "backend/operations/rnn.hpp"
#include "lamina/core/device.hpp"

namespace lamina {

/// One device: its memory, and what it computes. Calls from one thread take effect in their order;
/// only copy_to_host and synchronize wait for them.
class Backend {
 public:
  virtual ~Backend() = default;

  /// True if the host may read this device's memory through its pointers and never waits for it.
  virtual bool host_can_read() const noexcept = 0;
  /// 64-byte aligned memory (a valid pointer even for 0 bytes); std::bad_alloc when there is none.
  virtual void* allocate(std::size_t bytes) = 0;
  /// `bytes` as given to allocate. Calls made before may still use the block, later ones reuse it.
  virtual void deallocate(void* block, std::size_t bytes) noexcept = 0;
  /// The host's memory may be changed once this returns.
  virtual void copy_from_host(void* target, const void* host_source, std::size_t bytes) = 0;
  virtual void copy_to_host(void* host_target, const void* source, std::size_t bytes) = 0;
  /// Both on this device; they may overlap.
  virtual void copy_bytes(void* target, const void* source, std::size_t bytes) = 0;
  /// Returns when all calls made before are done.
  virtual void synchronize() = 0;
  /// Room that pack_b needs for the b of such products; m does not matter.
  virtual std::size_t packed_bytes(const GemmParams&) const = 0;

#define OPERATION(name, Params) virtual void name(const Params&) = 0;
#include "backend/operations.def"
#undef OPERATION
};

/// The backend of a device; a state error that names the device when it was not built.
Backend& backend_for(Device device);

}  // namespace lamina
