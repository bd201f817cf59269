// Messages of the library that are not errors. The core never prints: the program decides.
#pragma once

#include <functional>
#include <string>

#include "lamina/export.hpp"

namespace lamina {

enum class Severity { information, warning };

using MessageHandler = std::function<void(Severity severity, const std::string& text)>;

/// Sets the receiver of all messages, which is called on the thread that a message concerns; what
/// it throws ends the call that the message came from. An empty handler, the default, drops them.
/// Returns the previous handler.
LAMINA_API MessageHandler set_message_handler(MessageHandler handler);

/// Tells the user of something to know and perhaps to correct.
LAMINA_API void warn(const std::string& text);
/// Tells the user something that was asked for.
LAMINA_API void say(const std::string& text);

}  // namespace lamina
