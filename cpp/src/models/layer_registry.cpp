// From a class name in a configuration to a layer: the built-in table, then what users registered.
#include "core/check.hpp"
#include "core/registry.hpp"
#include "lamina/lamina.hpp"

namespace lamina {
namespace {

struct Builtin {
  const char* type;
  std::shared_ptr<Layer> (*make)(const Config&);
};

constexpr Builtin builtins[] = {
#define LAYER(name, Type) \
  {name, +[](const Config& config) -> std::shared_ptr<Layer> { return Type::from_config(config); }},
#include "layers/layers.def"
#undef LAYER
};

const Builtin* find_builtin(const std::string& type) {
  for (const Builtin& row : builtins) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

}  // namespace

void register_layer(const std::string& type, LayerFactory factory) {
  if (find_builtin(type) != nullptr) {
    fail(ErrorKind::value, "'", type, "' is a layer of lamina; register yours under another name");
  }
  Registry<Layer>::instance().add(type, std::move(factory));
}

std::shared_ptr<Layer> make_layer(const std::string& type, const Config& config) {
  if (const Builtin* row = find_builtin(type)) return row->make(config);
  const LayerFactory factory = Registry<Layer>::instance().find(type);
  if (!factory) {
    std::string known;
    for (const Builtin& row : builtins)
      known += (known.empty() ? "" : ", ") + std::string(row.type);
    fail(ErrorKind::value, "unknown layer type '", type, "'; expected one of ", known,
         Registry<Layer>::instance().names(),
         "; a layer of your own must be registered before it is loaded");
  }
  return factory(config);
}

}  // namespace lamina
