#include "device-model/src/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace ota::test {
namespace {

using Verdict = JsonReader::Verdict;

Verdict verdict_of(std::string_view text) {
  JsonReader json;
  return json.parse(text);
}

TEST(JsonReader, ReadsMembersOfNestedObjects) {
  JsonReader json;
  ASSERT_EQ(json.parse(R"( {"a":{"b":"x","n":12},"list":[1,{"b":"no"}],"c":"y"} )"), Verdict::ok);
  const int a = json.object(JsonReader::root, "a");
  std::string_view text;
  std::uint64_t number = 0;
  EXPECT_TRUE(json.string(a, "b", text));
  EXPECT_EQ(text, "x");
  EXPECT_TRUE(json.number(a, "n", number));
  EXPECT_EQ(number, 12u);
  EXPECT_TRUE(json.string(JsonReader::root, "c", text));
  EXPECT_EQ(text, "y");
  EXPECT_FALSE(json.string(JsonReader::root, "b", text));
  EXPECT_TRUE(json.is_sound());
}

TEST(JsonReader, RefusesWhatIsNotOneWellFormedObject) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "}",
                           "[]",
                           "1",
                           "\"a\"",
                           "{}{}",
                           "{},",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\" 1}",
                           "{\"a\":1,}",
                           "{,\"a\":1}",
                           "{\"a\":1 \"b\":2}",
                           "{\"a\":1,,\"b\":2}",
                           "{\"a\"::1}",
                           "{a:1}",
                           "{1:1}",
                           "{\"a\":tru}",
                           "{\"a\":nul}",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":1e}",
                           "{\"a\":-}",
                           "{\"a\":[1 2]}",
                           "{\"a\":[1,]}",
                           "{\"a\":[,1]}",
                           "{\"a\":1}x",
                           "x{\"a\":1}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\u12g4\"}",
                           "{\"a\":{}",
                           "{\"a\":[}",
                           "{\"a\":\"b\":1}",
                           "{{}}",
                           "{[]}",
                           "{\"a\",\"b\"}"}) {
    EXPECT_EQ(verdict_of(text), Verdict::malformed) << text;
  }
}

TEST(JsonReader, AcceptsEveryKindOfValueAndWhiteSpace) {
  EXPECT_EQ(verdict_of("{}"), Verdict::ok);
  EXPECT_EQ(verdict_of("\r\n\t {\"a\" : -1.5e+3 , \"b\" : [ true , false , null , [ ] , { } ] } "),
            Verdict::ok);
}

TEST(JsonReader, RefusesControlCharactersAndWhatIsNotUtf8) {
  EXPECT_EQ(verdict_of("{\"a\":\"\n\"}"), Verdict::malformed);
  EXPECT_EQ(verdict_of(std::string_view("{\"a\":\"\0\"}", 9)), Verdict::malformed);
  for (const char* text : {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3",
                           "\xe2\x82", "\xff", "\xf0\x80\x80\x80"}) {
    EXPECT_EQ(verdict_of("{\"a\":\"" + std::string{text} + "\"}"), Verdict::malformed);
  }
  EXPECT_EQ(verdict_of("{\"a\":\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x97\"}"), Verdict::ok);
}

TEST(JsonReader, ADuplicateCountsOnlyWhereItIsAskedFor) {
  JsonReader json;
  std::string_view text;
  ASSERT_EQ(json.parse(R"({"x":1,"x":2,"a":"b"})"), Verdict::ok);
  EXPECT_TRUE(json.string(JsonReader::root, "a", text));
  EXPECT_TRUE(json.is_sound());
  std::uint64_t number = 0;
  json.number(JsonReader::root, "x", number);
  EXPECT_FALSE(json.is_sound());
}

TEST(JsonReader, AWrongTypeIsUnsound) {
  JsonReader json;
  std::string_view text;
  ASSERT_EQ(json.parse(R"({"a":1})"), Verdict::ok);
  EXPECT_FALSE(json.string(JsonReader::root, "a", text));
  EXPECT_FALSE(json.is_sound());
}

TEST(JsonReader, NumbersAreWholeAndAtMost2To53) {
  JsonReader json;
  std::uint64_t number = 0;
  ASSERT_EQ(json.parse(R"({"a":9007199254740991})"), Verdict::ok);
  EXPECT_TRUE(json.number(JsonReader::root, "a", number));
  EXPECT_EQ(number, 9007199254740991u);
  for (const char* text :
       {R"({"a":9007199254740992})", R"({"a":-1})", R"({"a":1.5})", R"({"a":1e3})", R"({"a":true})",
        R"({"a":99999999999999999999999999})"}) {
    ASSERT_EQ(json.parse(text), Verdict::ok);
    EXPECT_FALSE(json.number(JsonReader::root, "a", number)) << text;
    EXPECT_FALSE(json.is_sound());
  }
}

TEST(JsonReader, ZeroIsANumberAndZeroOneIsNone) {
  for (const char* text : {R"({"a":0})", R"({"a":-0})", R"({"a":0.5})", R"({"a":0e1})"}) {
    EXPECT_EQ(verdict_of(text), Verdict::ok) << text;
  }
  EXPECT_EQ(verdict_of(R"({"a":01})"), Verdict::malformed);
}

TEST(JsonReader, MoreTokensOrTextThanFitIsTooLarge) {
  std::string many = "{\"a\":[";
  for (int i = 0; i < 200; ++i) {
    many += "1,";
  }
  EXPECT_EQ(verdict_of(many + "1]}"), Verdict::too_large);
  EXPECT_EQ(verdict_of("{\"a\":\"" + std::string(17'000, 'x') + "\"}"), Verdict::too_large);
  const std::string fits = "{\"a\":\"" + std::string(16 * 1024 - 8, 'x') + "\"}";
  EXPECT_EQ(verdict_of(fits), Verdict::ok);
  EXPECT_EQ(verdict_of(fits + " "), Verdict::too_large);
  EXPECT_EQ(verdict_of(std::string(5000, '{')), Verdict::malformed);
  EXPECT_EQ(verdict_of("{\"a\":" + std::string(5000, '[')), Verdict::too_large);
}

TEST(JsonReader, EveryTruncationIsRefused) {
  const std::string whole = R"({"a":{"b":"x\u0041","n":12},"l":[1,true,null],"c":"y"})";
  ASSERT_EQ(verdict_of(whole), Verdict::ok);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(verdict_of(whole.substr(0, size)), Verdict::malformed) << size;
  }
}

RC_GTEST_PROP(JsonReader, SurvivesAnyBytes, (const std::string& text)) {
  JsonReader json;
  std::string_view out;
  if (json.parse(text) == Verdict::ok) {
    json.string(JsonReader::root, "a", out);
  }
}

RC_GTEST_PROP(JsonReader, SurvivesAnyDamageOfAMessage, ()) {
  std::string text = R"({"a":{"b":"x\u0041","n":12},"l":[1,true,null],"c":"y"})";
  const int changes = *rc::gen::inRange(1, 6);
  for (int i = 0; i < changes; ++i) {
    text[*rc::gen::inRange<std::size_t>(0, text.size())] =
        *rc::gen::elementOf(std::string{"{}[]\",:\\u0at1 "});
  }
  JsonReader json;
  std::string_view out;
  if (json.parse(text) == Verdict::ok) {
    json.string(json.object(JsonReader::root, "a"), "b", out);
    json.string(JsonReader::root, "c", out);
  }
}

TEST(UnescapeJson, ReplacesEscapesOfAscii) {
  char out[16];
  const auto text = [&](std::string_view in) {
    return std::string{out, unescape_json(in, out, sizeof out)};
  };
  EXPECT_EQ(text("a\\/b"), "a/b");
  EXPECT_EQ(text("x\\u0026y=\\u003D"), "x&y==");
  EXPECT_EQ(text("\\\"\\\\"), "\"\\");
  EXPECT_EQ(text("\\u00e9"), "");
  EXPECT_EQ(text("\\u0000"), "");
  EXPECT_EQ(text("12345678901234567"), "");
  EXPECT_EQ(unescape_json("1\\/3", nullptr, 3), 3u);
  EXPECT_EQ(unescape_json("1\\/34", nullptr, 3), 0u);
}

}  // namespace
}  // namespace ota::test
