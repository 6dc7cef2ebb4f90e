#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dialogue.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

using ::testing::ElementsAre;

struct Log final : Application {
  void noticed(const Notice& notice, ServerTime) override {
    lines.push_back(std::string{name_of(notice.kind)} + " " + std::string{notice.client_id});
  }
  std::vector<std::string> lines;
};

/// Marks at 100 and 1,000 bytes; a reader that does not read.
class SlowReader : public ::testing::Test {
 protected:
  static Settings low_marks() {
    Settings settings;
    settings.high_mark_bytes = 100;
    settings.hard_mark_bytes = 1000;
    settings.stalled_for_ms = 5000;
    return settings;
  }
  Log log;
  Dialogue dialogue{low_marks(), &log};
};

TEST_F(SlowReader, StopsItsPublishersAndThemAlone) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0
    B connects 5 b
    C connects 5 c
    B> 30 [ <x> [ ] 61*90 ] 30 [ <x> [ ] '2' ] 30 [ <x> [ ] '3' ]
    A< 30 [ <x> [ ] 61*90 ] 30 [ <x> [ ] '2' ]
    B stopped
    C> 30 [ <y> [ ] '1' ]
    C read
    B> c0 00
    B<
    A unread 51
    B stopped
    A unread 50
    B read
    A< 30 [ <x> [ ] '3' ]
    B< d0 00)");
  EXPECT_THAT(log.lines, ElementsAre("reader_congested a", "reader_relieved a"));
  EXPECT_EQ(dialogue.broker().counters().readers_congested, 1U);
}

TEST_F(SlowReader, IsClosedWhenItStaysSlowAndItsPublishersGoOn) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0
    B> 10 [ <MQTT> 05 02 00 01 [ ] <b> ]
    B skips
    B> 30 [ <x> [ ] 61*100 ] 30 [ <x> [ ] '2' ] c0 00
    A< 30 [ <x> [ ] 61*100 ]
    B stopped
    +4999ms
    A open
    B open
    +1ms
    A< e0 [ 97 [ 1f <does not read what it subscribed to> ] ]
    A closed
    B read
    B< d0 00
    B open
    +1499ms
    B open
    +1ms
    B skips
    B closed)");
  EXPECT_THAT(log.lines, ElementsAre("reader_congested a", "reader_disconnected a"));
  EXPECT_EQ(dialogue.broker().counters().readers_disconnected, 1U);
}

TEST_F(SlowReader, APublisherWaitsWithoutItsKeepAlive) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0
    B> 10 [ <MQTT> 05 02 00 01 [ ] <b> ]
    B skips
    B> 30 [ <x> [ ] 61*100 ]
    A skips
    +4s
    B open
    A unread 0
    +1499ms
    B open
    +1ms
    B skips
    B closed)");
}

TEST_F(SlowReader, IsClosedPastTheHardMark) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0)");
  const std::string payload(300, 'a');
  for (int i = 0; i < 4; ++i) {
    dialogue.broker().publish({"x", payload, {}, 0, false, never}, dialogue.now());
  }
  dialogue.run(R"(
    A< 30 [ <x> [ ] 61*300 ] 30 [ <x> [ ] 61*300 ] 30 [ <x> [ ] 61*300 ] 30 [ <x> [ ] 61*300 ]
    A< e0 [ 97 [ 1f <does not read what it subscribed to> ] ]
    A closed)");
  EXPECT_THAT(log.lines, ElementsAre("reader_congested a", "reader_disconnected a"));
}

TEST_F(SlowReader, ThatPublishesToItselfIsClosedByTime) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0
    A> 30 [ <x> [ ] 61*100 ] c0 00
    A< 30 [ <x> [ ] 61*100 ]
    A stopped
    +5s
    A skips
    A closed)");
}

TEST_F(SlowReader, TwoThatWaitForOneAnotherAreNotStuck) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes a 0
    A unread 0
    B connects 5 b
    B subscribes b 0
    B unread 0
    A> 30 [ <b> [ ] 61*100 ] c0 00
    B> 30 [ <a> [ ] 61*100 ] c0 00
    A stopped
    B stopped
    A< 30 [ <a> [ ] 61*100 ]
    B< 30 [ <b> [ ] 61*100 ]
    B unread 0
    A read
    A< d0 00
    A unread 0
    B read
    B< d0 00)");
}

TEST_F(SlowReader, AStoppedPublisherMayLeave) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 0
    A unread 0
    B connects 5 b
    B> 30 [ <x> [ ] 61*100 ] 30 [ <x> [ ] '2' ]
    A skips
    B stopped
    B lost
    B connects 5 b
    B read
    A unread 0
    B read
    B publishes x 0 3
    A< 30 [ <x> [ ] '3' ])");
}

TEST(SlowAcknowledger, IsFirstSparedAndThenClosed) {
  Settings settings;
  settings.max_queued_messages = 4;
  Log log;
  Dialogue dialogue{settings, &log};
  dialogue.run(R"(
    A> 10 [ <MQTT> 05 02 00 00 [ 21 00 01 ] <a> ]
    A skips
    A subscribes x 1
    B connects 5 b
    B> 30 [ <x> [ ] '0' ] 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '2' ] 32 [ <x> 00 03 [ ] '3' ]
    B> 32 [ <x> 00 04 [ ] '4' ] 32 [ <x> 00 05 [ ] '5' ]
    A< 30 [ <x> [ ] '0' ] 32 [ <x> 00 01 [ ] '1' ]
    B stopped
    B< 40 02 00 01 40 02 00 02 40 02 00 03 40 02 00 04
    A> 40 02 00 01
    B stopped
    A> 40 02 00 02
    B read
    B< 40 02 00 05
    A skips)");
  for (int i = 0; i < 3; ++i) {
    dialogue.broker().publish({"x", "more", {}, 1, false, never}, dialogue.now());
  }
  dialogue.run(R"(
    A< e0 [ 97 [ 1f <does not acknowledge what it subscribed to> ] ]
    A closed)");
  EXPECT_EQ(dialogue.broker().counters().dropped_queue_full, 1U);
  EXPECT_THAT(log.lines,
              ElementsAre("reader_congested a", "reader_relieved a", "reader_congested a",
                          "message_dropped a", "reader_disconnected a"));
}

TEST(SlowReaders, AreShownRetainedMessagesAsFastAsTheyRead) {
  Settings settings;
  settings.high_mark_bytes = 100;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    B connects 5 b
    B> 31 [ <r/1> [ ] 61*40 ] 31 [ <r/2> [ ] 61*40 ] 31 [ <r/3> [ ] 61*40 ] 31 [ <s> [ ] '4' ]
    A connects 5 a
    A unread 0
    A> 82 [ 00 01 [ 0b 01 ] <r/+> 00 <#> 20 <s> 00 ]
    A< 90 [ 00 01 [ ] 00 00 00 ] 31 [ <r/1> [ 0b 01 ] 61*40 ]
    A unread 60
    A<
    A unread 50
    A< 31 [ <r/2> [ 0b 01 ] 61*40 ]
    A unread 0
    A< 31 [ <r/3> [ 0b 01 ] 61*40 ] 31 [ <s> [ 0b 01 ] '4' ])");
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
