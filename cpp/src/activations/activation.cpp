#include "lamina/activations/activation.hpp"

#include <array>

#include "core/check.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/softmax.hpp"

namespace lamina {
namespace {

struct ActivationRow {
  std::string_view name;
  Tensor (*function)(const Tensor&);
};

// In the order of Activation::Kind.
constexpr std::array<ActivationRow, 6> activations{{
    {"linear", +[](const Tensor& x) { return x; }},
    {"relu", ops::relu},
    {"tanh", ops::tanh},
    {"sigmoid", ops::sigmoid},
    {"softmax", ops::softmax},
    {"log_softmax", ops::log_softmax},
}};

const ActivationRow& row_of(Activation::Kind kind) {
  return activations[static_cast<std::size_t>(kind)];
}

}  // namespace

Activation::Activation(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < activations.size(); ++i) {
    if (activations[i].name == name) {
      kind_ = static_cast<Kind>(i);
      return;
    }
    known += (i > 0 ? ", " : "") + std::string(activations[i].name);
  }
  fail(ErrorKind::value, "unknown activation '", name, "'; expected one of ", known);
}

std::string_view Activation::name() const noexcept { return row_of(kind_).name; }

Tensor Activation::operator()(const Tensor& x) const { return row_of(kind_).function(x); }

}  // namespace lamina
