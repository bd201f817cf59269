#include "layers/given_batch.hpp"

namespace lamina {
namespace {

thread_local std::int64_t current_extent = Shape::none;

}  // namespace

GivenBatch::GivenBatch(std::int64_t extent) noexcept : previous_(current_extent) {
  current_extent = extent;
}

GivenBatch::~GivenBatch() { current_extent = previous_; }

std::int64_t GivenBatch::current() noexcept { return current_extent; }

}  // namespace lamina
