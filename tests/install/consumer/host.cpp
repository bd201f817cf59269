// Loads a plug-in, runs it and unloads it, some times over; nothing of lamina may stay in the
// process.
#include <dlfcn.h>

#include <cstdio>
#include <fstream>
#include <string>

static bool is_loaded(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(name) != std::string::npos) return true;
  }
  return false;
}

int main(int, char** argv) {
  const std::string path =
      std::string(argv[0]).substr(0, std::string(argv[0]).rfind('/')) + "/plugin.so";
  for (int i = 0; i < 3; ++i) {
    void* plugin = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (plugin == nullptr) return std::printf("%s\n", dlerror()), 1;
    const auto run = reinterpret_cast<int (*)()>(dlsym(plugin, "run"));
    if (run == nullptr || run() != 0) return std::printf("the plug-in failed\n"), 1;
    dlclose(plugin);
    if (is_loaded("plugin.so") || is_loaded("liblamina")) {
      return std::printf("lamina stayed after dlclose\n"), 1;
    }
  }
  return 0;
}
