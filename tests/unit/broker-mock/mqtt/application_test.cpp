#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "dialogue.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

using ::testing::ElementsAre;

/// Refuses what the tests ask it to, and notes what it is told.
class Doorman final : public Application {
 public:
  Admission connecting(const ConnectRequest& request, ServerTime) override {
    if (request.client_id == "banned") return {Reason::not_authorized, "not on the list"};
    return {};
  }
  void connected(const Client& client, bool is_session_present, ServerTime) override {
    heard.push_back(std::string{client.id} + (is_session_present ? " resumed" : " connected"));
  }
  void disconnected(const Client& client, const Parting& parting, ServerTime) override {
    heard.push_back(std::string{client.id} + " " + std::string{name_of(parting.cause)});
  }
  Routed publishing(const Client& client, const Publication& message, ServerTime now) override {
    if (message.topic == "secret") return {Routed::To::refused, Reason::not_authorized, "secret"};
    if (message.topic == "close") return {Routed::To::closed, Reason::not_authorized, "go away"};
    if (message.topic == "ignored") return {Routed::To::ignored, Reason::success, ""};
    if (message.topic == "ask") {
      const bool is_delivered = broker->deliver(client.id, "ask/answer", message.payload, now);
      heard.push_back(is_delivered ? "answered" : "nobody there");
      return {Routed::To::nobody, Reason::success, ""};
    }
    return {};
  }
  Reason subscribing(const Client&, std::string_view filter, std::uint8_t, ServerTime) override {
    return filter == "secret" ? Reason::not_authorized : Reason::success;
  }
  void subscribed(const Client&, std::string_view filter, ServerTime) override {
    heard.push_back("+" + std::string{filter});
  }
  void unsubscribed(const Client&, std::string_view filter, ServerTime) override {
    heard.push_back("-" + std::string{filter});
  }

  Broker* broker = nullptr;
  std::vector<std::string> heard;
};

class MqttApplication : public ::testing::Test {
 protected:
  MqttApplication() { doorman.broker = &dialogue.broker(); }
  Doorman doorman;
  Dialogue dialogue{{}, &doorman};
};

TEST_F(MqttApplication, RefusesAConnection) {
  dialogue.run(R"(
    A> 10 [ <MQTT> 04 02 00 00 <banned> ]
    A< 20 02 00 05
    A closed
    B> 10 [ <MQTT> 05 02 00 00 [ ] <banned> ]
    B< 20 [ 00 87 [ 1f <not on the list> ] ]
    B closed)");
  EXPECT_THAT(doorman.heard, ElementsAre());
  EXPECT_EQ(dialogue.broker().counters().refused_connects, 2U);
}

// 3.1.1: 3.3.5-2, 3.9.3-2
TEST_F(MqttApplication, RefusesIn311ByClosingAndWithOneCode) {
  dialogue.run(R"(
    A connects 4 a
    A> 82 [ 00 01 <x> 01 <secret> 01 ]
    A< 90 04 00 01 01 80
    A> 32 [ <secret> 00 01 'hi' ]
    A<
    A closed)");
  EXPECT_THAT(doorman.heard, ElementsAre("a connected", "+x", "a refused_message"));
}

// 5: 3.1.2-29, 3.4.2-2, 3.5.2-2
TEST_F(MqttApplication, RefusesAMessageWithAReasonUnlessTheClientWantsNone) {
  dialogue.run(R"(
    A connects 5 a
    A> 82 [ 00 01 [ ] <secret> 01 ]
    A< 90 [ 00 01 [ ] 87 ]
    A> 32 [ <secret> 00 01 [ ] 'hi' ]
    A< 40 [ 00 01 87 [ 1f <secret> ] ]
    A> 30 [ <secret> [ ] 'hi' ]
    A< e0 [ 87 [ 1f <secret> ] ]
    A closed
    B> 10 [ <MQTT> 05 02 00 00 [ 17 00 ] <b> ]
    B skips
    B> 34 [ <secret> 00 01 [ ] 'hi' ]
    B< 50 [ 00 01 87 ]
    C> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 0e ] <c> ]
    C skips
    C> 32 [ <secret> 00 01 [ ] 'hi' ]
    C< 40 [ 00 01 87 ])");
}

// 5: 4.3.3-9
TEST_F(MqttApplication, ARefusedIdentifierIsFreeAgain) {
  dialogue.run(R"(
    B connects 5 b
    B subscribes x 0
    A connects 5 a
    A> 34 [ <secret> 00 01 [ ] 'hi' ]
    A< 50 [ 00 01 87 [ 1f <secret> ] ]
    A> 34 [ <x> 00 01 [ ] 'hi' ]
    A< 50 02 00 01
    B< 30 [ <x> [ ] 'hi' ])");
}

TEST_F(MqttApplication, ClosesALinkOrActsAsIfNothingCame) {
  dialogue.run(R"(
    A connects 5 a
    A> 32 [ <ignored> 00 01 [ ] 'hi' ]
    A<
    A> 32 [ <close> 00 02 [ ] 'hi' ]
    A< e0 [ 87 [ 1f <go away> ] ]
    A closed)");
}

TEST_F(MqttApplication, AnswersTheRequesterOnce) {
  dialogue.run(R"(
    B connects 5 b
    B subscribes ask/answer 1
    B subscribes # 0
    A connects 5 a
    A> 32 [ <ask> 00 01 [ ] '1' ]
    A< 30 [ <ask/answer> [ ] '1' ] 40 02 00 01
    A> 82 [ 00 02 [ 0b 05 ] <ask/+> 01 <#> 00 ]
    A skips
    A> 32 [ <ask> 00 03 [ ] '2' ]
    A< 32 [ <ask/answer> 00 01 [ 0b 05 0b 05 ] '2' ] 40 02 00 03
    B<)");
}

TEST_F(MqttApplication, AnAnswerWaitsForASessionThatLasts) {
  dialogue.run(R"(
    A returns 5 a
    A subscribes answer 1
    A lost)");
  EXPECT_TRUE(dialogue.broker().deliver("a", "answer", "late", dialogue.now()));
  EXPECT_FALSE(dialogue.broker().deliver("a", "other", "lost", dialogue.now()));
  EXPECT_FALSE(dialogue.broker().deliver("b", "answer", "lost", dialogue.now()));
  dialogue.run(R"(
    A returns 5 a
    A< 32 [ <answer> 00 01 [ ] 'late' ])");
}

TEST_F(MqttApplication, PublishesLikeAClientAndDisconnects) {
  dialogue.run(R"(
    A connects 5 a
    A subscribes x 1
    W> 10 [ <MQTT> 05 06 00 00 [ ] <w> [ ] <x> <gone> ]
    W skips)");
  dialogue.broker().publish({"x", "hi", {}, 2, true, never}, dialogue.now());
  EXPECT_TRUE(dialogue.broker().disconnect("w", Reason::administrative_action, dialogue.now()));
  EXPECT_FALSE(dialogue.broker().disconnect("w", Reason::administrative_action, dialogue.now()));
  dialogue.run(R"(
    A< 32 [ <x> 00 01 [ ] 'hi' ] 30 [ <x> [ ] 'gone' ]
    W< e0 [ 98 [ 1f <administrative_action> ] ]
    W closed
    B connects 5 b
    B> 82 [ 00 01 [ ] <x> 02 ]
    B< 90 [ 00 01 [ ] 02 ] 35 [ <x> 00 01 [ ] 'hi' ])");
}

TEST_F(MqttApplication, IsToldOfPresence) {
  dialogue.run(R"(
    A returns 5 a
    A> e0 00
    A closed
    A returns 5 a
    B> 10 [ <MQTT> 05 00 00 01 [ ] <a> ]
    B skips
    A< e0 [ 8e [ 1f <the same client id connected again> ] ]
    A closed
    +2s
    B skips
    B closed
    C connects 4 c
    C> 00 00
    C closed)");
  EXPECT_THAT(doorman.heard,
              ElementsAre("a connected", "a client_disconnect", "a resumed", "a taken_over",
                          "a resumed", "a keep_alive_timeout", "c connected", "c client_error"));
}

TEST_F(MqttApplication, ShutsDownWithAWordAndKeepsWhatLasts) {
  dialogue.run(R"(
    A> 10 [ <MQTT> 05 0e 00 00 [ 11 00 00 03 e8 ] <a> [ ] <w> <gone> ]
    A skips
    A subscribes w 1
    B connects 4 b)");
  dialogue.broker().shut_down(dialogue.now());
  dialogue.run(R"(
    A< e0 [ 8b [ ] ]
    A closed
    B<
    B closed
    restart
    A returns 5 a
    A< 32 [ <w> 00 01 [ ] 'gone' ])");
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
