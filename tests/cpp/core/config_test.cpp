#include "lamina/core/config.hpp"

#include <gtest/gtest.h>

#include "support/gradient_check.hpp"

namespace lamina {
namespace {

using test::error_of;

std::string refusal(const std::string& text) {
  return error_of(ErrorKind::value, [&] { Config::parse(text); });
}

TEST(Config, TextComesBackAsItWas) {
  const std::string text =
      R"({"z":1,"a":[null,true,-2,18446744073709551615,0.1,1e+300,[],{}],"é":"\"\\\u0001é😀","b":{"y":1,"x":2}})";
  EXPECT_EQ(Config::parse(text).dump(), text);
  EXPECT_EQ(Config::parse(" { \"a\" : [ 1 , 2 ] } \n").dump(), R"({"a":[1,2]})");
  EXPECT_EQ(Config::parse(R"({"z":1,"a":2})").keys(), (std::vector<std::string>{"z", "a"}));
}

TEST(Config, DepthIsLimited) {
  const auto nested = [](int levels) {
    std::string text = R"({"x":)";
    for (int i = 1; i < levels; ++i) text += "[";
    for (int i = 1; i < levels; ++i) text += "]";
    return text + "}";
  };
  Config::parse(nested(200));
  EXPECT_NE(refusal(nested(201)).find("nests more than 200 levels"), std::string::npos);
}

TEST(Config, WhatIsNoJsonIsRefused) {
  EXPECT_NE(refusal(R"({"a":{"b":1,"c":2,"b":3}})").find("names 'b' twice"), std::string::npos);
  EXPECT_NE(refusal(std::string("{}\0x", 4)).find("NUL"), std::string::npos);
  for (const char* text :
       {"", "{", "{}}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":NaN}", "{\"a\":1e999}",
        "{\"a\":01}", "{\"a\":'b'}", "{\"\xff\":1}", "{\"a\":\"\\ud800\"}", "{/**/}"}) {
    EXPECT_NE(refusal(text).find("not valid JSON"), std::string::npos) << text;
  }
  for (const char* text : {"[]", "1", "null", "\"a\""}) {
    EXPECT_NE(error_of(ErrorKind::type, [&] { Config::parse(text); }).find("must be an object"),
              std::string::npos);
  }
}

TEST(Config, MessagesAreShort) {
  Config config;
  config.set("list", std::vector<std::int64_t>(100'000, 7));
  config.set("text", std::string(150, 'x') + std::string("ééééééééééééééééééééééééééééééééééé"));
  const auto message = [&](const char* key) {
    return error_of(ErrorKind::type, [&] { config.integer(key); });
  };
  EXPECT_LT(message("list").size(), 300U);
  EXPECT_NE(message("list").find("[7,7,"), std::string::npos);
  EXPECT_NE(message("list").find("(200001 bytes)"), std::string::npos);
  EXPECT_NE(message("text").find("é..."), std::string::npos);  // whole letters
  config.set("broken", std::string("\xff"));
  EXPECT_NE(message("broken").find("must be an integer"), std::string::npos);
  EXPECT_NE(error_of(ErrorKind::value, [&] { config.dump(); }).find("not UTF-8"),
            std::string::npos);
}

}  // namespace
}  // namespace lamina
