// One exception type for every refusal; its kind decides which Python exception it becomes.
#pragma once

#include <stdexcept>
#include <string>

#include "lamina/export.hpp"

namespace lamina {

enum class ErrorKind {
  value,   ///< a value or shape that does not fit        (ValueError)
  type,    ///< a dtype or class that does not fit        (TypeError)
  index,   ///< a position outside its range              (IndexError)
  io,      ///< a file that cannot be read or written     (OSError)
  state,   ///< a call at the wrong moment                (RuntimeError)
  memory,  ///< more memory than there is                 (MemoryError)
};

/// Says what came, what was expected and what to do.
class LAMINA_API Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

}  // namespace lamina
