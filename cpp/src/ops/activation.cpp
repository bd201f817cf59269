#include "lamina/ops/activation.hpp"

#include <utility>

#include "core/check.hpp"
#include "lamina/ops/activations.hpp"
#include "lamina/ops/elementwise.hpp"
#include "lamina/ops/softmax.hpp"

namespace lamina {
namespace {

struct ActivationRow {
  std::string_view name;
  Tensor (*function)(const Tensor&);
};

constexpr ActivationRow activations[] = {
#define ACTIVATION(name, expression) {name, +[](const Tensor& x) -> Tensor { return expression; }},
#include "ops/activations.def"
#undef ACTIVATION
};

// Other names that Keras knows them by.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"swish", "silu"}, {"hard_swish", "hard_silu"}, {"exp", "exponential"}};

}  // namespace

Activation::Activation(std::string_view name) {
  for (const auto& [alias, meant] : aliases) {
    if (name == alias) name = meant;
  }
  std::string known;
  for (const ActivationRow& row : activations) {
    if (row.name == name) {
      index_ = static_cast<std::size_t>(&row - activations);
      return;
    }
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  fail(ErrorKind::value, "unknown activation '", name, "'; expected one of ", known);
}

std::string_view Activation::name() const noexcept { return activations[index_].name; }

Tensor Activation::operator()(const Tensor& x) const { return activations[index_].function(x); }

Activation Activation::read(const Config& options, std::string_view key) {
  return Activation(options.string(key));
}

void Activation::write(Config& options, std::string_view key) const { options.set(key, name()); }

}  // namespace lamina
