// The safetensors container: an 8-byte little-endian header length, a JSON header naming each
// tensor's dtype, shape and byte range, then the bytes. Reading allocates no more than the file
// holds and executes nothing. https://github.com/huggingface/safetensors (format)
#pragma once

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lamina/core/tensor.hpp"

namespace lamina {

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::vector<std::pair<std::string, Tensor>> tensors;
};

std::string to_safetensors(const Safetensors& content);

/// `origin` names the file in messages. Every byte must be accounted for.
Safetensors from_safetensors(std::span<const std::byte> file, const std::string& origin);

}  // namespace lamina
