#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

#include "dialogue.hpp"
#include "notation.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr ServerTime start{1'710'072'000'000};

struct Damages final : Application {
  void noticed(const Notice& notice, ServerTime) override {
    if (notice.kind == Notice::Kind::store_damaged) ++count;
  }
  int count = 0;
};

/// Every kind of record, several times.
void fill(MemoryStore& store) {
  NotedWire wire;
  Application application;
  Broker broker{{}, store, wire, application};
  const auto say = [&](std::uint32_t link, std::string_view notation) {
    broker.received(LinkId{link}, bytes_of(notation), start);
  };
  for (std::uint32_t i = 0; i < 3; ++i) broker.opened(LinkId{i}, {"thing", true}, start);
  say(0, "10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 21 00 01 ] <a> [ 18 00 00 00 09 ] <w> <gone> ]");
  say(0, "82 [ 00 01 [ 0b 05 ] <x/#> 02 <$share/g/y> 01 ]");
  say(1, "10 [ <MQTT> 04 04 00 00 <b> <w> <gone> ] 82 [ 00 01 <x/+> 02 ]");
  say(2, "10 [ <MQTT> 05 06 00 00 [ 11 ff ff ff ff ] <c> [ ] <w> <gone> ]");
  say(2, "35 [ <x/1> 00 01 [ 26 <k> <v> ] '1' ] 34 [ <x/2> 00 02 [ 02 00 00 00 09 ] '2' ]");
  say(2, "33 [ <x/3> 00 03 [ ] '3' ] 32 [ <x/4> 00 04 [ ] '4' ] 32 [ <y> 00 05 [ ] '5' ]");
  say(1, "50 02 00 01 40 02 00 03");
  broker.closed(LinkId{0}, start);
}

using Raw = std::pair<std::string, std::string>;

std::vector<Raw> records() {
  MemoryStore store;
  fill(store);
  std::vector<Raw> all;
  store.scan("", [&](std::string_view key, std::string_view value) {
    all.emplace_back(std::string{key}, std::string{value});
  });
  return all;
}

TEST(MqttRestore, TakesUpAllThatWasThere) {
  MemoryStore store;
  fill(store);
  NotedWire wire;
  Damages application;
  Broker broker{{}, store, wire, application};
  broker.restore(start);
  const Counters counters = broker.counters();
  EXPECT_EQ(application.count, 0);
  EXPECT_EQ(counters.sessions, 3U);
  EXPECT_EQ(counters.subscriptions, 3U);
  EXPECT_EQ(counters.retained, 2U);
  // Five of `a`, and of `b` two of four: one is acknowledged, one released.
  EXPECT_EQ(counters.queued_messages, 5U + 2U);
  EXPECT_EQ(counters.wills_published, 2U);
}

TEST(MqttRestore, TheStoreIsEmptyWhenAllSessionsHaveEnded) {
  MemoryStore store;
  fill(store);
  NotedWire wire;
  Application application;
  Broker broker{{}, store, wire, application};
  broker.restore(start);
  broker.opened(LinkId{0}, {}, start);
  broker.received(LinkId{0}, bytes_of("10 [ <MQTT> 04 02 00 00 <a> ]"), start);
  broker.closed(LinkId{0}, start);
  broker.opened(LinkId{0}, {}, start);
  broker.received(LinkId{0}, bytes_of("10 [ <MQTT> 04 02 00 00 <b> ]"), start);
  broker.closed(LinkId{0}, start);
  broker.opened(LinkId{0}, {}, start);
  broker.received(LinkId{0}, bytes_of("10 [ <MQTT> 04 02 00 00 <c> ] 31 [ <x/1> ] 31 [ <x/3> ]"),
                  start);
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(broker.counters().queued_messages + broker.counters().queued_bytes, 0U);
}

RC_GTEST_PROP(MqttRestore, DamagedRecordsAreLeftOutAndTheRestServes, ()) {
  std::vector<Raw> all = records();
  const auto damages = *rc::gen::inRange(1, 5);
  for (int i = 0; i < damages; ++i) {
    const auto which = *rc::gen::inRange<std::size_t>(0, all.size());
    std::string& bytes = *rc::gen::arbitrary<bool>() ? all[which].first : all[which].second;
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size() + 1);
    if (*rc::gen::arbitrary<bool>() && at < bytes.size()) {
      bytes[at] = *rc::gen::arbitrary<char>();
    } else {
      bytes.resize(at);
    }
  }
  MemoryStore store;
  for (const auto& [key, value] : all) store.put(key, value);
  NotedWire wire;
  Application application;
  Broker broker{{}, store, wire, application};
  broker.restore(start);
  for (std::uint32_t i = 0; i < 3; ++i) {
    broker.opened(LinkId{i}, {}, start);
    const std::string id(1, static_cast<char>('a' + i));
    broker.received(LinkId{i}, bytes_of("10 [ <MQTT> 04 00 00 00 <" + id + "> ] c0 00"), start);
    RC_ASSERT(wire.links[LinkId{i}].is_open);
    RC_ASSERT(wire.links[LinkId{i}].sent.ends_with(bytes_of("d0 00")));
  }
  // What was left out has been erased: the next restore finds a whole store.
  Damages second;
  Broker again{{}, store, wire, second};
  again.restore(start);
  RC_ASSERT(second.count == 0);
}

// One message in all the shapes that it takes.
TEST(MqttFanOut, EachReceiverHasItsOwnIdentifierAndFlags) {
  Dialogue dialogue;
  dialogue.run(R"(
    A connects 4 a
    A subscribes x 1
    B connects 4 b
    B subscribes x 2
    C connects 5 c
    C> 82 [ 00 01 [ ] <x> 09 ]
    C skips
    D connects 5 d
    D subscribes x 2
    E connects 5 e
    E subscribes x 0
    P connects 5 p
    P publishes x 1 before
    A< 32 [ <x> 00 01 'before' ]
    B< 32 [ <x> 00 01 'before' ]
    C< 32 [ <x> 00 01 [ ] 'before' ]
    D< 32 [ <x> 00 01 [ ] 'before' ]
    E< 30 [ <x> [ ] 'before' ]
    D> 40 02 00 01
    P> 35 [ <x> 00 01 [ 26 <k> <v> ] 'hi' ]
    P< 50 02 00 01
    A< 32 [ <x> 00 02 'hi' ]
    B< 34 [ <x> 00 02 'hi' ]
    C< 33 [ <x> 00 02 [ 26 <k> <v> ] 'hi' ]
    D< 34 [ <x> 00 02 [ 26 <k> <v> ] 'hi' ]
    E< 30 [ <x> [ 26 <k> <v> ] 'hi' ])");
}

// Packet identifiers go around without ever meeting one that is under way.
TEST(MqttFanOut, IdentifiersWrapAround) {
  Dialogue dialogue;
  dialogue.run(R"(
    A connects 4 a
    A subscribes x 1)");
  for (int i = 1; i <= 65535; ++i) {
    dialogue.broker().publish({"x", "", {}, 1, false, never}, dialogue.now());
    const char ack[] = {'\x40', '\x02', static_cast<char>(i >> 8), static_cast<char>(i)};
    dialogue.broker().received(LinkId{0}, {ack, sizeof ack}, dialogue.now());
  }
  dialogue.broker().publish({"x", "around", {}, 1, false, never}, dialogue.now());
  dialogue.run(R"(
    A skips
    A> 40 02 00 01
    A open)");
  EXPECT_EQ(dialogue.broker().counters().sent[1], 65536U);
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
