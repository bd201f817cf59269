#include "lamina/core/config.hpp"

#include <algorithm>
#include <cmath>

#include "core/check.hpp"
#include "core/json.hpp"

namespace lamina {

struct Config::Impl {
  Json json = Json::object();
};

namespace {

template <class Matches>
const Json& value_of(const Json& json, std::string_view key, const char* expected,
                     const Matches& matches) {
  const auto found = json.find(key);
  if (found == json.end()) {
    fail(ErrorKind::value, "option '", key, "' is missing; expected ", expected);
  }
  if (!matches(*found)) {
    fail(ErrorKind::type, "option '", key, "' must be ", expected, ", got ", shown(*found));
  }
  return *found;
}

bool is_integer(const Json& j) {
  return j.is_number_integer() &&
         !(j.is_number_unsigned() && j.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
}

}  // namespace

Config::Config() : impl_(std::make_unique<Impl>()) {}
Config::Config(const Config& other) : impl_(std::make_unique<Impl>(*other.impl_)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config other) noexcept {
  impl_ = std::move(other.impl_);
  return *this;
}
Config::~Config() = default;

Config Config::parse(std::string_view text) {
  // Deeper than any architecture; a bound, because the parser's consumers recurse.
  static constexpr int deepest = 200;
  Config config;
  config.impl_->json = parse_json(text, deepest, "a configuration");
  if (!config.impl_->json.is_object()) {
    fail(ErrorKind::type, "a configuration must be an object with named options, got ",
         shown(config.impl_->json));
  }
  return config;
}

std::string Config::dump() const { return dump_json(impl_->json); }

Config& Config::set(std::string_view key, std::nullptr_t) {
  impl_->json[std::string(key)] = nullptr;
  return *this;
}
Config& Config::set(std::string_view key, bool value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, std::int64_t value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, double value) {
  if (!std::isfinite(value)) {
    fail(ErrorKind::value, "option '", key, "' must be finite, got ", value);
  }
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, std::string_view value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, const Shape& value) {
  Json extents = Json::array();
  for (std::int64_t extent : value) {
    extents.push_back(extent == Shape::none ? Json(nullptr) : Json(extent));
  }
  impl_->json[std::string(key)] = std::move(extents);
  return *this;
}
Config& Config::set(std::string_view key, const std::vector<std::int64_t>& value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, const std::vector<std::vector<std::int64_t>>& value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, const std::vector<double>& value) {
  for (double item : value) set(key, item);  // refuses what is not finite
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, const std::vector<std::string>& value) {
  impl_->json[std::string(key)] = value;
  return *this;
}
Config& Config::set(std::string_view key, const Config& value) {
  impl_->json[std::string(key)] = value.impl_->json;
  return *this;
}
Config& Config::set(std::string_view key, const std::vector<Config>& value) {
  Json list = Json::array();
  for (const Config& item : value) list.push_back(item.impl_->json);
  impl_->json[std::string(key)] = std::move(list);
  return *this;
}
void Config::erase(std::string_view key) { impl_->json.erase(std::string(key)); }

bool Config::has(std::string_view key) const { return impl_->json.contains(key); }
bool Config::is_null(std::string_view key) const {
  const auto found = impl_->json.find(key);
  return found == impl_->json.end() || found->is_null();
}
bool Config::is_string(std::string_view key) const {
  const auto found = impl_->json.find(key);
  return found != impl_->json.end() && found->is_string();
}
std::vector<std::string> Config::keys() const {
  std::vector<std::string> result;
  for (const auto& item : impl_->json.items()) result.push_back(item.key());
  return result;
}

bool Config::boolean(std::string_view key) const {
  return value_of(impl_->json, key, "true or false", [](const Json& j) { return j.is_boolean(); })
      .get<bool>();
}
std::int64_t Config::integer(std::string_view key) const {
  return value_of(impl_->json, key, "an integer", is_integer).get<std::int64_t>();
}
double Config::number(std::string_view key) const {
  return value_of(impl_->json, key, "a number", [](const Json& j) { return j.is_number(); })
      .get<double>();
}
std::vector<std::int64_t> Config::integers(std::string_view key) const {
  const auto integers = [](const Json& j) {
    return is_integer(j) || (j.is_array() && std::all_of(j.begin(), j.end(), is_integer));
  };
  const Json& json = value_of(impl_->json, key, "an integer or a list of integers", integers);
  if (json.is_array()) return json.get<std::vector<std::int64_t>>();
  return {json.get<std::int64_t>()};
}
std::vector<std::vector<std::int64_t>> Config::integer_lists(std::string_view key) const {
  const auto integers = [](const Json& j) {
    return is_integer(j) || (j.is_array() && std::all_of(j.begin(), j.end(), is_integer));
  };
  const auto lists = [&](const Json& j) {
    return is_integer(j) || (j.is_array() && std::all_of(j.begin(), j.end(), integers));
  };
  const auto as_list = [](const Json& j) {
    return j.is_array() ? j.get<std::vector<std::int64_t>>()
                        : std::vector<std::int64_t>{j.get<std::int64_t>()};
  };
  const Json& json = value_of(impl_->json, key, "an integer or lists of integers", lists);
  if (!json.is_array()) return {as_list(json)};
  std::vector<std::vector<std::int64_t>> result;
  for (const Json& item : json) result.push_back(as_list(item));
  return result;
}
std::vector<double> Config::numbers(std::string_view key) const {
  const auto is_number = [](const Json& j) { return j.is_number(); };
  const auto numbers = [&](const Json& j) {
    return j.is_number() || (j.is_array() && std::all_of(j.begin(), j.end(), is_number));
  };
  const Json& json = value_of(impl_->json, key, "a number or a list of numbers", numbers);
  if (json.is_array()) return json.get<std::vector<double>>();
  return {json.get<double>()};
}
std::vector<std::string> Config::strings(std::string_view key) const {
  const auto strings = [](const Json& j) {
    return j.is_array() &&
           std::all_of(j.begin(), j.end(), [](const Json& item) { return item.is_string(); });
  };
  return value_of(impl_->json, key, "a list of strings", strings).get<std::vector<std::string>>();
}
std::string Config::string(std::string_view key) const {
  return value_of(impl_->json, key, "a string", [](const Json& j) { return j.is_string(); })
      .get<std::string>();
}
Shape Config::shape(std::string_view key) const {
  const auto extents = [](const Json& j) {
    if (!j.is_array() || j.size() > Shape::max_rank) return false;
    for (const Json& e : j) {
      if (!e.is_null() && !(e.is_number_integer() && e.get<std::int64_t>() >= 0)) return false;
    }
    return true;
  };
  Shape shape;
  for (const Json& extent :
       value_of(impl_->json, key, "a list of at most 8 extents, each an integer >= 0 or null",
                extents)) {
    shape.push_back(extent.is_null() ? Shape::none : extent.get<std::int64_t>());
  }
  return shape;
}
Config Config::child(std::string_view key) const {
  Config result;
  result.impl_->json = value_of(impl_->json, key, "an object with named options",
                                [](const Json& j) { return j.is_object(); });
  return result;
}
std::vector<Config> Config::children(std::string_view key) const {
  const auto objects = [](const Json& j) {
    return j.is_array() &&
           std::all_of(j.begin(), j.end(), [](const Json& item) { return item.is_object(); });
  };
  std::vector<Config> result;
  for (const Json& item : value_of(impl_->json, key, "a list of objects", objects)) {
    result.emplace_back().impl_->json = item;
  }
  return result;
}

Config::Kind Config::kind(std::string_view key) const {
  const auto found = impl_->json.find(key);
  if (found == impl_->json.end() || found->is_null()) return Kind::null;
  if (found->is_boolean()) return Kind::boolean;
  if (is_integer(*found)) return Kind::integer;
  if (found->is_number()) return Kind::number;
  if (found->is_string()) return Kind::string;
  return found->is_array() ? Kind::list : Kind::object;
}
std::vector<Config> Config::items(std::string_view key) const {
  std::vector<Config> result;
  for (const Json& item :
       value_of(impl_->json, key, "a list", [](const Json& j) { return j.is_array(); })) {
    result.emplace_back().impl_->json["value"] = item;
  }
  return result;
}

bool Config::operator==(const Config& other) const { return impl_->json == other.impl_->json; }

Config class_config(std::string_view name, const Config& config) {
  return Config().set("class_name", name).set("config", config);
}

}  // namespace lamina
