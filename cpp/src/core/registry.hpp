// Types that users registered, by the name that files hold.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/check.hpp"
#include "core/did_you_mean.hpp"
#include "lamina/core/config.hpp"

namespace lamina {

/// `Made` is what a factory gives.
template <class Base, class Made = std::shared_ptr<Base>>
class Registry {
 public:
  using Factory = std::function<Made(const Config& config)>;

  /// One for each base class; never destroyed, because what Python registers may outlive main.
  static Registry& instance() {
    static auto* const registry = new Registry;
    return *registry;
  }

  void add(const std::string& type, Factory factory) {
    const std::lock_guard lock(mutex_);
    factories_[type] = std::move(factory);
  }
  /// Empty when the type is unknown.
  Factory find(const std::string& type) const {
    const std::lock_guard lock(mutex_);
    const auto found = factories_.find(type);
    return found == factories_.end() ? Factory() : found->second;
  }
  /// ", A, B": the names, to end a list of known ones.
  std::string names() const {
    const std::lock_guard lock(mutex_);
    std::string result;
    for (const auto& entry : factories_) result += ", " + entry.first;
    return result;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Factory> factories_;
};

/// A value error for a name that neither the `builtin` ones nor those of a registry hold.
[[noreturn]] inline void fail_unknown(const char* what, const std::string& name,
                                      const std::string& builtin, const std::string& registered) {
  fail(ErrorKind::value, "unknown ", what, " '", name, "'",
       did_you_mean(name, builtin + registered), "; expected one of ", builtin, registered,
       "; one of your own must be registered before it is loaded (Python: custom_objects)");
}

}  // namespace lamina
