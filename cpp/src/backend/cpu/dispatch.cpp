#include "backend/cpu/dispatch.hpp"

#include <array>
#include <cstdlib>
#include <string>

#include "core/check.hpp"

namespace lamina::cpu {

#if defined(__x86_64__)
extern const KernelTable kernel_table_x86_64_v2;
extern const KernelTable kernel_table_x86_64_v3;
extern const KernelTable kernel_table_x86_64_v4;
#elif defined(__aarch64__)
extern const KernelTable kernel_table_neon;
#elif !defined(LAMINA_GENERIC_KERNELS)
#define LAMINA_GENERIC_KERNELS
#endif
#if defined(LAMINA_GENERIC_KERNELS)
extern const KernelTable kernel_table_generic;
#endif

namespace {

struct Target {
  const KernelTable* table;
  bool (*is_supported)();
};

// Best first.
constexpr Target targets[] = {
#if defined(__x86_64__)
    {&kernel_table_x86_64_v4,
     [] {
       return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma") &&
              __builtin_cpu_supports("bmi2");
     }},
    {&kernel_table_x86_64_v3,
     [] {
       return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
              __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
     }},
    {&kernel_table_x86_64_v2,
     [] { return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt"); }},
#elif defined(__aarch64__)
    {&kernel_table_neon, [] { return true; }},
#endif
#if defined(LAMINA_GENERIC_KERNELS)  // elsewhere than on an unknown machine, in the tests' build
                                     // only
    {&kernel_table_generic, [] { return true; }},
#endif
};

struct Available {
  std::array<const KernelTable*, std::size(targets)> tables;
  std::array<const char*, std::size(targets)> names;
  std::size_t count = 0;
};

const Available& available() {
  static const Available found = [] {
    Available result;
    for (const Target& target : targets) {
      if (!target.is_supported()) continue;
      result.tables[result.count] = target.table;
      result.names[result.count] = target.table->name;
      ++result.count;
    }
    return result;
  }();
  return found;
}

const KernelTable& chosen() {
  if (const char* name = std::getenv("LAMINA_ISA"); name != nullptr && *name != '\0') {
    return kernels_of(name);
  }
  if (available().count == 0) {
    fail(ErrorKind::state, "lamina needs a processor with at least the instruction set ",
         targets[std::size(targets) - 1].table->name);
  }
  return *available().tables[0];
}

}  // namespace

std::span<const char* const> available_targets() {
  return {available().names.data(), available().count};
}

const KernelTable& kernels_of(std::string_view name) {
  std::string known;
  for (std::size_t i = 0; i < available().count; ++i) {
    if (name == available().names[i]) return *available().tables[i];
    known += (i == 0 ? "" : ", ") + std::string(available().names[i]);
  }
  fail(ErrorKind::value, "no kernels for the instruction set '", name,
       "' ($LAMINA_ISA): this machine can run ", known);
}

const KernelTable& kernels() {
  static const KernelTable& table = chosen();
  return table;
}

const char* instruction_set() { return kernels().name; }

}  // namespace lamina::cpu
