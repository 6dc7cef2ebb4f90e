#include "broker-mock/telemetry/ledger.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker-mock/support/recorder.hpp"

namespace cartstorm::broker::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Version base{0x00010800};
constexpr Version target{0x00020000};
constexpr std::int64_t minute = 60'000;

class Facts : public Listener {
 public:
  void on(const fact::MetricReceived& metric) override { recorder.on(metric); }
  void on(const fact::ExposureMinute& m) override {
    minutes.push_back(
        fmt::format("{} {} {} {}", m.unix_minute, to_text(m.version), m.device_ms, m.errors));
  }
  test::Recorder recorder;
  std::vector<std::string> minutes;
};

/// Two connected carts; server time 0 is the start of a minute.
class TwoCarts : public ::testing::Test {
 protected:
  TwoCarts() {
    cart = things.add({"cart-00042", 1, "eu", "retail", "standard", "a"});
    other = things.add({"cart-00043", 1, "eu", "retail", "standard", "a"});
    connect(cart, 0);
    connect(other, 0);
  }
  void connect(ThingId thing, std::int64_t ms) {
    things.set_connected(thing, true);
    ledger.connected(thing, {ms});
  }
  void disconnect(ThingId thing, std::int64_t ms) {
    things.set_connected(thing, false);
    ledger.disconnected(thing, {ms});
  }
  void beat(ThingId thing, Version version, std::int64_t ms) {
    EXPECT_TRUE(ledger.heartbeat(thing, {version, false, "[]"}, {ms}));
  }
  bool error(std::string_view payload, std::int64_t ms = 1) {
    return ledger.error(cart, payload, {ms});
  }
  bool episode(std::uint64_t number, std::int64_t ms = 1) {
    return error(R"({"version":"1.8.0","code":17,"episode":")" + hex(number) + R"("})", ms);
  }
  bool rollback(std::uint64_t occurrence, std::string_view version = "2.0.0") {
    return ledger.rollback(cart,
                           R"({"occurrence":")" + hex(occurrence) + R"(","target":")" +
                               std::string{version} +
                               R"(","running":"1.8.0","reason":"attempts_spent",)"
                               R"("attempt":"0000000000000007"})",
                           {received_ms});
  }

  Things things;
  Outbox outbox{things};
  Facts facts;
  Ledger ledger{things, outbox, facts};
  ThingId cart{}, other{};
  std::int64_t received_ms = 1;
};

TEST_F(TwoCarts, AnOccurrenceCountsOnceAndIsAcknowledgedEachTime) {
  EXPECT_TRUE(rollback(0xa1));
  EXPECT_TRUE(rollback(0xa1));
  EXPECT_TRUE(rollback(0xa2));
  EXPECT_EQ(ledger.rollbacks(target).occurrences, 2U);
  EXPECT_EQ(ledger.rollbacks(target).things, 1U);
  EXPECT_THAT(
      facts.recorder.metrics,
      ElementsAre("0 rollback 2.0.0 161", "0 rollback 2.0.0 161 again", "0 rollback 2.0.0 162"));
  const auto sent = outbox.take();
  ASSERT_EQ(sent.size(), 3U);
  EXPECT_EQ(sent[0].topic, "carts/cart-00042/rollback/ack");
  EXPECT_EQ(sent[0].payload, R"({"occurrence":"00000000000000a1"})");
  EXPECT_EQ(sent[1].payload, R"({"occurrence":"00000000000000a1"})");
}

TEST_F(TwoCarts, OccurrencesAreUniquePerThingOnly) {
  rollback(0xa1);
  EXPECT_TRUE(
      ledger.rollback(other,
                      R"({"occurrence":"00000000000000a1","target":"2.0.0","running":"1.8.0",)"
                      R"("reason":"verify_failed","attempt":"0000000000000001"})",
                      {1}));
  EXPECT_EQ(ledger.rollbacks(target).occurrences, 2U);
  EXPECT_EQ(ledger.rollbacks(target).things, 2U);
  EXPECT_EQ(ledger.rollbacks(base).occurrences, 0U);
}

TEST_F(TwoCarts, AreAskedWhoRolledBackSinceWhenAndWhatTheyRun) {
  received_ms = 500;
  rollback(0xa1);
  received_ms = 900;
  rollback(0xa1);
  EXPECT_TRUE(ledger.has_rolled_back(cart, target, {500}));
  EXPECT_FALSE(ledger.has_rolled_back(cart, target, {501}));
  EXPECT_FALSE(ledger.has_rolled_back(cart, base, {0}));
  EXPECT_FALSE(ledger.has_rolled_back(other, target, {0}));
  EXPECT_EQ(ledger.version(cart), std::nullopt);
  beat(cart, base, 1000);
  beat(cart, target, 2000);
  EXPECT_EQ(ledger.version(cart), target);
  EXPECT_EQ(ledger.version(other), std::nullopt);
}

TEST_F(TwoCarts, AFloodOfOccurrencesIsCutOff) {
  for (std::uint64_t i = 0; i < 4096; ++i) EXPECT_TRUE(rollback(i));
  EXPECT_FALSE(rollback(4096));
  EXPECT_TRUE(rollback(17));
  EXPECT_EQ(ledger.rollbacks(target).occurrences, 4096U);
}

TEST_F(TwoCarts, AnEpisodeCountsOnceInAnyOrder) {
  EXPECT_TRUE(episode(3));
  EXPECT_TRUE(episode(3));
  EXPECT_TRUE(episode(1));
  EXPECT_TRUE(episode(1));
  EXPECT_TRUE(episode(2));
  EXPECT_THAT(facts.recorder.metrics,
              ElementsAre("0 error 1.8.0 3", "0 error 1.8.0 3 again", "0 error 1.8.0 1",
                          "0 error 1.8.0 1 again", "0 error 1.8.0 2"));
}

TEST(SeenEpisodes, RemembersSixtyFourNumbers) {
  SeenEpisodes seen;
  EXPECT_TRUE(seen.is_new(0));
  EXPECT_FALSE(seen.is_new(0));
  EXPECT_TRUE(seen.is_new(64));
  EXPECT_FALSE(seen.is_new(0)) << "too old to know: never counted twice";
  EXPECT_TRUE(seen.is_new(1));
  EXPECT_FALSE(seen.is_new(1));
  EXPECT_TRUE(seen.is_new(1'000'000));
  EXPECT_TRUE(seen.is_new(999'937));
  EXPECT_FALSE(seen.is_new(999'936));
  EXPECT_TRUE(seen.is_new(0xffffffffffffffffULL));
}

TEST_F(TwoCarts, MalformedUplinksAreDropped) {
  EXPECT_FALSE(error(""));
  EXPECT_FALSE(error("[]"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":17})"));
  EXPECT_FALSE(error(R"({"version":"1.8","code":17,"episode":"0000000000000003"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":"17","episode":"0000000000000003"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":-1,"episode":"0000000000000003"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":1.5,"episode":"0000000000000003"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":17,"episode":"3"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":17,"code":17,"episode":"0000000000000003"})"));
  EXPECT_FALSE(error(R"({"version":"1.8.0","code":17,"episode":"0000000000000003"}x)"));
  EXPECT_FALSE(
      ledger.rollback(cart,
                      R"({"occurrence":"00000000000000a1","target":"2.0.0","running":"1.8.0",)"
                      R"("reason":"bored","attempt":"0000000000000007"})",
                      {1}));
  EXPECT_THAT(facts.recorder.metrics, IsEmpty());
  EXPECT_THAT(outbox.take(), IsEmpty());
}

TEST_F(TwoCarts, UnknownMembersAndWhiteSpaceAreIgnored) {
  EXPECT_TRUE(
      error(" { \"later\" : [ 1 , { } ] , \"version\" : \"1.8.0\",\n\"code\":17,\t\"episode\":"
            "\"0000000000000003\" } "));
}

TEST_F(TwoCarts, ExposureGrowsByTheCartsConnectedWithAVersion) {
  beat(cart, base, 10'000);
  beat(other, base, 40'000);
  ledger.advance({minute});
  EXPECT_THAT(facts.minutes, ElementsAre("0 1.8.0 70000 0"));
  beat(cart, target, minute + 15'000);
  disconnect(other, minute + 30'000);
  ledger.advance({2 * minute});
  EXPECT_THAT(facts.minutes, ElementsAre("0 1.8.0 70000 0", "1 1.8.0 45000 0", "1 2.0.0 45000 0"));
}

TEST_F(TwoCarts, TimeBeforeTheFirstHeartbeatOfAConnectionBelongsToNobody) {
  beat(cart, base, 0);
  disconnect(cart, 10'000);
  connect(cart, 20'000);
  beat(cart, target, 50'000);
  ledger.advance({minute});
  EXPECT_THAT(facts.minutes, ElementsAre("0 1.8.0 10000 0", "0 2.0.0 10000 0"));
}

TEST_F(TwoCarts, AMessageOfADisconnectedCartGivesNoExposure) {
  disconnect(cart, 0);
  beat(cart, base, 1);
  ledger.advance({minute});
  EXPECT_THAT(facts.minutes, IsEmpty());
}

TEST_F(TwoCarts, ErrorsBelongToTheMinuteInWhichTheyCame) {
  episode(1, 59'999);
  episode(2, 60'000);
  episode(2, 60'001);
  ledger.advance({2 * minute});
  EXPECT_THAT(facts.minutes, ElementsAre("0 1.8.0 0 1", "1 1.8.0 0 1"));
}

TEST_F(TwoCarts, AMinuteIsDueOnlyWhileSomethingCounts) {
  EXPECT_EQ(ledger.deadline(), never);
  beat(cart, base, 5'000);
  EXPECT_EQ(ledger.deadline(), ServerTime{minute});
  disconnect(cart, 6'000);
  EXPECT_EQ(ledger.deadline(), ServerTime{minute});
  ledger.advance({minute});
  EXPECT_EQ(ledger.deadline(), never);
}

TEST_F(TwoCarts, AMinuteCanBeAskedForOnceItHasEnded) {
  beat(cart, base, 0);
  for (std::int64_t i = 0; i < 5; ++i) episode(static_cast<std::uint64_t>(i) + 1, i * minute + 1);
  const telemetry::Exposure& exposure = ledger.exposure();
  EXPECT_EQ(exposure.minute(base, 3).errors, 1U);
  EXPECT_EQ(exposure.minute(base, 3).device_ms, 60'000U);
  EXPECT_EQ(exposure.minute(base, 4).errors, 0U);
  ledger.advance({5 * minute});
  EXPECT_EQ(exposure.minute(base, 4).errors, 1U);
  EXPECT_EQ(exposure.minute(base, -1).device_ms, 0U);
  EXPECT_EQ(exposure.minute(target, 3).device_ms, 0U);
}

/// Ten thousand minutes, some of them with nobody connected.
class TenThousandMinutes : public TwoCarts {
 protected:
  void pass() {
    beat(cart, base, 0);
    ledger.advance({4'000 * minute});
    disconnect(cart, 4'000 * minute);
    ledger.advance({5'000 * minute});
    connect(cart, 5'000 * minute);
    beat(cart, base, 5'000 * minute);
    ledger.advance({10'000 * minute});
  }
  std::uint64_t device_ms(std::int64_t number) const {
    return ledger.exposure().minute(base, number).device_ms;
  }
};

TEST_F(TenThousandMinutes, TheLastDayIsKept) {
  pass();
  EXPECT_EQ(facts.minutes.size(), 9'000U);
  for (std::int64_t i = 10'000 - 1'440; i < 10'000; ++i) ASSERT_EQ(device_ms(i), 60'000U) << i;
  EXPECT_EQ(device_ms(3'000), 0U);
}

TEST_F(TenThousandMinutes, WhoNeedsMoreGetsMore) {
  ledger.exposure().keep_from({2'000 * minute + 1});
  pass();
  for (std::int64_t i = 2'000; i < 10'000; ++i) {
    ASSERT_EQ(device_ms(i), i >= 4'000 && i < 5'000 ? 0U : 60'000U) << i;
  }
}

TEST_F(TwoCarts, NothingIsKeptForEver) {
  ledger.exposure().keep_from({0});
  beat(cart, base, 0);
  const std::int64_t kept = telemetry::Exposure::longest_kept_minutes;
  ledger.advance({3 * kept * minute});
  EXPECT_EQ(ledger.exposure().minute(base, 2 * kept).device_ms, 60'000U);
  EXPECT_EQ(ledger.exposure().minute(base, kept - 2).device_ms, 0U);
}

TEST_F(TwoCarts, InventedVersionsAreRefusedFromTheSixtyFifthOn) {
  for (std::uint32_t i = 0; i < 64; ++i) beat(cart, {i}, 1);
  EXPECT_FALSE(ledger.heartbeat(cart, {{64}, false, "[]"}, {1}));
  beat(cart, {3}, 2);
}

}  // namespace
}  // namespace cartstorm::broker::telemetry
