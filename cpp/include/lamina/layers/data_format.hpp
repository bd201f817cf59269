// Where the channels of an image, a sequence or a volume stand.
#pragma once

#include <string>
#include <string_view>

#include "lamina/core/config.hpp"
#include "lamina/export.hpp"

namespace lamina {

/// A small value, implicit from "channels_last" (the default: the axis after the spatial ones, as
/// lamina computes) or "channels_first" (the axis after the batch's).
class LAMINA_API DataFormat {
 public:
  static constexpr bool takes_null = true;  // None is the default

  DataFormat() = default;
  DataFormat(const char* name) : DataFormat(std::string(name)) {}
  DataFormat(const std::string& name);
  static DataFormat read(const Config& options, std::string_view key);
  void write(Config& options, std::string_view key) const;

  bool channels_first() const noexcept { return channels_first_; }
  const char* name() const noexcept { return channels_first_ ? "channels_first" : "channels_last"; }

 private:
  bool channels_first_ = false;
};

}  // namespace lamina
