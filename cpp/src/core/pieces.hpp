// Initializers, regularizers, constraints and activations of a program's own: what such a value
// holds, and how files find it by name.
#pragma once

#include <functional>
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
  using Registered = Registry<Piece, Piece>;
  using Factory = typename Registered::Factory;

  /// Never destroyed, because what Python registers may outlive main.
  static Pieces& instance() {
    static auto* const pieces = new Pieces;
    return *pieces;
  }

  /// `factory` gets the piece's "config".
  void add(const std::string& class_name, Factory factory) {
    Registered::instance().add(class_name, std::move(factory));
  }
  /// Asked for names that nobody registered; it gets {"class_name", "config"}.
  void set_finder(Factory finder) {
    const std::lock_guard lock(mutex_);
    finder_ = std::move(finder);
  }

  /// `what` and the `builtin` names are for the value error where nobody knows the name.
  Piece make(const char* what, const Config& class_and_config, const std::string& builtin) const {
    const std::string name = class_and_config.string("class_name");
    if (const Factory factory = Registered::instance().find(name)) {
      const bool plain = class_and_config.is_null("config");
      return factory(plain ? Config() : class_and_config.child("config"));
    }
    if (const Factory find = finder()) return find(class_and_config);
    fail_unknown(what, name, builtin, Registered::instance().names());
  }

 private:
  Factory finder() const {
    const std::lock_guard lock(mutex_);
    return finder_;
  }

  mutable std::mutex mutex_;
  Factory finder_;
};

}  // namespace lamina
