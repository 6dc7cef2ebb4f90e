#include <gtest/gtest.h>

#include "dialogue.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

// 5: 3.3.4-7
TEST(MqttLimits, MoreQos2AtOnceThanAnnounced) {
  Settings settings;
  settings.limits.receive_maximum = 2;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A> 10 [ <MQTT> 05 02 00 00 [ ] <a> ]
    A< 20 [ 00 00 [ 21 00 02 27 00 40 00 00 22 00 40 ] ]
    A> 34 [ <x> 00 01 [ ] '1' ] 34 [ <x> 00 02 [ ] '2' ]
    A< 50 [ 00 01 10 ] 50 [ 00 02 10 ]
    A> 62 02 00 01 34 [ <x> 00 03 [ ] '3' ]
    A< 70 02 00 01 50 [ 00 03 10 ]
    A> 34 [ <x> 00 04 [ ] '4' ]
    A< e0 [ 93 [ 1f <more QoS 2 than allowed at once> ] ]
    A closed)");
}

TEST(MqttLimits, AFullQueueOfAnAbsentClientIsToldToWhoCanHearIt) {
  Settings settings;
  settings.max_queued_messages = 2;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A returns 5 a
    A subscribes x 1
    A lost
    B connects 5 b
    B> 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '2' ] 32 [ <x> 00 03 [ ] '3' ]
    B< 40 02 00 01 40 02 00 02 40 [ 00 03 97 ]
    C connects 5 c
    C subscribes x 1
    B> 32 [ <x> 00 04 [ ] '4' ]
    B< 40 02 00 04
    C< 32 [ <x> 00 01 [ ] '4' ]
    A returns 5 a
    A< 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '2' ])");
  EXPECT_EQ(dialogue.broker().counters().dropped_queue_full, 2U);
}

TEST(MqttLimits, QueuedBytesAreBoundedButOneMessageFits) {
  Settings settings;
  settings.max_queued_bytes = 100;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A returns 5 a
    A subscribes x 1
    A lost
    B connects 5 b
    B> 32 [ <x> 00 01 [ ] 61*200 ] 32 [ <x> 00 02 [ ] '2' ]
    B< 40 02 00 01 40 [ 00 02 97 ])");
  EXPECT_EQ(dialogue.broker().counters().queued_messages, 1U);
  EXPECT_EQ(dialogue.broker().counters().queued_bytes, 201U);
}

TEST(MqttLimits, SubscriptionsOfASession) {
  Settings settings;
  settings.limits.subscriptions_per_session = 2;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A connects 5 a
    A> 82 [ 00 01 [ ] <a> 00 <b> 00 <c> 00 <a> 01 ]
    A< 90 [ 00 01 [ ] 00 00 97 01 ]
    A> a2 [ 00 02 [ ] <b> ] 82 [ 00 03 [ ] <c> 00 ]
    A< b0 [ 00 02 [ ] 00 ] 90 [ 00 03 [ ] 00 ]
    B connects 4 b
    B> 82 [ 00 01 <a> 00 <b> 00 <c> 00 ]
    B< 90 05 00 01 00 00 80)");
}

TEST(MqttLimits, RetainedMessagesAreBoundedByBytesToo) {
  Settings settings;
  settings.max_retained_bytes = 40;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A connects 5 a
    A> 33 [ <r> 00 01 [ ] 61*30 ] 33 [ <s> 00 02 [ ] 61*9 ] 33 [ <s> 00 03 [ ] 61*8 ]
    A< 40 [ 00 01 10 ] 40 [ 00 02 97 ] 40 [ 00 03 10 ]
    A> 33 [ <r> 00 04 [ ] 61*31 ] 33 [ <r> 00 05 [ ] '1' ] 33 [ <t> 00 06 [ ] 61*28 ]
    A< 40 [ 00 04 97 ] 40 [ 00 05 10 ] 40 [ 00 06 10 ]
    A> 33 [ <t> 00 07 [ ] ] 33 [ <u> 00 08 [ ] 61*28 ]
    A< 40 [ 00 07 10 ] 40 [ 00 08 10 ])");
  EXPECT_EQ(dialogue.broker().counters().retained_bytes, 9U + 2U + 29U);
}

TEST(MqttLimits, RetainedMessagesAndSessions) {
  Settings settings;
  settings.max_retained = 1;
  settings.max_sessions = 2;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A connects 5 a
    A> 33 [ <r> 00 01 [ ] '1' ] 33 [ <s> 00 02 [ ] '2' ] 33 [ <r> 00 03 [ ] '3' ]
    A< 40 [ 00 01 10 ] 40 [ 00 02 97 ] 40 [ 00 03 10 ]
    A> 31 [ <s> [ ] '4' ]
    A< e0 [ 97 [ 1f <too many retained messages> ] ]
    A closed
    A connects 5 a
    B connects 4 b
    C> 10 [ <MQTT> 05 02 00 00 [ ] <c> ]
    C< 20 [ 00 97 [ 1f <too many sessions> ] ]
    C closed
    D> 10 [ <MQTT> 04 02 00 00 <d> ]
    D< 20 02 00 03
    D closed
    E> 10 [ <MQTT> 04 02 00 00 <b> ]
    E< 20 02 00 00
    B closed)");
}

TEST(MqttLimits, ConnectHasToComeInTime) {
  Settings settings;
  settings.connect_within_ms = 5000;
  Dialogue dialogue{settings};
  dialogue.run(R"(
    A> 10
    +4999ms
    A open
    +1ms
    A closed)");
  EXPECT_EQ(dialogue.broker().deadline(), never);
}

TEST(MqttLimits, AConnectIsSmallerThanOtherPackets) {
  Dialogue dialogue;
  dialogue.run(R"(
    A> 10 fc ff 1f
    A open
    B> 10 fd ff 1f
    B<
    B closed)");
}

TEST(MqttLimits, FilterDepthOfTheStandardProfile) {
  Dialogue dialogue;
  dialogue.run(R"(
    A connects 5 a
    A> 82 [ 00 01 [ ] 00 ff 2f*255 00 ]
    A< 90 [ 00 01 [ ] 00 ]
    A> 82 [ 00 01 [ ] 01 00 2f*256 00 ]
    A< e0 [ 8f [ 1f <topic filter is too long or too deep> ] ]
    A closed)");
}

TEST(MqttLimits, AnIdleBrokerWaitsForNothingAndKeepsNothing) {
  Dialogue dialogue;
  dialogue.run(R"(
    A connects 5 a
    A subscribes x/+ 2
    A> 34 [ <x/1> 00 01 [ ] 'hi' ]
    A skips
    A> 62 02 00 01 50 02 00 01 70 02 00 01 e0 00
    A skips
    A closed)");
  const Counters counters = dialogue.broker().counters();
  EXPECT_EQ(dialogue.broker().deadline(), never);
  EXPECT_EQ(counters.links + counters.clients + counters.sessions + counters.subscriptions, 0U);
  EXPECT_EQ(counters.queued_messages + counters.queued_bytes + counters.retained, 0U);
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
