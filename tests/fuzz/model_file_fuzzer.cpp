// Whatever bytes are loaded as a model: a model, or lamina::Error; nothing else may leave, no
// memory beyond a few times the file's size be taken, and no sanitizer may complain. With Clang:
//
//   export CXX=clang++ CXXFLAGS=-fsanitize=fuzzer-no-link,address,undefined
//   cmake -S . -B build/fuzz -DLAMINA_BUILD_TESTS=ON -DLAMINA_FUZZ=ON
//   cmake --build build/fuzz --target model_file_fuzzer
//   build/fuzz/tests/model_file_fuzzer FOLDER tests/fuzz/corpus tests/golden
//
// Files without checksums are the better seeds: a checksum hides the readers behind it.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "lamina/lamina.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    lamina::load_model(std::as_bytes(std::span(data, size)));
  } catch (const lamina::Error&) {
  }
  try {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    lamina::Config::parse(lamina::Config::parse(text).dump());
  } catch (const lamina::Error&) {
  }
  return 0;
}
