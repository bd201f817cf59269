#include "io/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/check.hpp"
#include "core/json.hpp"

namespace lamina {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensors are stored little-endian, as they lie in memory");

// The format's own limit on the header.
constexpr std::uint64_t largest_header = 100'000'000;
constexpr std::size_t alignment = 8;

struct Name {
  Dtype dtype;
  const char* name;
};
constexpr std::array<Name, 6> dtype_names{{{Dtype::float32, "F32"},
                                           {Dtype::float64, "F64"},
                                           {Dtype::int32, "I32"},
                                           {Dtype::int64, "I64"},
                                           {Dtype::uint8, "U8"},
                                           {Dtype::boolean, "BOOL"}}};

[[noreturn]] void damaged(const std::string& origin, const std::string& why) {
  fail(ErrorKind::value, origin, " is not a whole safetensors file: ", why);
}

struct Entry {
  std::string name;
  Dtype dtype;
  Shape shape;
  std::uint64_t begin, end;
};

Entry read_entry(const std::string& origin, const std::string& name, const Json& json) {
  const auto require_that = [&](bool holds, const char* what) {
    if (!holds) damaged(origin, "tensor '" + name + "' has " + what);
  };
  require_that(json.is_object() && json.size() == 3 && json.contains("dtype") &&
                   json.contains("shape") && json.contains("data_offsets"),
               "other fields than dtype, shape and data_offsets");
  const Json& dtype_json = json["dtype"];
  const Json& shape = json["shape"];
  const Json& offsets = json["data_offsets"];
  require_that(dtype_json.is_string(), "a dtype that is no string");
  const auto* dtype = std::find_if(dtype_names.begin(), dtype_names.end(), [&](const Name& row) {
    return dtype_json.get<std::string>() == row.name;
  });
  require_that(dtype != dtype_names.end(), "a dtype lamina does not know");
  require_that(shape.is_array() && shape.size() <= Shape::max_rank, "a malformed shape");
  require_that(offsets.is_array() && offsets.size() == 2 && offsets[0].is_number_unsigned() &&
                   offsets[1].is_number_unsigned(),
               "malformed data_offsets");
  Entry entry{
      name, dtype->dtype, {}, offsets[0].get<std::uint64_t>(), offsets[1].get<std::uint64_t>()};
  std::uint64_t bytes = size_of(entry.dtype);
  for (const Json& extent : shape) {
    require_that(extent.is_number_unsigned() && extent.get<std::uint64_t>() <= INT64_MAX,
                 "a malformed shape");
    entry.shape.push_back(extent.get<std::int64_t>());
    require_that(!__builtin_mul_overflow(bytes, extent.get<std::uint64_t>(), &bytes),
                 "a shape too large for any file");
  }
  require_that(entry.begin <= entry.end && entry.end - entry.begin == bytes,
               "data_offsets that do not fit its shape");
  return entry;
}

}  // namespace

std::string to_safetensors(const Safetensors& content) {
  Json header = Json::object();
  for (const auto& [key, value] : content.metadata) header["__metadata__"][key] = value;
  std::uint64_t offset = 0;
  for (const auto& [name, tensor] : content.tensors) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.size()) * size_of(tensor.dtype());
    Json shape = Json::array();
    for (std::int64_t extent : tensor.shape()) shape.push_back(static_cast<std::uint64_t>(extent));
    const auto* dtype = std::find_if(dtype_names.begin(), dtype_names.end(),
                                     [&](const Name& row) { return row.dtype == tensor.dtype(); });
    header[name] = {
        {"dtype", dtype->name}, {"shape", shape}, {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  }
  std::string text = header.dump();
  // Spaces after the header keep the tensors aligned.
  text.append((alignment - text.size() % alignment) % alignment, ' ');
  const std::uint64_t length = text.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  file.reserve(file.size() + text.size() + offset);
  file += text;
  for (const auto& [name, tensor] : content.tensors) {
    file.append(static_cast<const char*>(tensor.data()),
                static_cast<std::size_t>(tensor.size()) * size_of(tensor.dtype()));
  }
  return file;
}

Safetensors from_safetensors(std::span<const std::byte> file, const std::string& origin) {
  std::uint64_t length = 0;
  if (file.size() < sizeof length) damaged(origin, "it ends within its first 8 bytes");
  std::memcpy(&length, file.data(), sizeof length);
  if (length > largest_header || length > file.size() - sizeof length) {
    damaged(origin, "its header claims " + std::to_string(length) + " bytes, the file has " +
                        std::to_string(file.size() - sizeof length) + " left");
  }
  const auto* text = reinterpret_cast<const char*>(file.data()) + sizeof length;
  Json header;
  try {
    header = Json::parse(text, text + length, [&](int depth, Json::parse_event_t, Json&) {
      if (depth > 8) damaged(origin, "its header nests too deep");
      return true;
    });
  } catch (const Json::exception& error) {
    damaged(origin, std::string("its header is not JSON: ") + error.what());
  }
  if (!header.is_object()) damaged(origin, "its header is no JSON object");

  Safetensors content;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.items()) {
    if (name != "__metadata__") {
      entries.push_back(read_entry(origin, name, value));
      continue;
    }
    if (!value.is_object()) damaged(origin, "its __metadata__ is no object");
    for (const auto& [key, entry] : value.items()) {
      if (!entry.is_string()) damaged(origin, "its __metadata__ holds more than strings");
      content.metadata[key] = entry.get<std::string>();
    }
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.begin < b.begin; });
  const std::span<const std::byte> data = file.subspan(sizeof length + length);
  std::uint64_t next = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != next || entry.end > data.size()) {
      damaged(origin, "tensor '" + entry.name + "' lies at bytes " + std::to_string(entry.begin) +
                          " to " + std::to_string(entry.end) + ", expected from " +
                          std::to_string(next) + " within " + std::to_string(data.size()));
    }
    next = entry.end;
    content.tensors.emplace_back(
        entry.name,
        Tensor::copy_of(data.data() + entry.begin, (entry.end - entry.begin) / size_of(entry.dtype),
                        entry.shape, entry.dtype));
  }
  if (next != data.size()) {
    damaged(origin, std::to_string(data.size() - next) + " bytes belong to no tensor");
  }
  return content;
}

}  // namespace lamina
