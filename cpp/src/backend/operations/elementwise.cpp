#include "backend/operations/elementwise.hpp"

namespace lamina {

Saves saved_by(UnaryOp op) noexcept {
  static constexpr Saves saves_of[] = {
#define UNARY(name, saves, cost) Saves::saves,
#include "backend/operations/unary.def"
#undef UNARY
  };
  return saves_of[static_cast<int>(op)];
}

Cost cost_of(UnaryOp op) noexcept {
  static constexpr Cost costs[] = {
#define UNARY(name, saves, cost) Cost::cost,
#include "backend/operations/unary.def"
#undef UNARY
  };
  return costs[static_cast<int>(op)];
}

}  // namespace lamina
