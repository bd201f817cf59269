// Initializers, regularizers, constraints and activations of a program's own: what such a value
// holds, and how files find it by name.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "core/registry.hpp"
#include "lamina/core/config.hpp"

namespace lamina {

/// A function, and what a configuration says of it: {"class_name", "config"}.
template <class Function>
struct OwnPiece {
  Function function;
  std::function<Config()> class_and_config;
};

/// The pieces of one kind that a program registered, by the names that files hold.
template <class Piece>
class Pieces {
 public:
  using Factory = std::function<Piece(const Config& config)>;

  /// Never destroyed, because what Python registers may outlive main.
  static Pieces& instance() {
    static auto* const pieces = new Pieces;
    return *pieces;
  }

  /// `factory` gets the piece's "config".
  void add(const std::string& class_name, Factory factory) {
    const std::lock_guard lock(mutex_);
    factories_[class_name] = std::move(factory);
  }
  /// Asked for names that nobody registered; it gets {"class_name", "config"}.
  void set_finder(Factory finder) {
    const std::lock_guard lock(mutex_);
    finder_ = std::move(finder);
  }

  /// `what` and the `builtin` names are for the value error where nobody knows the name.
  Piece make(const char* what, const Config& class_and_config, const std::string& builtin) const {
    const std::string name = class_and_config.string("class_name");
    Factory factory, finder;
    std::string names;
    {
      const std::lock_guard lock(mutex_);
      const auto found = factories_.find(name);
      if (found != factories_.end()) factory = found->second;
      finder = finder_;
      for (const auto& entry : factories_) names += ", " + entry.first;
    }
    if (factory) {
      const bool plain = class_and_config.is_null("config");
      return factory(plain ? Config() : class_and_config.child("config"));
    }
    if (finder) return finder(class_and_config);
    fail_unknown(what, name, builtin, names);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Factory> factories_;
  Factory finder_;
};

}  // namespace lamina
