#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/unit/broker-net/support/chaos_bench.hpp"
#include "tests/unit/broker-net/support/wire_ca.hpp"

namespace cartstorm::broker::net {
namespace {

using testing::HasSubstr;
using testing::Not;

struct EndpointAdmin : ChaosBench {
  std::string look(std::string_view path) { return ask(at.admin, "GET", path).body; }
  HttpReply add_anchor(const std::string& id, const std::string& certificate) {
    return change("/anchor/add",
                  fmt::format(R"({{"anchor":"{}","certificate":"{}"}})", id, certificate));
  }
  std::ptrdiff_t lines_of(std::string_view text) const {
    const auto lines = endpoint.log();
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  }
};

TEST_F(EndpointAdmin, ShowsClockAndQuotas) {
  EXPECT_THAT(look("/clock"), HasSubstr(R"("offset_ms":0,"frozen":false})"));
  const HttpReply moved = change("/clock", R"({"offset":"12h","frozen":true})");
  EXPECT_THAT(moved.body, HasSubstr(R"("offset_ms":43200000,"frozen":true})"));
  EXPECT_EQ(look("/clock"), moved.body) << "it stands still";
  EXPECT_EQ(look("/quotas"),
            "{\"jobs_reads_per_s\":0,\"jobs_writes_per_s\":0,\"control_calls_per_s\":0}\n");
  ASSERT_EQ(change("/quotas", R"({"jobs_writes_per_s":200,"control_calls_per_s":10})").status, 200);
  EXPECT_EQ(look("/quotas"),
            "{\"jobs_reads_per_s\":0,\"jobs_writes_per_s\":200,\"control_calls_per_s\":10}\n");
}

TEST_F(EndpointAdmin, TakesAnchorsWhoseCertificatesAreGood) {
  EXPECT_EQ(add_anchor(wire_ca_id, wire_ca).status, 200);
  struct Bad {
    std::string id, certificate;
    const char* problem;
  };
  std::string changed = wire_ca;
  changed[changed.size() - 10] = 'A';  // in the signature
  const Bad table[] = {
      {wire_ca_id, "nonsense!", "certificate: expected base64"},
      {wire_ca_id, "AAAA", "certificate: is no X.509 certificate in DER"},
      {wire_ca_id, wire_ca.substr(0, 100), "certificate: is no X.509 certificate in DER"},
      {wire_ca_id, std::string(2000, 'A'), "certificate: has 1500 bytes, carts take at most 768"},
      {wire_ca_id, changed, "certificate: is not signed by itself"},
      {"00000000000000aa", wire_ca, "anchor: the id of this certificate's key is dfb04d579da4d455"},
      {"AA", wire_ca, "anchor: expected 16 lower-case hex digits"}};
  for (const Bad& bad : table) {
    const HttpReply reply = add_anchor(bad.id, bad.certificate);
    EXPECT_EQ(reply.status, 400) << bad.problem;
    EXPECT_THAT(reply.body, HasSubstr(bad.problem));
  }
}

TEST_F(EndpointAdmin, SuggestsTheMemberThatWasMeant) {
  EXPECT_THAT(change("/chaos", R"({"s3":{"slwo_down":5}})").body,
              HasSubstr("unknown member s3.slwo_down; did you mean slow_down?"));
  EXPECT_THAT(change("/quotas", R"({"job_reads_per_s":5})").body,
              HasSubstr("did you mean jobs_reads_per_s?"));
  EXPECT_THAT(change("/chaos", R"({"s3":{"zebra":5}})").body, Not(HasSubstr("did you mean")));
  EXPECT_THAT(change("/chaos", "{\n  \"s3\": {,}\n}").body,
              HasSubstr("not JSON: line 2, column 10"));
  EXPECT_THAT(change("/chaos", "{} {}").body,
              HasSubstr("not JSON: line 1, column 4: there is more behind the end"));
}

TEST_F(EndpointAdmin, TellsOfWhatWasRefusedToAPerson) {
  const std::string wish = R"({"rollout":"fw-9","person":"ann","reason":"lunch"})";
  for (const char* verb : {"pause", "resume", "abort"}) {
    EXPECT_EQ(change(fmt::format("/rollout/{}", verb), wish).status, 409);
    EXPECT_THAT(look("/events"), HasSubstr(fmt::format(R"("{}_refused")", verb)));
  }
}

TEST_F(EndpointAdmin, LogsUplinksThatTheCloudCannotTake) {
  MqttClient cart{at.mqtt};
  ASSERT_EQ(cart.connect("cart-1"), 0);
  EXPECT_TRUE(cart.publish_safely("carts/cart-1/heartbeat", "{"));
  EXPECT_TRUE(endpoint.logs("cart-1: malformed, dropped: carts/cart-1/heartbeat"));
  EXPECT_TRUE(cart.publish_safely("carts/cart-1/heartbeet", "{}"));
  EXPECT_TRUE(endpoint.logs("cart-1: no such topic, dropped: carts/cart-1/heartbeet"));
  const std::string page = look("/");
  EXPECT_THAT(page, HasSubstr("<tr><td>uplinks that broke the contract<td class=n>1</tr>"));
  EXPECT_THAT(page, HasSubstr("<tr><td>uplinks that nothing serves<td class=n>1</tr>"));
  EXPECT_THAT(page, HasSubstr("<b>1</b>thing</div>")) << "one is not 1 things";
  EXPECT_THAT(look("/status"), HasSubstr(R"("dropped":{"malformed":1,"unroutable":1,)"));
}

TEST_F(EndpointAdmin, LogsWillsForReservedTopicsOfOthers) {
  {
    MqttClient villain{at.mqtt};
    ASSERT_EQ(villain.connect_with_will("villain", "$aws/things/cart-1/jobs/get", "{}"), 0);
  }
  EXPECT_TRUE(endpoint.logs("villain: message_dropped: its will: a reserved topic of somebody"));
}

TEST_F(EndpointAdmin, LogsArrivalsAsOftenAsDepartures) {
  {
    MqttClient cart{at.mqtt};
    ASSERT_EQ(cart.connect("cart-1", false), 0);
    EXPECT_EQ(lines_of("cart-1: here"), 1);
    cart.disconnect();
    EXPECT_TRUE(endpoint.logs("cart-1: gone"));
  }
  MqttClient again{at.mqtt};
  ASSERT_EQ(again.connect("cart-1", false), 0);
  EXPECT_TRUE(endpoint.logs("cart-1: here again"));
  EXPECT_EQ(lines_of("cart-1: here"), 2);
}

TEST_F(EndpointAdmin, ShowsThatNothingWasLost) {
  EXPECT_THAT(look("/"), HasSubstr("<h2>Drops and slow readers</h2><p class=quiet>None.</p>"));
}

}  // namespace
}  // namespace cartstorm::broker::net
