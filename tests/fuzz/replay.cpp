// In place of libFuzzer, for any compiler:
//
//   model_file_fuzzer [-mutations=N] FILE_OR_FOLDER...
//
// runs the target on each file, and on N mutations of each, the same at every run.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

// One to four edits, most of them within a header of JSON.
std::string mutated(std::string bytes, std::mt19937& random) {
  static constexpr char letters[] = R"({}[]",:0919-eE.\tfn)";
  const std::size_t before = bytes.size();
  for (unsigned edits = 1 + random() % 4; edits > 0 && !bytes.empty(); --edits) {
    const std::size_t at = random() % bytes.size(), length = 1 + random() % 20;
    switch (random() % 4) {
      case 0: bytes[at] = static_cast<char>(random()); break;
      case 1: bytes[at] = letters[random() % (sizeof letters - 1)]; break;
      case 2: bytes.erase(at, length); break;
      default: bytes.insert(at, bytes.substr(random() % bytes.size(), length));
    }
  }
  std::uint64_t header = 0;
  if (random() % 4 != 0 && bytes.size() > sizeof header) {  // the announced length follows
    std::memcpy(&header, bytes.data(), sizeof header);
    header += bytes.size() - before;
    std::memcpy(bytes.data(), &header, sizeof header);
  }
  return bytes;
}

}  // namespace

int main(int count, char** arguments) {
  int mutations = 0, runs = 0;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument.starts_with("-mutations=")) {
      mutations = std::atoi(argument.c_str() + argument.find('=') + 1);
      continue;
    }
    std::vector<std::filesystem::path> paths{argument};
    if (std::filesystem::is_directory(argument)) {
      paths.assign(std::filesystem::directory_iterator(argument), {});
    }
    for (const auto& path : paths) {
      std::ifstream file(path, std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      run(bytes);
      ++runs;
      std::mt19937 random(1);
      for (int k = 0; k < mutations; ++k, ++runs) run(mutated(bytes, random));
    }
  }
  std::cout << runs << " inputs\n";
  return runs > 0 ? 0 : 1;
}
