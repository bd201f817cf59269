// A configuration: named options of a layer, loss, optimizer ..., as stored in a model file (JSON).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lamina/core/shape.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// An ordered set of named values: null, bool, integer, number, string, shape, or further
/// configurations. Reading a missing key, or another type, is an error that names the key.
class LAMINA_API Config {
 public:
  Config();
  Config(const Config&);
  Config(Config&&) noexcept;
  Config& operator=(Config) noexcept;
  ~Config();

  /// From JSON text; a value error that says where it is malformed.
  static Config parse(std::string_view json);
  std::string dump() const;

  Config& set(std::string_view key, std::nullptr_t);
  Config& set(std::string_view key, bool value);
  Config& set(std::string_view key, std::int64_t value);
  Config& set(std::string_view key, int value) { return set(key, std::int64_t{value}); }
  Config& set(std::string_view key, double value);
  Config& set(std::string_view key, std::string_view value);
  Config& set(std::string_view key, const char* value) { return set(key, std::string_view(value)); }
  Config& set(std::string_view key, const std::string& value) {
    return set(key, std::string_view(value));
  }
  Config& set(std::string_view key, const Shape& value);
  Config& set(std::string_view key, const std::vector<std::int64_t>& value);
  Config& set(std::string_view key, const std::vector<std::vector<std::int64_t>>& value);
  Config& set(std::string_view key, const std::vector<double>& value);
  Config& set(std::string_view key, const std::vector<std::string>& value);
  Config& set(std::string_view key, const Config& value);
  Config& set(std::string_view key, const std::vector<Config>& value);
  void erase(std::string_view key);

  bool has(std::string_view key) const;      ///< present, though perhaps null
  bool is_null(std::string_view key) const;  ///< absent or null
  bool is_string(std::string_view key) const;
  std::vector<std::string> keys() const;

  bool boolean(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  double number(std::string_view key) const;
  std::string string(std::string_view key) const;
  Shape shape(std::string_view key) const;
  /// A list, or a single one.
  std::vector<std::int64_t> integers(std::string_view key) const;
  /// A list of such lists; an integer among them, or alone, is a list of one.
  std::vector<std::vector<std::int64_t>> integer_lists(std::string_view key) const;
  std::vector<double> numbers(std::string_view key) const;
  std::vector<std::string> strings(std::string_view key) const;
  Config child(std::string_view key) const;
  std::vector<Config> children(std::string_view key) const;

  // Values whose kind the reader does not know beforehand.
  enum class Kind : std::uint8_t { null, boolean, integer, number, string, list, object };
  Kind kind(std::string_view key) const;  ///< null also when absent
  /// The elements of a list, each as {"value": element}.
  std::vector<Config> items(std::string_view key) const;

  bool operator==(const Config& other) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// {"class_name": name, "config": config}, the form in which configurations nest.
LAMINA_API Config class_config(std::string_view name, const Config& config);

}  // namespace lamina
