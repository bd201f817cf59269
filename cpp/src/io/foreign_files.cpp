#include "io/foreign_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "core/check.hpp"

namespace lamina {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  const char* name;
};

// Each begins a format's own specification.
constexpr Signature signatures[] = {
    {0, "\x89HDF\r\n\x1a\n"sv, "an HDF5 file, as Keras writes .h5"},
    {0, "\x93NUMPY"sv, "a NumPy .npy file"},
    {0, "\x1f\x8b"sv, "a gzip archive; unpack it first"},
    {0, "BZh"sv, "a bzip2 archive; unpack it first"},
    {0,
     "\xfd"
     "7zXZ"sv,
     "an xz archive; unpack it first"},
    {0, "\x28\xb5\x2f\xfd"sv, "a Zstandard archive; unpack it first"},
    {0, "version https://git-lfs"sv, "a Git LFS pointer; `git lfs pull` fetches the file itself"},
    {0, "GGUF"sv, "a GGUF file"},
    {4, "TFL3"sv, "a TensorFlow Lite file"},
    {257, "ustar"sv, "a tar archive; unpack it first"},
};

constexpr std::string_view zip_entry = "PK\x03\x04"sv;

// A zip file begins with an entry's header, whose name stands at byte 30. The first name tells
// whose archive it is.
std::string zip_format(std::string_view beginning) {
  const std::string_view name = beginning.substr(std::min<std::size_t>(30, beginning.size()));
  if (name.starts_with("metadata.json") || name.starts_with("config.json")) {
    return "a Keras .keras file";
  }
  if (name.substr(0, 64).find("data.pkl") != name.npos) return "a PyTorch .pt file";
  if (name.substr(0, 64).find(".npy") != name.npos) return "a NumPy .npz file";
  return "a zip archive";
}

bool is_text(std::string_view beginning) {
  return std::all_of(beginning.begin(), beginning.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= ' ' || c == '\n' || c == '\r' || c == '\t';
  });
}

std::string lowercase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

std::optional<std::string> foreign_format(std::span<const std::byte> bytes) {
  const std::string_view beginning(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (beginning.empty()) return "an empty file";
  if (beginning.starts_with(zip_entry)) return zip_format(beginning);
  for (const Signature& signature : signatures) {
    if (beginning.size() > signature.at &&
        beginning.substr(signature.at).starts_with(signature.bytes)) {
      return signature.name;
    }
  }
  // PROTO, 2 to 5, and the opcodes that may follow: FRAME, or what begins a value.
  if (beginning.size() > 2 && beginning[0] == '\x80' && beginning[1] >= 2 && beginning[1] <= 5) {
    return "a Python pickle, as PyTorch's older .pt files are";
  }
  // ONNX is a protocol buffer: field 1, its version, a small number, then field 2, who made it.
  if (beginning.size() > 2 && beginning[0] == 8 && beginning[1] > 0 && beginning[1] < 32 &&
      beginning[2] == 0x12) {
    return "an ONNX file";
  }
  const std::string begun = lowercase(std::string(beginning.substr(0, 16)));
  if (begun.starts_with("<!doctype html") || begun.starts_with("<html")) {
    return "an HTML page, perhaps of a download that failed";
  }
  if (is_text(beginning)) return "a text file";
  return std::nullopt;
}

void refuse_foreign_suffix(const std::string& path) {
  static constexpr std::pair<std::string_view, const char*> foreign[] = {
      {".h5", "Keras and HDF5"}, {".hdf5", "HDF5"},  {".keras", "Keras"},   {".pt", "PyTorch"},
      {".pth", "PyTorch"},       {".onnx", "ONNX"},  {".tflite", "TFLite"}, {".npz", "NumPy"},
      {".npy", "NumPy"},         {".pkl", "pickle"}, {".pickle", "pickle"}, {".gguf", "GGUF"},
      {".zip", "zip"},           {".json", "JSON"}};
  const std::filesystem::path given(path);
  const std::string suffix = lowercase(given.extension().string());
  for (const auto& [known, owner] : foreign) {
    if (suffix != known) continue;
    fail(ErrorKind::value, "'", path, "' has the suffix of ", owner,
         "; lamina writes its own format, so call the file '",
         std::filesystem::path(given).replace_extension(".lamina").string(), "'");
  }
}

}  // namespace lamina
