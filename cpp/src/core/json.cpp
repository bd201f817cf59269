#include "core/json.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace lamina {
namespace {

// A parser's events make values from the inside out. nlohmann's own builder looks every key up
// among those before it, and its filtering parser goes through a parent at the end of each child.
class Builder {
 public:
  Builder(int deepest, const std::string& what) : deepest_(deepest), what_(what) {}

  Json take() { return std::move(root_); }

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool string(std::string& value) { return add(std::move(value)); }
  bool binary(Json::binary_t&) { return false; }  // not in JSON
  bool start_object(std::size_t) { return open(); }
  bool key(std::string& name) {
    levels_.back().names.push_back(std::move(name));
    return true;
  }
  bool end_object() {
    Level level = close();
    refuse_twins(level.names);
    Json::object_t object;
    object.reserve(level.names.size());
    for (std::size_t i = 0; i < level.names.size(); ++i) {
      object.Container::emplace_back(std::move(level.names[i]), std::move(level.values[i]));
    }
    return add(std::move(object));
  }
  bool start_array(std::size_t) { return open(); }
  bool end_array() { return add(close().values); }
  bool parse_error(std::size_t, const std::string&, const Json::exception& error) {
    not_json(error.what());
  }
  [[noreturn]] void not_json(const std::string& why) const {
    fail(ErrorKind::value, what_, " is not valid JSON: ", shortened(why));
  }

 private:
  struct Level {
    std::vector<std::string> names;  // of an object's values
    Json::array_t values;
  };

  bool open() {
    if (levels_.size() == static_cast<std::size_t>(deepest_)) {
      fail(ErrorKind::value, what_, " nests more than ", deepest_, " levels");
    }
    levels_.emplace_back();
    return true;
  }
  Level close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return level;
  }
  bool add(Json value) {
    (levels_.empty() ? root_ : levels_.back().values.emplace_back()) = std::move(value);
    return true;
  }
  // Readers disagree about which of two equal names counts.
  void refuse_twins(const std::vector<std::string>& names) const {
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
    if (twin == sorted.end()) return;
    fail(ErrorKind::value, what_, " names '", shortened(std::string(*twin)), "' twice");
  }

  int deepest_;
  const std::string& what_;
  Json root_;
  std::vector<Level> levels_;
};

}  // namespace

Json parse_json(std::string_view text, int deepest, const std::string& what) {
  Builder builder(deepest, what);
  parse_events(text, builder);
  return builder.take();
}

std::string dump_json(const Json& json) {
  try {
    return json.dump();
  } catch (const Json::type_error& error) {
    fail(ErrorKind::value,
         "a configuration holds text that is not UTF-8: ", shortened(error.what()));
  }
}

void append(Json& object, std::string name, Json value) {
  object.get_ref<Json::object_t&>().Container::emplace_back(std::move(name), std::move(value));
}

std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  const std::size_t whole = text.size();
  std::size_t end = most;
  while ((static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // within a UTF-8 letter
  text.resize(end);
  return text + "... (" + std::to_string(whole) + " bytes)";
}

std::string shown(const Json& json) {
  return shortened(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace lamina
