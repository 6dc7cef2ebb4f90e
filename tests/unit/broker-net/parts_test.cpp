#include <gmock/gmock.h>

#include "broker-mock/net/chaos.hpp"
#include "broker-mock/net/database.hpp"
#include "broker-mock/net/http_text.hpp"
#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/packet_chaos.hpp"
#include "broker-mock/net/request_record.hpp"
#include "broker-mock/net/rollout_request.hpp"
#include "broker-mock/net/secrets.hpp"
#include "tests/unit/broker-net/support/temporary_folder.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HttpText, WritesDatesAsRfc9110Does) {
  EXPECT_EQ(http_date({784'111'777'000}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(http_date({0}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date({1'709'164'799'999}), "Wed, 28 Feb 2024 23:59:59 GMT");
}

TEST(HttpText, FramesAnswers) {
  http::Response response;
  response.body = "12345";
  EXPECT_THAT(head_of(response, {}, {0}), HasSubstr("Content-Length: 5\r\n"));
  EXPECT_EQ(body_size(response, {}), 5U);
  EXPECT_EQ(body_size(response, {false, true, true, false}), 0U) << "HEAD";
  EXPECT_THAT(head_of(response, {false, true, true, false}, {0}),
              HasSubstr("Content-Length: 5\r\n"));
  response.status = 304;
  EXPECT_EQ(body_size(response, {}), 0U);
  response.status = 204;
  EXPECT_THAT(head_of(response, {}, {0}), Not(HasSubstr("Content-Length")));
  response.status = 200;
  response.announced_size = 99;
  EXPECT_THAT(head_of(response, {}, {0}), HasSubstr("Content-Length: 99\r\n"));
  EXPECT_EQ(body_size(response, {}), 5U) << "a lie that a scripted fault tells";
  EXPECT_THAT(head_of(response, {false, false, false, false}, {0}),
              HasSubstr("Connection: close\r\n"));
}

TEST(Durations, AreWholeNumbersWithAUnit) {
  EXPECT_EQ(parse_duration_ms("90s"), 90'000);
  EXPECT_EQ(parse_duration_ms("7d"), 604'800'000);
  for (const char* bad : {"", "s", "90", "1.5h", "-1h", "1w", "99999999999999999d", "1h ", " 1h"}) {
    EXPECT_EQ(parse_duration_ms(bad), std::nullopt) << bad;
  }
}

TEST(ChaosSettings, AreReadAndShownAlike) {
  const std::string text =
      R"({"mqtt":{"latency_ms":200,"refuses":true},"packets":{"lost_puback":10},)"
      R"("control":{"unavailable":3},"data":{"throttled":4},)"
      R"("s3":{"slow_down":100,"kept_per_mille":0,"wrong_length":7,"length_error":-5},)"
      R"("certificate":"expired","backlog":5})";
  Chaos chaos;
  ASSERT_EQ(read_chaos(text, chaos), "");
  EXPECT_EQ(show_chaos(chaos), text);
  EXPECT_EQ(show_chaos({}), "{}");
  EXPECT_THAT(read_chaos(R"({"backlog":70000})", chaos), HasSubstr("backlog"));
  EXPECT_THAT(read_chaos(R"({"s3":{"slow_down":true}})", chaos), HasSubstr("s3.slow_down"));
  EXPECT_THAT(read_chaos(R"({"s3":7})", chaos), HasSubstr("s3: expected an object"));
  EXPECT_THAT(read_chaos(R"({"s3":{"kept_per_mille":1000}})", chaos),
              HasSubstr("s3.kept_per_mille: expected a whole number from 0 to 999"));
  EXPECT_THAT(read_chaos(R"({"mqtt":{"bytes_per_second":1e3}})", chaos), HasSubstr("whole number"));
  EXPECT_THAT(read_chaos(R"({"packet":{}})", chaos), HasSubstr("did you mean packets?"));
}

TEST(PacketDice, StrikesTheRightPacketsAtTheRate) {
  const std::string puback{"\x40\x02\x00\x01", 4};
  const std::string topic = "$aws/things/c/jobs/notify-next";
  std::string notify{"\x30"};
  notify += static_cast<char>(topic.size() + 4);
  notify += std::string{"\x00", 1} + static_cast<char>(topic.size()) + topic + "{}";
  PacketDice dice{7};
  PacketChaos chaos;
  chaos.lost_puback = 250;
  chaos.late_notify = 1000;
  int lost = 0;
  for (int i = 0; i < 10'000; ++i) lost += dice.cast(chaos, puback) == PacketFate::lost ? 1 : 0;
  EXPECT_NEAR(lost, 2500, 250);  // more than five standard deviations
  EXPECT_EQ(dice.cast(chaos, notify), PacketFate::late);
  EXPECT_EQ(dice.cast(chaos, std::string{"\xd0\x00", 2}), PacketFate::sent);
  EXPECT_EQ(dice.cast(chaos, std::string{"\x30", 1}), PacketFate::sent) << "no whole packet";
  EXPECT_EQ(dice.cast({}, notify), PacketFate::sent);
}

TEST(Database, KeepsWhatWasCommittedAndNothingElse) {
  const TemporaryFolder folder;
  const char* const schema = "CREATE TABLE IF NOT EXISTS t(a BLOB)";
  {
    Database database{folder.path() / "x.db", Durability::process_kill, schema};
    Database::Statement insert{database, "INSERT INTO t(a) VALUES(?)"};
    EXPECT_TRUE(insert.bind(std::string_view{"one"}).run());
    EXPECT_TRUE(database.commit());
    EXPECT_TRUE(insert.bind(std::string_view{"two"}).run());
    EXPECT_TRUE(database.is_dirty());
  }
  Database database{folder.path() / "x.db", Durability::power_loss, schema};
  Database::Statement select{database, "SELECT a FROM t"};
  ASSERT_TRUE(select.step());
  EXPECT_EQ(select.blob(0), "one");
  EXPECT_FALSE(select.step());
}

TEST(Database, SaysWhichFileIsNoDatabase) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "x.db";
  FILE* const out = fopen(file.c_str(), "wb");
  fputs(
      "this is a letter, and a long one: it has more than a hundred bytes, which is what it takes "
      "to be looked at as a database",
      out);
  fclose(out);
  const Database database{file, Durability::process_kill, "CREATE TABLE IF NOT EXISTS t(a)"};
  EXPECT_THAT(database.problem(), testing::AllOf(HasSubstr("x.db"), HasSubstr("not a database")));
}

TEST(RequestRecord, KeepsNoCredentials) {
  http::Request request{"PUT",
                        "/jobs/a%20b?force=true&X-Amz-Signature=abc&X-Amz-Credential=AKIA&z=1",
                        {{"Authorization", "AWS4 secret"}, {"Content-Type", "application/json"}},
                        "{}"};
  const std::string record = record_of(request);
  EXPECT_THAT(record, Not(HasSubstr("secret")));
  EXPECT_THAT(record, Not(HasSubstr("AKIA")));
  const http::Request again = request_of(record);
  EXPECT_EQ(again.method, "PUT");
  EXPECT_EQ(again.target, "/jobs/a%20b?force=true&z=1");
  EXPECT_EQ(again.body, "{}");
  EXPECT_EQ(again.fields.size(), 1U);
  EXPECT_EQ(request_of("damaged").method, "");
}

TEST(Secrets, AreMadeOnceAndForTheirOwnerAlone) {
  const TemporaryFolder folder;
  Secrets first;
  Secrets second;
  ASSERT_EQ(load_secrets(folder.path(), first), "");
  ASSERT_EQ(load_secrets(folder.path(), second), "");
  EXPECT_EQ(first.admin_token, second.admin_token);
  EXPECT_EQ(first.seed, second.seed);
  EXPECT_EQ(first.admin_token.size(), 32U);
  const auto file = folder.path() / "secrets.json";
  EXPECT_EQ(std::filesystem::status(file).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  std::filesystem::resize_file(file, 20);
  EXPECT_THAT(load_secrets(folder.path(), second),
              testing::AllOf(HasSubstr("secrets.json"), HasSubstr("damaged")));
}

struct Wrong {
  const char* json;
  const char* problem;
};
class RolloutRequest : public testing::TestWithParam<Wrong> {};

std::string request_with(const std::string& more) {
  return R"({"name":"r","version":"2.0.0","base":"1.8.0","image":{"bucket":"b","key":"k"},)"
         R"("manifest":"AA==","chain":"AA==")" +
         (more.empty() ? "" : "," + more) + "}";
}

TEST_P(RolloutRequest, SaysWhatIsWrongAndWhere) {
  RolloutSpec spec;
  EXPECT_THAT(read_rollout(request_with(GetParam().json), spec), HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(
    All, RolloutRequest,
    testing::Values(
        Wrong{R"("plan":"fast")", "plan: expected \"standard\""},
        Wrong{R"("plan":{"stages":[{"name":"a"}]})", "plan.stages[0].soak: is missing"},
        Wrong{R"("plan":{"stages":[{"name":"a","soak":"1h"}]})",
              "plan.stages[0].carts: expected either carts or percent"},
        Wrong{R"("plan":{"stages":[{"name":"a","soak":"1 hour","carts":1}]})",
              "plan.stages[0].soak: expected a duration"},
        Wrong{R"("plan":{"stages":7})", "plan.stages: expected a list"},
        Wrong{R"("plan":{"rules":{"ratio":{"ratio":0.5}}})",
              "plan.rules.ratio.ratio: expected a number from 1 to 1000"},
        Wrong{R"("plan":{"rules":{"sprt":{"theta":2}}})", "unknown member plan.rules.sprt.theta"},
        Wrong{R"("plan":{"rules":{"sprt":"of"}})",
              "plan.rules.sprt: expected an object or \"off\""},
        Wrong{R"("plan":{"rules":{"luck":"off"}})", "unknown member plan.rules.luck"},
        Wrong{R"("plan":{"window":"1-5"})", "plan.window: expected HH:MM-HH:MM"},
        Wrong{R"("plan":{"window":"25:00-26:00"})", "plan.window: expected HH:MM-HH:MM"},
        Wrong{R"("plan":{"on_hold":"panic"})", "plan.on_hold: expected cancel_queued or let_run"},
        Wrong{R"("plan":{"cohort":"lucky"})", "plan.cohort: expected stratified or random"},
        Wrong{R"("plan":{"cohorts":"random"})", "unknown member plan.cohorts"},
        Wrong{R"("requires_anchor":"CA")", "requires_anchor: expected 16 lower-case hex digits"},
        Wrong{R"("execution_timeout_min":99999)", "execution_timeout_min: expected a whole number"},
        Wrong{R"("speed":1)", "unknown member speed"}));

TEST(RolloutRequest, ReadsAWholePlan) {
  RolloutSpec spec;
  ASSERT_EQ(read_rollout(request_with(R"("person":"ann","requires_anchor":"00000000000000aa",
    "plan":{"stages":[{"name":"canary","carts":10,"soak":"24h"},
                      {"name":"all","percent":100,"soak":"1d","tiers":["early"]}],
            "rules":{"ratio":"off","e_value":{"alpha":0.01,"grid":[1.5,2]},
                     "devices":{"tolerate":0.02}},
            "on_hold":"let_run","cohort":"random",
            "window":"22:30-05:00","limits":{"silent_after":"6h"}})"),
                         spec),
            "");
  EXPECT_EQ(spec.created_by, "ann");
  EXPECT_EQ(spec.requires_anchor, 0xaaU);
  ASSERT_EQ(spec.plan.stages.size(), 2U);
  EXPECT_EQ(spec.plan.stages[1].tiers, std::vector<std::string>{"early"});
  EXPECT_EQ(spec.plan.stages[1].soak_ms, 86'400'000);
  EXPECT_FALSE(spec.plan.rules.ratio.enabled);
  EXPECT_TRUE(spec.plan.rules.e_value.enabled);
  EXPECT_EQ(spec.plan.rules.e_value.grid, (std::vector<double>{1.5, 2}));
  EXPECT_EQ(spec.plan.rules.devices.tolerate, 0.02);
  EXPECT_EQ(spec.plan.on_hold, OnHold::let_run);
  EXPECT_EQ(spec.plan.cohort, CohortPick::random);
  EXPECT_EQ(spec.plan.window.from_min, 22 * 60 + 30);
  EXPECT_EQ(spec.plan.limits.silent_after_ms, 6 * 3'600'000);
  RolloutSpec plain;
  ASSERT_EQ(read_rollout(request_with(""), plain), "");
  EXPECT_EQ(plain.plan.stages.size(), standard_plan().stages.size());
  EXPECT_EQ(plain.plan.cohort, CohortPick::stratified);
}

}  // namespace
}  // namespace cartstorm::broker::net
