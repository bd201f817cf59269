// nlohmann/json, private to the core: no public header includes it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace lamina {

/// Keys keep their order, so that a file reads as it was written. Looking a key up is linear: what
/// comes from outside is parsed and written by the functions below, never key by key.
using Json = nlohmann::ordered_json;

/// The value of `text`, in time linear in its length. A value error that begins with `what` refuses
/// other text, more than `deepest` levels, and an object that names a value twice.
Json parse_json(std::string_view text, int deepest, const std::string& what);

/// Sends the events of JSON text to `receiver`, as nlohmann's sax_parse does; `not_json` says why
/// it is none.
template <class Receiver>
void parse_events(std::string_view text, Receiver& receiver) {
  // The parser would take a NUL for the end of the text.
  if (text.find('\0') != text.npos) receiver.not_json("it has a NUL character");
  Json::sax_parse(text, &receiver);
}

/// JSON text of a value; a value error if a string in it is not UTF-8.
std::string dump_json(const Json& json);

/// Adds a value to an object that has none of that name.
void append(Json& object, std::string name, Json value);

/// Text for a message: cut to `most` bytes.
std::string shortened(std::string text, std::size_t most = 200);

/// A value as text for a message.
std::string shown(const Json& json);

}  // namespace lamina
