#include "broker-mock/base/json_scan.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace cartstorm::broker {
namespace {

TEST(JsonScan, WalksMembersInOrder) {
  ObjectScan scan{" { \"a\" : \"x\" , \"b\":12,\"c\":[1,{\"d\":[]}],\"e\":true } "};
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.key(), "a");
  EXPECT_EQ(scan.text(), "x");
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.key(), "b");
  EXPECT_EQ(scan.value().kind, JsonKind::integer);
  EXPECT_EQ(scan.value().integer, 12);
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.value().kind, JsonKind::array);
  EXPECT_EQ(scan.value().raw, "[1,{\"d\":[]}]");
  ASSERT_TRUE(scan.next());
  EXPECT_TRUE(scan.value().boolean);
  EXPECT_FALSE(scan.next());
  EXPECT_TRUE(scan.is_valid());
}

TEST(JsonScan, ResolvesEscapesInKeysAndValues) {
  ObjectScan scan{R"({"\u0076ersion":"a\"\\\/\b\f\n\r\t\u20ac\ud83d\ude00"})"};
  ASSERT_TRUE(scan.next());
  EXPECT_EQ(scan.key(), "version");
  EXPECT_EQ(scan.text(), "a\"\\/\b\f\n\r\t\xe2\x82\xac\xf0\x9f\x98\x80");
}

TEST(JsonScan, IntegersEndWhereDoublesLoseThem) {
  const auto kind = [](const std::string& number) {
    const std::string text = "{\"n\":" + number + "}";
    ObjectScan scan{text};
    return scan.next() ? scan.value().kind : JsonKind::null;
  };
  EXPECT_EQ(kind("9007199254740991"), JsonKind::integer);
  EXPECT_EQ(kind("-9007199254740991"), JsonKind::integer);
  EXPECT_EQ(kind("9007199254740992"), JsonKind::real);
  EXPECT_EQ(kind("99999999999999999999999"), JsonKind::real);
  EXPECT_EQ(kind("1.0"), JsonKind::real);
  EXPECT_EQ(kind("1e3"), JsonKind::real);
  EXPECT_EQ(kind("01"), JsonKind::null);
  EXPECT_EQ(kind("-"), JsonKind::null);
}

TEST(JsonScan, RefusesWhatIsNotOneObject) {
  for (const char* text :
       {"", "{", "}", "[]", "1", "{}x", "{\"a\":1,}", "{,}", "{\"a\" 1}", "{a:1}", "{\"a\":}",
        "{\"a\":1 \"b\":2}", "{\"a\":\"\n\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\xc0\xaf\"}", "{\"a\":\"\xed\xa0\x80\"}", "{\"a\":tru}", "{\"a\":.5}"}) {
    EXPECT_FALSE(is_json_object(text)) << text;
  }
}

TEST(JsonScan, DeepNestingIsRefusedNotFollowed) {
  const auto nested = [](int depth) {
    std::string text = "{\"a\":";
    for (int i = 0; i < depth; ++i) text += "[";
    for (int i = 0; i < depth; ++i) text += "]";
    return text + "}";
  };
  EXPECT_TRUE(is_json_object(nested(31)));
  EXPECT_FALSE(is_json_object(nested(32)));
  EXPECT_FALSE(is_json_object(nested(1'000'000)));
}

TEST(JsonScan, ArraysAreWalkedToo) {
  ArrayScan scan{R"([ "a" , "b" ])"};
  std::vector<std::string> seen;
  while (scan.next()) seen.emplace_back(scan.text());
  EXPECT_TRUE(scan.is_valid());
  EXPECT_THAT(seen, ::testing::ElementsAre("a", "b"));
  ArrayScan broken{R"(["a",])"};
  while (broken.next()) {
  }
  EXPECT_FALSE(broken.is_valid());
}

/// A well-kept parser as the second opinion, on texts that are nearly right.
RC_GTEST_PROP(JsonScan, AgreesWithBoostOnMutatedPayloads, ()) {
  const std::vector<std::string> originals{
      R"({"version":"1.8.0","slot":"a","state":"idle","secver":3,"anchors":["6b1f0c2ad9e35587"]})",
      R"({"status":"FAILED","statusDetails":{"reason":"expired"},"expectedVersion":-1.5e+2})",
      "{\"t\":\"\xe2\x82\xac\\u20ac\\ud83d\\ude00\",\"n\":null,\"b\":[true,false]}"};
  std::string text = *rc::gen::elementOf(originals);
  const auto mutations = *rc::gen::inRange(1, 4);
  for (int i = 0; i < mutations; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const char byte = static_cast<char>(*rc::gen::oneOf(
        rc::gen::elementOf(std::string{"{}[]\",:\\u0019eE+-.tfn \n"}), rc::gen::arbitrary<char>()));
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.insert(at, 1, byte);
        break;
      default:
        text.erase(at, 1);
    }
    if (text.empty()) break;
  }
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(text, error);
  RC_ASSERT(is_json_object(text) == (!error && parsed.is_object()));
}

}  // namespace
}  // namespace cartstorm::broker
