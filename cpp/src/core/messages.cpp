#include "lamina/core/messages.hpp"

#include <mutex>
#include <utility>

namespace lamina {
namespace {

struct Receiver {
  std::mutex mutex;
  MessageHandler handler;
};

// Never destroyed: a thread may speak while the program ends.
Receiver& receiver() {
  static auto* const one = new Receiver;
  return *one;
}

// The handler runs outside the lock, so that it may speak itself.
void send(Severity severity, const std::string& text) {
  MessageHandler handler;
  {
    const std::lock_guard lock(receiver().mutex);
    handler = receiver().handler;
  }
  if (handler) handler(severity, text);
}

}  // namespace

MessageHandler set_message_handler(MessageHandler handler) {
  const std::lock_guard lock(receiver().mutex);
  return std::exchange(receiver().handler, std::move(handler));
}

void warn(const std::string& text) { send(Severity::warning, text); }
void say(const std::string& text) { send(Severity::information, text); }

}  // namespace lamina
