#include "tests/unit/broker-mock/support/iot_bench.hpp"

/// Things, thing groups, tags and endpoints.
namespace cartstorm::broker::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

/// The value of a text member.
std::string member(const std::string& answer, const std::string& key) {
  const std::size_t from = answer.find("\"" + key + "\":\"");
  if (from == std::string::npos) return {};
  const std::size_t begin = from + key.size() + 4;
  return answer.substr(begin, answer.find('"', begin) - begin);
}

class Registry : public IotBench {};

TEST_F(Registry, AThingIsMadeAndDescribed) {
  const std::string made = ask("POST", "/things/cart%3A1",
                               R"({"thingTypeName":"cart","attributePayload":{"attributes":)"
                               R"({"region":"eu","hardware_revision":"3"}}})");
  const std::string id = member(made, "thingId");
  EXPECT_THAT(id,
              MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_EQ(made, R"(200 {"thingName":"cart:1","thingArn":"arn:aws:iot:us-east-1:123456789012:)"
                  R"(thing/cart:1","thingId":")" +
                      id + "\"}");
  EXPECT_EQ(ask("GET", "/things/cart%3A1"),
            R"(200 {"defaultClientId":"cart:1","thingName":"cart:1","thingId":")" + id +
                R"(","thingArn":"arn:aws:iot:us-east-1:123456789012:thing/cart:1",)"
                R"("thingTypeName":"cart","attributes":{"hardware_revision":"3","region":"eu"},)"
                R"("version":1})");
  EXPECT_EQ(things.of(ThingId{0}).region, "eu");
  EXPECT_EQ(things.of(ThingId{0}).hardware_revision, 3U);
}

TEST_F(Registry, TheSameCallAgainIsNoErrorAndAnotherOneIs) {
  const std::string body = R"({"attributePayload":{"attributes":{"region":"eu"}}})";
  const std::string first = ask("POST", "/things/a", body);
  EXPECT_EQ(ask("POST", "/things/a", body), first);
  EXPECT_THAT(ask("POST", "/things/a", "{}"), StartsWith("409 ResourceAlreadyExistsException"));
}

TEST_F(Registry, AThingThatWasRegisteredOtherwiseHasARecordAsWell) {
  things.add({"cart-9", 2, "us", "retail", "standard", "board-c", -300});
  EXPECT_THAT(
      ask("GET", "/things/cart-9"),
      HasSubstr(R"("attributes":{"configuration":"board-c","hardware_revision":"2",)"
                R"("region":"us","tier":"standard","use":"retail","utc_offset_min":"-300"})"));
}

TEST_F(Registry, AThingThatOnlyConnectedIsNotRegistered) {
  const ThingId thing = things.meet("cart-9");
  EXPECT_THAT(ask("GET", "/things/cart-9"), StartsWith("404"));
  EXPECT_EQ(ask("GET", "/things"), R"(200 {"things":[]})");
  EXPECT_THAT(create("fw", "thing/cart-9"), StartsWith("404"));
  ask("POST", "/things/cart-9", "{}");
  EXPECT_TRUE(things.is_registered(thing));
  EXPECT_THAT(create("fw", "thing/cart-9"), StartsWith("200"));
}

TEST_F(Registry, UpdatesMergeOrReplaceAndCount) {
  ask("POST", "/things/a", R"({"attributePayload":{"attributes":{"x":"1","y":"2"}}})");
  EXPECT_EQ(ask("PATCH", "/things/a",
                R"({"attributePayload":{"attributes":{"y":"","region":"eu"},"merge":true}})"),
            "200 {}");
  EXPECT_THAT(ask("GET", "/things/a"),
              HasSubstr(R"("attributes":{"region":"eu","x":"1"},"version":2)"));
  EXPECT_EQ(ask("PATCH", "/things/a",
                R"({"expectedVersion":2,"attributePayload":{"attributes":{"z":"3"}}})"),
            "200 {}");
  EXPECT_THAT(ask("GET", "/things/a"), HasSubstr(R"("attributes":{"z":"3"},"version":3)"));
  EXPECT_EQ(things.of(ThingId{0}).region, "");
  EXPECT_EQ(ask("PATCH", "/things/a", R"({"expectedVersion":2})"),
            R"(409 VersionConflictException {"message":"Expected version 2 but found version 3"})");
}

TEST_F(Registry, ADeletedThingIsGoneAndANewOneOfItsNameHasAnotherId) {
  const std::string first = member(ask("POST", "/things/a", "{}"), "thingId");
  EXPECT_THAT(ask("DELETE", "/things/a?expectedVersion=2"), StartsWith("409 VersionConflict"));
  EXPECT_EQ(ask("DELETE", "/things/a?expectedVersion=1"), "200 {}");
  EXPECT_EQ(ask("DELETE", "/things/a"), "200 {}");
  EXPECT_THAT(ask("GET", "/things/a"), StartsWith("404"));
  const std::string second = member(ask("POST", "/things/a", "{}"), "thingId");
  EXPECT_NE(first, second);
  EXPECT_EQ(things.count(), 1U);
}

TEST_F(Registry, ThingsAreListedByPageAndByAttribute) {
  for (const auto* name : {"a", "b", "c"}) {
    ask("POST", fmt::format("/things/{}", name),
        fmt::format(R"({{"attributePayload":{{"attributes":{{"region":"eu-{}"}}}}}})", name));
  }
  ask("DELETE", "/things/b");
  EXPECT_EQ(ask("GET", "/things"),
            R"(200 {"things":[{"thingName":"a","thingArn":"arn:aws:iot:us-east-1:123456789012:)"
            R"(thing/a","attributes":{"region":"eu-a"},"version":1},{"thingName":"c","thingArn":)"
            R"("arn:aws:iot:us-east-1:123456789012:thing/c","attributes":{"region":"eu-c"},)"
            R"("version":1}]})");
  const std::string page = ask("GET", "/things?maxResults=1");
  EXPECT_THAT(page, HasSubstr(R"("thingName":"a")"));
  const std::string last =
      ask("GET", "/things?maxResults=1&nextToken=" + member(page, "nextToken"));
  EXPECT_THAT(last, AllOf(HasSubstr(R"("thingName":"c")"), Not(HasSubstr("nextToken"))));
  EXPECT_THAT(ask("GET", "/things?attributeName=region&attributeValue=eu-c"),
              AllOf(HasSubstr(R"("thingName":"c")"), Not(HasSubstr(R"("thingName":"a")"))));
  EXPECT_EQ(ask("GET", "/things?attributeName=region&attributeValue=eu"), R"(200 {"things":[]})");
  EXPECT_THAT(
      ask("GET", "/things?attributeName=region&attributeValue=eu&usePrefixAttributeValue=true"),
      HasSubstr(R"("thingName":"c")"));
  EXPECT_THAT(ask("GET", "/things?attributeValue=eu"), StartsWith("400"));
}

TEST_F(Registry, AttributesKeepTheirLimits) {
  EXPECT_THAT(ask("POST", "/things/a",
                  R"({"attributePayload":{"attributes":{"a":"1","b":"1","c":"1","d":"1"}}})"),
              StartsWith("400"));
  EXPECT_THAT(ask("POST", "/things/a",
                  R"({"thingTypeName":"t","attributePayload":{"attributes":)"
                  R"({"a":"1","b":"1","c":"1","d":"1"}}})"),
              StartsWith("200"));
  for (const std::string& attribute :
       {std::string{R"("a b":"1")"}, std::string{R"("a":"b c")"}, std::string{R"("a":1)"},
        "\"a\":\"" + std::string(801, 'x') + "\""}) {
    EXPECT_THAT(
        ask("POST", "/things/b", R"({"attributePayload":{"attributes":{)" + attribute + "}}}"),
        StartsWith("400 InvalidRequestException"));
  }
  EXPECT_THAT(ask("POST", "/things/a%20b", "{}"), StartsWith("400"));
  EXPECT_THAT(ask("POST", "/things/" + std::string(129, 'a'), "{}"), StartsWith("400"));
}

class Groups : public IotBench {
 protected:
  Groups() { carts(3); }
  std::string add(std::string_view group, std::string_view thing) {
    return ask("PUT", "/thing-groups/addThingToThingGroup",
               fmt::format(R"({{"thingGroupName":"{}","thingName":"{}"}})", group, thing));
  }
};

TEST_F(Groups, AreMadeAndDescribedWithTheirAncestors) {
  now = at(5);
  ask("POST", "/thing-groups/fleet", R"({"tags":[{"Key":"k","Value":"v"}]})");
  const std::string made = ask(
      "POST", "/thing-groups/leaf",
      R"({"parentGroupName":"fleet","thingGroupProperties":{"thingGroupDescription":"all carts",)"
      R"("attributePayload":{"attributes":{"owner":"qa"}}}})");
  const std::string id = member(made, "thingGroupId");
  EXPECT_EQ(made, R"(200 {"thingGroupName":"leaf","thingGroupArn":"arn:aws:iot:us-east-1:)"
                  R"(123456789012:thinggroup/leaf","thingGroupId":")" +
                      id + "\"}");
  EXPECT_EQ(ask("GET", "/thing-groups/leaf"),
            R"(200 {"thingGroupName":"leaf","thingGroupId":")" + id +
                R"(","thingGroupArn":"arn:aws:iot:us-east-1:123456789012:thinggroup/leaf",)"
                R"("version":1,"thingGroupProperties":{"thingGroupDescription":"all carts",)"
                R"("attributePayload":{"attributes":{"owner":"qa"}}},"thingGroupMetadata":{)"
                R"("parentGroupName":"fleet","rootToParentThingGroups":[{"groupName":"fleet",)"
                R"("groupArn":"arn:aws:iot:us-east-1:123456789012:thinggroup/fleet"}],)"
                R"("creationDate":1710072005}})");
  EXPECT_THAT(ask("POST", "/thing-groups/leaf", R"({"parentGroupName":"fleet"})"),
              StartsWith("409 ResourceAlreadyExistsException"));
  EXPECT_THAT(ask("POST", "/thing-groups/x", R"({"parentGroupName":"none"})"), StartsWith("400"));
}

TEST_F(Groups, AreUpdatedAndDeletedFromTheLeavesUp) {
  ask("POST", "/thing-groups/fleet", "{}");
  ask("POST", "/thing-groups/leaf", R"({"parentGroupName":"fleet"})");
  EXPECT_EQ(ask("PATCH", "/thing-groups/fleet",
                R"({"thingGroupProperties":{"thingGroupDescription":"x"},"expectedVersion":1})"),
            R"(200 {"version":2})");
  EXPECT_THAT(
      ask("PATCH", "/thing-groups/fleet", R"({"thingGroupProperties":{},"expectedVersion":1})"),
      StartsWith("409 VersionConflict"));
  EXPECT_THAT(ask("PATCH", "/thing-groups/fleet", "{}"), StartsWith("400"));
  EXPECT_THAT(ask("DELETE", "/thing-groups/fleet"), StartsWith("400 InvalidRequest"));
  EXPECT_EQ(ask("DELETE", "/thing-groups/leaf"), "200 {}");
  EXPECT_EQ(ask("DELETE", "/thing-groups/fleet"), "200 {}");
  EXPECT_EQ(ask("DELETE", "/thing-groups/fleet"), "200 {}");
  EXPECT_EQ(ask("GET", "/thing-groups"), R"(200 {"thingGroups":[]})");
}

TEST_F(Groups, ListTheirThingsWithThoseOfChildrenOrWithout) {
  ask("POST", "/thing-groups/fleet", "{}");
  ask("POST", "/thing-groups/leaf", R"({"parentGroupName":"fleet"})");
  EXPECT_EQ(add("fleet", "cart-2"), "200 {}");
  EXPECT_EQ(add("leaf", "cart-0"), "200 {}");
  EXPECT_EQ(add("leaf", "cart-0"), "200 {}");
  EXPECT_EQ(ask("GET", "/thing-groups/fleet/things"), R"(200 {"things":["cart-2"]})");
  EXPECT_EQ(ask("GET", "/thing-groups/fleet/things?recursive=true"),
            R"(200 {"things":["cart-0","cart-2"]})");
  const std::string page = ask("GET", "/thing-groups/fleet/things?recursive=true&maxResults=1");
  EXPECT_THAT(page, StartsWith(R"(200 {"things":["cart-0"],"nextToken":")"));
  EXPECT_EQ(ask("GET", "/thing-groups/fleet/things?recursive=true&maxResults=1&nextToken=" +
                           member(page, "nextToken")),
            R"(200 {"things":["cart-2"]})");
  EXPECT_EQ(ask("GET", "/things/cart-0/thing-groups"),
            R"(200 {"thingGroups":[{"groupName":"leaf","groupArn":)"
            R"("arn:aws:iot:us-east-1:123456789012:thinggroup/leaf"}]})");
  ask("PUT", "/thing-groups/removeThingFromThingGroup",
      R"({"thingGroupArn":"arn:aws:iot:us-east-1:123456789012:thinggroup/leaf",)"
      R"("thingArn":"arn:aws:iot:us-east-1:123456789012:thing/cart-0"})");
  EXPECT_EQ(ask("GET", "/thing-groups/leaf/things"), R"(200 {"things":[]})");
}

TEST_F(Groups, AreListedByParentAndPrefix) {
  ask("POST", "/thing-groups/a", "{}");
  ask("POST", "/thing-groups/ab", R"({"parentGroupName":"a"})");
  ask("POST", "/thing-groups/abc", R"({"parentGroupName":"ab"})");
  ask("POST", "/thing-groups/b", "{}");
  const auto names = [this](const std::string& query) {
    std::string answer = ask("GET", "/thing-groups" + query), all;
    for (std::size_t at = 0; (at = answer.find("groupName\":\"", at)) != std::string::npos;) {
      at += 12;
      all += answer.substr(at, answer.find('"', at) - at) + " ";
    }
    return all;
  };
  EXPECT_EQ(names(""), "a ab abc b ");
  EXPECT_EQ(names("?recursive=false"), "a b ");
  EXPECT_EQ(names("?parentGroup=a"), "ab abc ");
  EXPECT_EQ(names("?parentGroup=a&recursive=false"), "ab ");
  EXPECT_EQ(names("?namePrefixFilter=ab"), "ab abc ");
  EXPECT_EQ(names("?maxResults=2"), "a ab ");
  EXPECT_THAT(ask("GET", "/thing-groups?parentGroup=none"), StartsWith("404"));
}

TEST_F(Groups, KeepTheLimitsOfTheService) {
  ask("POST", "/thing-groups/d1", "{}");
  for (int i = 2; i <= 7; ++i) {
    EXPECT_THAT(ask("POST", fmt::format("/thing-groups/d{}", i),
                    fmt::format(R"({{"parentGroupName":"d{}"}})", i - 1)),
                StartsWith("200"));
  }
  EXPECT_THAT(ask("POST", "/thing-groups/d8", R"({"parentGroupName":"d7"})"),
              HasSubstr("at most 7 deep"));
  EXPECT_EQ(add("d7", "cart-0"), "200 {}");
  EXPECT_THAT(add("d2", "cart-0"), HasSubstr("thing group d7 of the same hierarchy"));
  for (int i = 0; i < 9; ++i) {
    ask("POST", fmt::format("/thing-groups/g{}", i), "{}");
    EXPECT_EQ(add(fmt::format("g{}", i), "cart-0"), "200 {}");
  }
  ask("POST", "/thing-groups/g9", "{}");
  EXPECT_THAT(add("g9", "cart-0"), HasSubstr("at most 10 thing groups"));
}

TEST_F(Groups, OfTheServiceDoNotCountForAThing) {
  for (int i = 0; i < 12; ++i) registry.adopt_group(fmt::format("s{}", i), {ThingId{0}}, now);
  ask("POST", "/thing-groups/g", "{}");
  EXPECT_EQ(add("g", "cart-0"), "200 {}");
}

TEST_F(Groups, MembershipNamesMustBeThereAndAgree) {
  ask("POST", "/thing-groups/g", "{}");
  const auto put = [this](const char* body) {
    return ask("PUT", "/thing-groups/addThingToThingGroup", body);
  };
  EXPECT_THAT(put("{}"), StartsWith("400"));
  EXPECT_THAT(put(R"({"thingGroupName":"g"})"), StartsWith("400"));
  EXPECT_THAT(put(R"({"thingGroupName":"g","thingName":"none"})"), StartsWith("404"));
  EXPECT_THAT(put(R"({"thingGroupName":"none","thingName":"cart-0"})"), StartsWith("404"));
  EXPECT_THAT(put(R"({"thingGroupName":"g","thingArn":"cart-0"})"), StartsWith("400"));
  EXPECT_THAT(put(R"({"thingGroupName":"g","thingName":"cart-0","thingArn":)"
                  R"("arn:aws:iot:us-east-1:123456789012:thing/cart-1"})"),
              StartsWith("400"));
}

TEST_F(Groups, CarryTagsAndThingsDoNot) {
  ask("POST", "/thing-groups/g", "{}");
  const std::string arn = R"("resourceArn":"arn:aws:iot:us-east-1:123456789012:thinggroup/g")";
  EXPECT_EQ(ask("POST", "/tags", "{" + arn + R"(,"tags":[{"Key":"b","Value":"2"},{"Key":"a"}]})"),
            "200 {}");
  const std::string listing = "/tags?resourceArn=arn:aws:iot:us-east-1:123456789012:thinggroup/g";
  EXPECT_EQ(ask("GET", listing),
            R"(200 {"tags":[{"Key":"a","Value":""},{"Key":"b","Value":"2"}]})");
  EXPECT_EQ(ask("POST", "/untag", "{" + arn + R"(,"tagKeys":["a"]})"), "200 {}");
  EXPECT_EQ(ask("GET", listing), R"(200 {"tags":[{"Key":"b","Value":"2"}]})");
  EXPECT_THAT(ask("GET", "/tags?resourceArn=arn:aws:iot:us-east-1:123456789012:thing/cart-0"),
              StartsWith("400"));
  EXPECT_THAT(ask("GET", "/tags?resourceArn=arn:aws:iot:us-east-1:123456789012:job/none"),
              StartsWith("404"));
  std::string many;
  for (int i = 0; i < 50; ++i) many += fmt::format(R"({}{{"Key":"k{}"}})", i == 0 ? "" : ",", i);
  EXPECT_THAT(ask("POST", "/tags", "{" + arn + R"(,"tags":[)" + many + "]}"),
              StartsWith("410 LimitExceededException"));
  ask("DELETE", "/thing-groups/g");
  ask("POST", "/thing-groups/g", "{}");
  EXPECT_EQ(ask("GET", listing), R"(200 {"tags":[]})");
}

class Endpoints : public IotBench {
 protected:
  Endpoints()
      : IotBench{[] {
          iot::ControlSettings settings;
          settings.data_endpoint = "cloud.lab:8443";
          settings.jobs_endpoint = "jobs.lab";
          return settings;
        }()} {}
};

TEST_F(Endpoints, AreNamedByTheirType) {
  EXPECT_EQ(ask("GET", "/endpoint?endpointType=iot%3AData-ATS"),
            R"(200 {"endpointAddress":"cloud.lab:8443"})");
  EXPECT_EQ(ask("GET", "/endpoint"), R"(200 {"endpointAddress":"cloud.lab:8443"})");
  EXPECT_EQ(ask("GET", "/endpoint?endpointType=iot:Jobs"), R"(200 {"endpointAddress":"jobs.lab"})");
  EXPECT_THAT(ask("GET", "/endpoint?endpointType=iot:Other"), StartsWith("400"));
}

TEST_F(Registry, TellsWhatItDid) {
  ask("POST", "/things/a", R"({"thingTypeName":"t"})");
  EXPECT_THAT(event_log.lines.at(0),
              MatchesRegex(R"(\$aws/events/thing/a/created \{"eventType":"THING_EVENT",)"
                           R"("eventId":"[0-9a-f-]{36}","timestamp":1710072000000,)"
                           R"("operation":"CREATED","accountId":"123456789012",)"
                           R"("thingId":"[0-9a-f-]{36}","thingName":"a","versionNumber":1,)"
                           R"("thingTypeName":"t","attributes":\{\}\})"));
  ask("PATCH", "/things/a", R"({"removeThingType":true})");
  ask("POST", "/thing-groups/g", "{}");
  ask("PUT", "/thing-groups/addThingToThingGroup", R"({"thingGroupName":"g","thingName":"a"})");
  ask("PATCH", "/thing-groups/g", R"({"thingGroupProperties":{}})");
  ask("DELETE", "/things/a");
  ask("DELETE", "/thing-groups/g");
  EXPECT_THAT(event_log.topics(),
              ElementsAre("thing/a/created", "thing/a/updated", "thingGroup/g/created",
                          "thingGroupMembership/thingGroup/g/thing/a/added", "thingGroup/g/updated",
                          "thingGroupMembership/thingGroup/g/thing/a/removed", "thing/a/deleted",
                          "thingGroup/g/deleted"));
}

}  // namespace
}  // namespace cartstorm::broker::test
