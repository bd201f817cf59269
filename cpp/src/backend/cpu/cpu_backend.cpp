#include "backend/cpu/cpu_backend.hpp"

#include <cstring>

#include "backend/cpu/dispatch.hpp"
#include "backend/cpu/drivers/drivers.hpp"
#include "core/allocator.hpp"

namespace lamina::cpu {
namespace {

class CpuBackend final : public Backend {
 public:
  bool host_can_read() const noexcept override { return true; }
  void* allocate(std::size_t bytes) override { return lamina::allocate(bytes); }
  void deallocate(void* block, std::size_t bytes) noexcept override {
    lamina::deallocate(block, bytes);
  }
  void copy_from_host(void* target, const void* host_source, std::size_t bytes) override {
    copy_bytes(target, host_source, bytes);
  }
  void copy_to_host(void* host_target, const void* source, std::size_t bytes) override {
    copy_bytes(host_target, source, bytes);
  }
  void copy_bytes(void* target, const void* source, std::size_t bytes) override {
    if (bytes > 0) std::memmove(target, source, bytes);
  }
  void synchronize() override {}
  std::size_t packed_bytes(const GemmParams& p) const override {
    return drivers::packed_bytes(kernels(), p);
  }

#define OPERATION(name, Params) \
  void name(const Params& p) override { drivers::name(kernels(), p); }
#include "backend/operations.def"
#undef OPERATION
};

}  // namespace

Backend& cpu_backend() {
  static CpuBackend* const backend = new CpuBackend;  // tensors of static objects outlive main
  return *backend;
}

}  // namespace lamina::cpu
