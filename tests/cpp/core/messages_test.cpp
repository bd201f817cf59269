#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "lamina/core/messages.hpp"

namespace lamina {
namespace {

TEST(Messages, GoToTheHandlerOrNowhere) {
  std::vector<std::pair<Severity, std::string>> heard;
  const MessageHandler before = set_message_handler(
      [&](Severity severity, const std::string& text) { heard.emplace_back(severity, text); });
  EXPECT_FALSE(before);
  warn("a");
  say("b");
  EXPECT_EQ(heard, (decltype(heard){{Severity::warning, "a"}, {Severity::information, "b"}}));
  EXPECT_TRUE(set_message_handler({}));
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  warn("c");
  EXPECT_EQ(heard.size(), 2U);
  EXPECT_EQ(testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr(), "");
}

TEST(Messages, WhatAHandlerThrowsReachesTheCaller) {
  set_message_handler([](Severity, const std::string&) { throw std::runtime_error("enough"); });
  EXPECT_THROW(warn("a"), std::runtime_error);
  set_message_handler({});
}

}  // namespace
}  // namespace lamina
