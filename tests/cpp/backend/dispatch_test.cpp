#include <cstdlib>

#include "backend/kernel_testing.hpp"

namespace lamina::cpu {
namespace {

TEST(DispatchTest, TargetsAreFoundByName) {
  ASSERT_FALSE(available_targets().empty());
  for (const char* name : available_targets()) EXPECT_STREQ(kernels_of(name).name, name);
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
  const char* forced = std::getenv("LAMINA_ISA");
  EXPECT_STREQ(instruction_set(), forced ? forced : available_targets()[0]);
}

TEST(DispatchTest, OnlyTheProcessorHasABackend) {
  EXPECT_NO_THROW(backend_for({}));
  EXPECT_THROW(backend_for({DeviceType::cuda, 0}), Error);
}

}  // namespace
}  // namespace lamina::cpu
