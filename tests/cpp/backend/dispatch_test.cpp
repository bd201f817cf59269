#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

#if defined(__x86_64__)
/// The flags that the kernel lists for the first processor.
std::set<std::string> processor_flags() {
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    return {std::istream_iterator<std::string>(words), {}};
  }
  return {};
}

TEST(DispatchTest, TheProcessorsFlagsSayWhichTargetsThereAre) {
  // Each level of x86-64 with flags that only it adds, as in the psABI.
  const std::set<std::string> flags = processor_flags();
  std::vector<std::string> expected;
  if (flags.contains("avx512f") && flags.contains("avx512vl")) expected.emplace_back("x86-64-v4");
  if (flags.contains("avx2") && flags.contains("fma")) expected.emplace_back("x86-64-v3");
  if (flags.contains("sse4_2") && flags.contains("popcnt")) expected.emplace_back("x86-64-v2");
  expected.emplace_back("generic");
  const auto targets = available_targets();
  EXPECT_EQ(std::vector<std::string>(targets.begin(), targets.end()), expected);
}
#endif

TEST(DispatchTest, ATargetsVectorsAreAsWideAsItsRegisters) {
  const std::map<std::string, int> bytes = {
      {"x86-64-v4", 64}, {"x86-64-v3", 32}, {"x86-64-v2", 16}, {"neon", 16}, {"generic", 16}};
  for (const std::string name : available_targets()) {
    EXPECT_EQ(kernels_of(name).vector_bytes, bytes.at(name)) << name;
  }
}

TEST(DispatchTest, UnknownTargetIsRefusedWithTheKnownOnes) {
  try {
    kernels_of("x86-64-v9");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::value);
    EXPECT_NE(std::string(error.what()).find("x86-64-v9"), std::string::npos);
    for (const char* name : available_targets()) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos);
    }
  }
}

TEST(DispatchTest, EnvironmentForcesATarget) {
  const std::string_view forced = forced_target();
  EXPECT_EQ(instruction_set(), forced.empty() ? available_targets()[0] : forced);
}

TEST(DispatchTest, OnlyTheProcessorHasABackend) {
  const float x = 2;
  float y = 0;
  backend_for({}).unary({Dtype::float32, UnaryOp::square, 1, &x, &y});
  EXPECT_EQ(y, 4);
  try {
    backend_for({DeviceType::cuda, 0});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("cuda"), std::string::npos);
  }
}

}  // namespace
}  // namespace lamina::cpu
