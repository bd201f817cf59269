// The safetensors container: an 8-byte little-endian header length, a JSON header naming each
// tensor's dtype, shape and byte range, then the bytes. Reading allocates no more than the file
// holds and executes nothing. https://github.com/huggingface/safetensors (format)
//
// lamina adds checksums under the metadata key "lamina_checksum": "xxh64:", then 16 hexadecimal
// digits for the header and for each tensor in the order of their data. The header's checksum is
// over its content, not its text: `header_checksum` in safetensors.cpp lists what is included.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/input_file.hpp"
#include "lamina/core/tensor.hpp"

namespace lamina {

using Metadata = std::map<std::string, std::string>;

/// The file's content, with checksums.
std::string to_safetensors(const Metadata& metadata,
                           std::vector<std::pair<std::string, Tensor>> tensors);

/// A tensor's place in a file.
struct SafetensorsEntry {
  std::string name;
  Dtype dtype;
  Shape shape;
  std::uint64_t begin, end;  // bytes of the data
};

/// The header of a safetensors file, read and checked against the file's size before any data is.
struct SafetensorsHeader {
  Metadata metadata;                      // without the checksums
  std::vector<SafetensorsEntry> entries;  // in the order of their data
  std::uint64_t length;                   // in bytes, with the 8 before it
  /// Each entry's; none if the file has no checksums, as those of other programs and older ones.
  std::vector<std::uint64_t> checksums;
};

/// A value error says what is wrong with which file; it names the format of a foreign file.
SafetensorsHeader read_safetensors_header(InputFile& file);

/// The tensor of the entry of that index. A value error if its data does not match its checksum.
Tensor read_safetensors_tensor(InputFile& file, const SafetensorsHeader& header, std::size_t index);

}  // namespace lamina
