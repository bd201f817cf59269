// What the library has to say that is no error. The core never prints: a program decides.
#pragma once

#include <functional>
#include <string>

#include "lamina/export.hpp"

namespace lamina {

enum class Severity { information, warning };

using MessageHandler = std::function<void(Severity severity, const std::string& text)>;

/// Receives every message from now on, on the thread that it concerns; what it throws ends the call
/// that the message came from. An empty handler, as at the start, drops them. Returns the handler
/// before it.
LAMINA_API MessageHandler set_message_handler(MessageHandler handler);

/// Something that the user should know and may want to mend.
LAMINA_API void warn(const std::string& text);
/// Something that the user asked to be told.
LAMINA_API void say(const std::string& text);

}  // namespace lamina
