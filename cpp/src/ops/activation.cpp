#include "lamina/ops/activation.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/check.hpp"
#include "core/join.hpp"
#include "core/piece_finders.hpp"
#include "core/pieces.hpp"
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

// Its row; nothing when no activation of lamina's has that name.
const ActivationRow* find_builtin(std::string_view name) {
  for (const auto& [alias, meant] : aliases) {
    if (name == alias) name = meant;
  }
  const auto* const found =
      std::find_if(std::begin(activations), std::end(activations),
                   [&](const ActivationRow& row) { return row.name == name; });
  return found == std::end(activations) ? nullptr : found;
}

std::string builtin_names() {
  return join(activations, [](const ActivationRow& row) { return row.name; });
}

}  // namespace

Activation::Activation(std::string_view name) {
  if (const ActivationRow* row = find_builtin(name)) {
    index_ = static_cast<std::size_t>(row - activations);
  } else {
    *this = Pieces<Activation>::instance().make("activation", Config().set("class_name", name),
                                                builtin_names());
  }
}

Activation Activation::own(Function function, const std::string& class_name, const Config& config) {
  return own(std::move(function),
             [class_name, config] { return class_config(class_name, config); });
}

Activation Activation::own(Function function, std::function<Config()> class_and_config) {
  Activation result;
  result.own_ = std::make_shared<const OwnPiece<Function>>(
      OwnPiece<Function>{std::move(function), std::move(class_and_config)});
  return result;
}

void register_activation(const std::string& class_name,
                         std::function<Activation(const Config& config)> factory) {
  if (find_builtin(class_name) != nullptr) {
    fail(ErrorKind::value, "'", class_name,
         "' is an activation of lamina; register yours under another name");
  }
  Pieces<Activation>::instance().add(class_name, std::move(factory));
}

void set_piece_finder(PieceFinder<Activation> finder) {
  Pieces<Activation>::instance().set_finder(std::move(finder));
}

Activation Activation::from_config(const Config& class_and_config) {
  return Pieces<Activation>::instance().make("activation", class_and_config, builtin_names());
}

std::string_view Activation::name() const noexcept {
  return own_ ? std::string_view() : activations[index_].name;
}

Tensor Activation::operator()(const Tensor& x) const {
  return own_ ? own_->function(x) : activations[index_].function(x);
}

Activation Activation::read(const Config& options, std::string_view key) {
  return options.is_string(key) ? Activation(options.string(key)) : from_config(options.child(key));
}

void Activation::write(Config& options, std::string_view key) const {
  own_ ? options.set(key, own_->class_and_config()) : options.set(key, name());
}

}  // namespace lamina
