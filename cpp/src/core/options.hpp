// Options structs to and from configurations by one description of their fields:
//   template <class Visitor> void describe(Visitor& visit, DenseOptions& o) {
//     visit("units", o.units); visit("activation", o.activation); ... }
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "core/check.hpp"
#include "lamina/core/config.hpp"

namespace lamina {

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;
template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;

/// Reads the fields that a configuration names, keeps the defaults of the others, and refuses names
/// that no field has, and null (None) for a field that needs a value.
class OptionReader {
 public:
  explicit OptionReader(const Config& config) : config_(config) {}

  template <class T>
  void operator()(const char* key, T& value) {
    known_.push_back(key);
    if (!config_.has(key)) return;
    if (!config_.is_null(key)) return read(key, value);
    if constexpr (requires { T::takes_null; } || is_list<T> || is_optional<T>) {
      value = T();
    } else {
      fail(ErrorKind::type, "option '", key, "' is None, which stands for no value here");
    }
  }
  /// A name the owner reads itself.
  void expect(const char* key) { known_.push_back(key); }

  void refuse_unknown(const std::string& owner) const {
    for (const std::string& key : config_.keys()) {
      bool found = false;
      std::string names;
      for (const char* known : known_) {
        found = found || key == known;
        names += (names.empty() ? "" : ", ") + std::string(known);
      }
      if (!found) {
        fail(ErrorKind::value, owner, " has no option '", key, "'; expected one of ", names);
      }
    }
  }

 private:
  void read(const char* key, bool& value) const { value = config_.boolean(key); }
  void read(const char* key, std::int64_t& value) const { value = config_.integer(key); }
  void read(const char* key, double& value) const { value = config_.number(key); }
  void read(const char* key, std::string& value) const { value = config_.string(key); }
  void read(const char* key, Shape& value) const { value = config_.shape(key); }
  void read(const char* key, Config& value) const { value = config_.child(key); }
  void read(const char* key, std::vector<std::int64_t>& value) const {
    value = config_.integers(key);
  }
  void read(const char* key, std::vector<double>& value) const { value = config_.numbers(key); }
  void read(const char* key, std::vector<std::string>& value) const {
    value = config_.strings(key);
  }
  // Value types of the floors above read themselves.
  template <class T>
  void read(const char* key, T& value) const {
    value = T::read(config_, key);
  }
  template <class T>
  void read(const char* key, std::optional<T>& value) const {
    read(key, value.emplace());
  }

  const Config& config_;
  std::vector<const char*> known_;
};

class OptionWriter {
 public:
  explicit OptionWriter(Config& config) : config_(config) {}

  template <class T>
  void operator()(const char* key, const T& value) {
    if constexpr (requires { value.write(config_, key); }) {
      value.write(config_, key);
    } else {
      config_.set(key, value);
    }
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) {
      (*this)(key, *value);
    } else {
      config_.set(key, nullptr);
    }
  }

 private:
  Config& config_;
};

/// A value error that names owner, option, value and range unless `holds`.
template <class T>
void require(bool holds, const std::string& owner, const char* option, const T& got,
             const char* expected) {
  if (!holds) {
    fail(ErrorKind::value, owner, " needs ", option, " ", expected, ", got ", option, "=", got);
  }
}

}  // namespace lamina
