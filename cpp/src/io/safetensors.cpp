#include "io/safetensors.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "core/check.hpp"
#include "core/json.hpp"
#include "io/checksum.hpp"
#include "io/foreign_files.hpp"
#include "io/safetensors_parser.hpp"

namespace lamina {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are stored little-endian, as they lie in memory");

// The format's own limit on the header.
constexpr std::uint64_t largest_header = 100'000'000;
constexpr std::uint64_t length_bytes = 8;
constexpr std::size_t alignment = 8;

constexpr const char* checksum_key = "lamina_checksum";
constexpr std::string_view checksum_kind = "xxh64:";
constexpr std::size_t checksum_digits = 16;

std::span<const std::byte> bytes_of(const Tensor& tensor) {
  return {static_cast<const std::byte*>(tensor.data()),
          static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype())};
}

std::string hexadecimal(std::uint64_t number) {
  char digits[checksum_digits + 1];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(number));
  return digits;
}

// Of what a header says: the metadata's names and values in the names' order, each tensor's name,
// dtype and extents in the order of their data, the tensors' checksums. Each text ends with a NUL.
std::uint64_t header_checksum(const Metadata& metadata,
                              const std::vector<SafetensorsEntry>& entries,
                              const std::vector<std::uint64_t>& checksums) {
  std::string text;
  const auto add = [&](std::string_view part) { text.append(part).push_back('\0'); };
  for (const auto& [key, value] : metadata) {
    add(key);
    add(value);
  }
  for (const SafetensorsEntry& entry : entries) {
    add(entry.name);
    add(safetensors_name(entry.dtype));
    for (const std::int64_t extent : entry.shape) add(std::to_string(extent));
  }
  for (const std::uint64_t checksum : checksums) add(hexadecimal(checksum));
  return xxh64(std::as_bytes(std::span(text)));
}

// The numbers of the metadata's "checksum": the header's, then each tensor's.
std::vector<std::uint64_t> read_checksums(std::string_view text, std::size_t tensors,
                                          const std::string& origin) {
  std::vector<std::uint64_t> checksums;
  const bool known = text.starts_with(checksum_kind);
  if (known) text.remove_prefix(checksum_kind.size());
  if (!known || text.size() != (tensors + 1) * checksum_digits ||
      text.find_first_not_of("0123456789abcdef") != text.npos) {
    damaged(origin, "its checksums are not those of lamina");
  }
  checksums.reserve(tensors + 1);
  const char* const digits = text.data();
  for (std::size_t at = 0; at < text.size(); at += checksum_digits) {
    std::from_chars(digits + at, digits + at + checksum_digits, checksums.emplace_back(), 16);
  }
  return checksums;
}

// Reads the header's length; a file that cannot be ours is named by what it is.
std::uint64_t read_length(InputFile& file) {
  const auto begun = file.read(0, std::min<std::uint64_t>(file.size(), recognizable_bytes));
  std::uint64_t length = 0;
  if (begun.size() > length_bytes) std::memcpy(&length, begun.data(), length_bytes);
  // No known format begins like a header: a number below 2^27, in 8 bytes, and a brace.
  const bool ours = begun.size() > length_bytes && begun[length_bytes] == std::byte{'{'};
  if (ours && length <= file.size() - length_bytes && length <= largest_header) return length;
  if (const auto format = foreign_format(begun); format && !(ours && length <= largest_header)) {
    fail(ErrorKind::value, file.origin(), " is ", *format,
         ". lamina reads the .lamina files that its models' save writes; weights of other ",
         "programs can be given to a model's set_weights");
  }
  if (ours && length > largest_header && length <= file.size() - length_bytes) {
    damaged(file.origin(), concat("its header has ", length, " bytes, more than the ",
                                  largest_header, " that the format allows"));
  }
  if (ours && length <= largest_header) {
    damaged(file.origin(),
            concat("it is cut within its header: ", length, " bytes of header are announced, ",
                   file.size() - length_bytes, " are there"));
  }
  fail(ErrorKind::value, file.origin(),
       " is no .lamina file, or was cut or overwritten: it does not begin with the header of one");
}

}  // namespace

std::string to_safetensors(const Metadata& metadata,
                           std::vector<std::pair<std::string, Tensor>> tensors) {
  // A copy of what lies on another device; making it raises the faults of what ran there.
  for (auto& [name, tensor] : tensors) tensor = tensor.detach().to(Device());
  std::vector<SafetensorsEntry> entries;
  std::vector<std::uint64_t> checksums;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : tensors) {
    const auto bytes = bytes_of(tensor);
    entries.push_back({name, tensor.dtype(), tensor.shape(), offset, offset + bytes.size()});
    checksums.push_back(xxh64(bytes));
    offset += bytes.size();
  }
  std::string digits(checksum_kind);
  digits += hexadecimal(header_checksum(metadata, entries, checksums));
  for (const std::uint64_t checksum : checksums) digits += hexadecimal(checksum);

  Json described = Json::object();
  append(described, checksum_key, std::move(digits));
  for (const auto& [key, value] : metadata) append(described, key, value);
  Json header = Json::object();
  append(header, "__metadata__", std::move(described));
  for (const SafetensorsEntry& entry : entries) {
    Json shape = Json::array();
    for (const std::int64_t extent : entry.shape) {
      shape.push_back(static_cast<std::uint64_t>(extent));
    }
    append(header, entry.name,
           {{"dtype", safetensors_name(entry.dtype)},
            {"shape", std::move(shape)},
            {"data_offsets", {entry.begin, entry.end}}});
  }
  std::string text = dump_json(header);
  // Spaces after the header keep the tensors aligned.
  text.append((alignment - text.size() % alignment) % alignment, ' ');
  const std::uint64_t length = text.size();
  if (length > largest_header) {
    fail(ErrorKind::value, "the model's description and its tensors' names take ", length,
         " bytes, a file holds at most ", largest_header,
         " of them; large constants belong into weights, not into arguments of layers");
  }
  std::string file;
  file.reserve(length_bytes + text.size() + offset);
  file.append(reinterpret_cast<const char*>(&length), length_bytes);
  file += text;
  for (const auto& [name, tensor] : tensors) {
    const auto bytes = bytes_of(tensor);
    file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }
  return file;
}

SafetensorsHeader read_safetensors_header(InputFile& file) {
  const std::string& origin = file.origin();
  const std::uint64_t length = read_length(file);
  SafetensorsHeader header{};
  header.length = length_bytes + length;
  const auto text = file.read(length_bytes, length);
  parse_safetensors_header({reinterpret_cast<const char*>(text.data()), text.size()}, origin,
                           header);

  auto& entries = header.entries;
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t next = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != next) {
      damaged(origin, concat("tensor '", shortened(entry.name), "' begins at byte ", entry.begin,
                             " of the data, expected at ", next, ", where the one before it ends"));
    }
    next = entry.end;
  }
  const std::uint64_t size = file.size() - header.length;
  if (size < next) {
    damaged(origin, concat("it is cut: its tensors have ", next, " bytes, ", size, " are there"));
  }
  if (size > next) damaged(origin, concat(size - next, " bytes at its end belong to no tensor"));

  if (auto found = header.metadata.extract(checksum_key)) {
    auto checksums = read_checksums(found.mapped(), entries.size(), origin);
    header.checksums.assign(checksums.begin() + 1, checksums.end());
    if (header_checksum(header.metadata, entries, header.checksums) != checksums.front()) {
      damaged(origin, "its header does not match its checksum");
    }
  }
  return header;
}

Tensor read_safetensors_tensor(InputFile& file, const SafetensorsHeader& header,
                               std::size_t index) {
  const SafetensorsEntry& entry = header.entries[index];
  const auto bytes = file.read(header.length + entry.begin, entry.end - entry.begin);
  if (!header.checksums.empty() && xxh64(bytes) != header.checksums[index]) {
    damaged(file.origin(),
            "the data of tensor '" + shortened(entry.name) + "' does not match its checksum");
  }
  return Tensor::copy_of(bytes.data(), bytes.size() / size_of(entry.dtype), entry.shape,
                         entry.dtype, Device());
}

}  // namespace lamina
