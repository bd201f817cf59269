// From a class name in a configuration to a layer: the built-in table, then what users registered.
#include <algorithm>
#include <atomic>
#include <type_traits>

#include "core/check.hpp"
#include "core/registry.hpp"
#include "lamina/lamina.hpp"
#include "layers/augmentation.hpp"
#include "layers/changes.hpp"
#include "models/layer_registry.hpp"

namespace lamina {
namespace {

struct Builtin {
  const char* type;
  std::shared_ptr<Layer> (*make)(const Config&);
  void (*assign)(Layer& to, Layer& from);  // moves the options, and all else
};

template <class Type>
void assign(Layer& to, Layer& from) {
  if constexpr (std::is_move_assignable_v<Type>) {
    static_cast<Type&>(to) = std::move(static_cast<Type&>(from));
  } else {
    fail(ErrorKind::state, to.type(), " '", to.name(), "' keeps the options it was made with");
  }
}

constexpr Builtin builtins[] = {
#define LAYER(name, Type)                                                                     \
  {name,                                                                                      \
   +[](const Config& config) -> std::shared_ptr<Layer> { return Type::from_config(config); }, \
   &assign<Type>},
#include "layers/layers.def"
#undef LAYER
};

const Builtin* find_builtin(const std::string& type) {
  for (const Builtin& row : builtins) {
    if (row.type == type) return &row;
  }
  return nullptr;
}

std::atomic<std::uint64_t> changes{0};

}  // namespace

bool is_builtin_layer(const std::string& type) { return find_builtin(type) != nullptr; }

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
    if (std::shared_ptr<Layer> made = Augmentation::make(type, config)) return made;
    std::string known;
    for (const Builtin& row : builtins)
      known += (known.empty() ? "" : ", ") + std::string(row.type);
    known += Registry<Layer>::instance().names();
    fail(ErrorKind::value, "unknown layer type '", type, "'", did_you_mean(type, known),
         "; expected one of ", known,
         "; a layer of your own must be registered before it is loaded");
  }
  return factory(config);
}

std::uint64_t option_changes() noexcept { return changes.load(std::memory_order_relaxed); }
void count_option_change() noexcept { changes.fetch_add(1, std::memory_order_relaxed); }

// Whatever a layer without weights made of its options is made again; only its place in models, and
// how far its random streams are, belong to it.
bool Layer::change_option(std::string_view key, const Config& changed) {
  const Builtin* const row = find_builtin(type_);
  if (row == nullptr) return false;
  const std::shared_ptr<Layer> fresh = row->make(changed);
  if (built_ && !weights().empty()) {
    if (!take_option(key, *fresh)) return false;
    count_option_change();
    return true;
  }
  fresh->set_device(device_);
  fresh->set_scope(scope_);
  if (built_) {
    fresh->ensure_built(build_shapes_);
    if (!std::ranges::equal(fresh->output_shapes(build_shapes_), output_shapes(build_shapes_))) {
      return false;
    }
    for (std::size_t i = 0; i < streams_.size() && key != "seed"; ++i) {
      fresh->streams_[i].second.restore(streams_[i].second.key(), streams_[i].second.draws());
    }
  }
  fresh->numbered_ = numbered_;
  fresh->name_given_ = name_given_;
  fresh->applications_ = std::move(applications_);
  row->assign(*this, *fresh);
  count_option_change();
  return true;
}

}  // namespace lamina
