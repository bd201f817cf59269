#include "lamina/core/floatx.hpp"

#include <atomic>

#include "core/check.hpp"

namespace lamina {
namespace {

std::atomic<Dtype> current{Dtype::float32};

}  // namespace

Dtype floatx() noexcept { return current; }

void set_floatx(Dtype dtype) {
  if (!is_floating(dtype)) {
    fail(ErrorKind::value, "floatx must be float32 or float64, got ", name_of(dtype));
  }
  current = dtype;
}

}  // namespace lamina
