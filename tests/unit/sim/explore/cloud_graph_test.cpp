#include "sim/explore/cloud_graph.hpp"
#include "sim/kernel/draw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/sim/explore/laboratory.hpp"

namespace cartstorm::sim::explore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Node = CloudGraph::Node;

class CloudGraphTest : public testing::Test {
 protected:
  CloudGraphTest() : lab_{exploration_, exploration_.stories[0], linked_device_code(), true} {}

  CloudGraph fresh(std::uint32_t retries = 0) const {
    return {lab_.images, "cart-00001", lab_.scenario.epoch_unix_s, retries};
  }
  const ImageSet& images() const { return lab_.images; }
  static std::string jobs(const std::string& rest) { return "$aws/things/cart-00001/jobs/" + rest; }
  /// The only message of an answer.
  static const CloudMessage& only(const CloudGraph& graph, const CloudGraph::Answer& answer) {
    EXPECT_THAT(answer.messages, SizeIs(1));
    return graph.message(answer.messages.at(0));
  }
  static const CloudGraph::Answer& ask(CloudGraph& graph, Node at, const std::string& token = "t") {
    return graph.uplink(at, jobs("$next/get"), R"({"clientToken":")" + token + R"("})");
  }
  /// Reports a status of the job with the version number that is expected.
  static const CloudGraph::Answer& report(CloudGraph& graph, Node at, const std::string& status,
                                          int expected) {
    const CloudView::Execution& newest = *graph.view(at).newest();
    return graph.uplink(at, jobs(newest.job + "/update"),
                        R"({"status":")" + status + R"(","expectedVersion":")" +
                            std::to_string(expected) + R"(","executionNumber":)" +
                            std::to_string(newest.number) + R"(,"clientToken":"u"})");
  }
  /// Counts the rollback of the new version with this number, of one digit.
  static const CloudGraph::Answer& roll_back(CloudGraph& graph, Node at, char occurrence) {
    return graph.uplink(at, "carts/cart-00001/rollback",
                        std::string(R"({"occurrence":"000000000000000)") + occurrence +
                            R"(","target":"2.0.0","running":"1.8.0","reason":"after_confirm",)"
                            R"("attempt":"0000000000000003"})");
  }
  static bool notifies(const CloudGraph& graph, const CloudGraph::Answer& answer) {
    return std::ranges::any_of(answer.messages, [&](MessageId id) {
      return graph.message(id).topic == jobs("notify-next") && !graph.message(id).job.empty();
    });
  }
  static Key key_of(const CloudGraph& graph, Node at) {
    KeyWriter out;
    graph.encode(at, out, 10);
    return out.finish();
  }

 private:
  Exploration exploration_ = test::tiny();
  Laboratory lab_;
};

TEST_F(CloudGraphTest, BeginsWithOneQueuedJobAndNobodyConnected) {
  const CloudGraph graph = fresh();
  const CloudView& view = graph.view(graph.root());
  ASSERT_THAT(view.executions, SizeIs(1));
  EXPECT_EQ(view.newest()->status, broker::JobStatus::queued);
  EXPECT_EQ(view.newest()->number, 1u);
  EXPECT_TRUE(view.is_pending());
  EXPECT_FALSE(view.is_linked);
}

TEST_F(CloudGraphTest, TheSameInputLeadsToTheSameNode) {
  CloudGraph graph = fresh();
  const Node linked = graph.connect(graph.root()).next;
  EXPECT_NE(linked, graph.root());
  EXPECT_EQ(graph.connect(graph.root()).next, linked);
  const auto messages = ask(graph, linked).messages;
  EXPECT_EQ(ask(graph, linked).next, linked);  // To ask changes nothing.
  EXPECT_EQ(ask(graph, linked).messages, messages);
  EXPECT_EQ(graph.nodes(), 2u);
}

/// What an operator wants and the cart has not acknowledged is said again at the next connect: a
/// cloud that owes it is another one than a cloud that does not.
TEST_F(CloudGraphTest, AnOpenWishIsAnotherCloud) {
  CloudGraph graph = fresh();
  const auto& next = images().authorities().at("ca-next").anchor;
  const Node linked = graph.connect(graph.root()).next;
  graph.connect(linked);  // An answer that must not be taken for the one below.
  const Node owing = graph.install_anchor(linked, next.id.value).next;
  EXPECT_NE(owing, linked);
  const auto& again = graph.connect(owing).messages;
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(graph.message(again[0]).kind, CloudMessage::Kind::ca_install);
}

TEST_F(CloudGraphTest, DescribesTheJobToWhoeverAsks) {
  CloudGraph graph = fresh();
  const auto& answer = ask(graph, graph.connect(graph.root()).next, "abc");
  const CloudMessage& message = only(graph, answer);
  EXPECT_EQ(message.kind, CloudMessage::Kind::described);
  EXPECT_EQ(message.topic, jobs("$next/get/accepted"));
  EXPECT_EQ(message.token, "abc");
  EXPECT_EQ(message.job, graph.view(0).newest()->job);
  EXPECT_EQ(message.execution, 1u);
  EXPECT_EQ(message.version_number, 1u);
  EXPECT_EQ(message.code, "");
}

TEST_F(CloudGraphTest, VersionNumbersAreMaskedInTheRest) {
  CloudGraph graph = fresh();
  const Node linked = graph.connect(graph.root()).next;
  Node at = report(graph, linked, "IN_PROGRESS", 1).next;
  const Node second = report(graph, at, "IN_PROGRESS", 2).next;
  EXPECT_NE(second, at);
  const CloudMessage& before = only(graph, ask(graph, at));
  const CloudMessage& after = only(graph, ask(graph, second));
  EXPECT_EQ(before.version_number, 2u);
  EXPECT_EQ(after.version_number, 3u);
  EXPECT_NE(before.payload, after.payload);
  EXPECT_EQ(before.rest, after.rest);
  EXPECT_NE(before.rest, only(graph, ask(graph, at, "other")).rest);
  KeyWriter key_before, key_after;
  graph.encode(at, key_before, 10);
  graph.encode(second, key_after, 10);
  EXPECT_EQ(key_before.finish(), key_after.finish());
}

TEST_F(CloudGraphTest, RefusesAVersionThatIsBehindAndSaysWhich) {
  CloudGraph graph = fresh();
  const Node linked = graph.connect(graph.root()).next;
  const Node begun = report(graph, linked, "IN_PROGRESS", 1).next;
  const auto& refused = report(graph, begun, "SUCCEEDED", 1);
  EXPECT_EQ(refused.next, begun);
  const CloudMessage& message = only(graph, refused);
  EXPECT_EQ(message.kind, CloudMessage::Kind::update_answered);
  EXPECT_EQ(message.code, "VersionMismatch");
}

TEST_F(CloudGraphTest, CancelEndsTheJobAndTellsTheCart) {
  CloudGraph graph = fresh();
  const Node linked = graph.connect(graph.root()).next;
  const auto& canceled = graph.cancel(report(graph, linked, "IN_PROGRESS", 1).next);
  EXPECT_EQ(graph.view(canceled.next).newest()->status, broker::JobStatus::canceled);
  EXPECT_FALSE(graph.view(canceled.next).is_pending());
  bool is_told = false;
  for (const MessageId id : canceled.messages) {
    is_told |= graph.message(id).topic == jobs("notify-next");
  }
  EXPECT_TRUE(is_told);
  EXPECT_THAT(only(graph, ask(graph, canceled.next)).job, IsEmpty());
}

TEST_F(CloudGraphTest, CancelOfWhoIsNotConnectedSendsNothing) {
  CloudGraph graph = fresh();
  const auto& canceled = graph.cancel(graph.root());
  EXPECT_THAT(canceled.messages, IsEmpty());
  EXPECT_EQ(graph.view(canceled.next).newest()->status, broker::JobStatus::canceled);
}

TEST_F(CloudGraphTest, NotificationIsTheSameJobUnasked) {
  CloudGraph graph = fresh();
  const MessageId described = ask(graph, graph.connect(graph.root()).next).messages.at(0);
  const MessageId notified = graph.as_notification(described);
  EXPECT_EQ(graph.message(notified).topic, jobs("notify-next"));
  EXPECT_EQ(graph.message(notified).payload, graph.message(described).payload);
  EXPECT_EQ(graph.as_notification(described), notified);
}

TEST_F(CloudGraphTest, WithoutRetriesFailedIsTheEnd) {
  CloudGraph graph = fresh();
  const Node failed = report(graph, graph.connect(graph.root()).next, "FAILED", 1).next;
  EXPECT_THAT(graph.view(failed).executions, SizeIs(1));
  EXPECT_THAT(graph.view(roll_back(graph, failed, '7').next).executions, SizeIs(1));
}

TEST_F(CloudGraphTest, QueuesTheSameJobAgainAfterFailedAndNotAfterRejected) {
  CloudGraph graph = fresh(1);
  Node at = graph.connect(graph.root()).next;
  EXPECT_FALSE(graph.view(report(graph, at, "REJECTED", 1).next).is_pending());
  const auto& failed = report(graph, at, "FAILED", 1);
  EXPECT_TRUE(notifies(graph, failed));
  at = failed.next;
  ASSERT_THAT(graph.view(at).executions, SizeIs(2));
  EXPECT_EQ(graph.view(at).newest()->job, graph.view(graph.root()).newest()->job);
  EXPECT_EQ(graph.view(at).newest()->number, 2u);
  EXPECT_TRUE(graph.view(at).is_pending());
  EXPECT_EQ(only(graph, ask(graph, at)).execution, 2u);
  EXPECT_FALSE(graph.view(report(graph, at, "FAILED", 1).next).is_pending());
}

TEST_F(CloudGraphTest, MakesAnotherJobAfterARollbackOfWhatHadSucceeded) {
  CloudGraph graph = fresh(1);
  const Node linked = graph.connect(graph.root()).next;
  EXPECT_THAT(graph.view(roll_back(graph, linked, '7').next).executions, SizeIs(1));
  Node at = report(graph, linked, "SUCCEEDED", 1).next;
  EXPECT_FALSE(graph.view(at).is_pending());
  const auto& rolled_back = roll_back(graph, at, '7');
  EXPECT_TRUE(notifies(graph, rolled_back));
  at = rolled_back.next;
  ASSERT_THAT(graph.view(at).executions, SizeIs(2));
  EXPECT_NE(graph.view(at).newest()->job, graph.view(linked).newest()->job);
  EXPECT_EQ(graph.view(at).newest()->number, 1u);
  // Counted once, ordered once; and no more often than the story says.
  EXPECT_THAT(graph.view(roll_back(graph, at, '7').next).executions, SizeIs(2));
  at = report(graph, at, "SUCCEEDED", 1).next;
  EXPECT_THAT(graph.view(roll_back(graph, at, '8').next).executions, SizeIs(2));
}

/// An update of the old execution is first compared with its version number, so a cloud in which
/// that is another one answers differently.
TEST_F(CloudGraphTest, TheVersionNumberOfAnOldExecutionIsAnotherCloud) {
  CloudGraph graph = fresh(1);
  const Node linked = graph.connect(graph.root()).next;
  const Node begun = report(graph, linked, "IN_PROGRESS", 1).next;
  const Node sooner = report(graph, linked, "FAILED", 1).next;
  const Node later = report(graph, begun, "FAILED", 2).next;
  EXPECT_EQ(key_of(graph, linked), key_of(graph, graph.connect(linked).next));
  EXPECT_NE(key_of(graph, sooner), key_of(graph, later));
}

TEST_F(CloudGraphTest, HttpAnswersAreNumbersThatStayValid) {
  CloudGraph graph = fresh();
  const std::uint32_t missing = graph.http("/nowhere", 0, "");
  EXPECT_GE(graph.answer(missing).status, 400);
  EXPECT_EQ(graph.http("/nowhere", 0, ""), missing);
  EXPECT_NE(graph.http("/nowhere", 1, ""), missing);
}

/// One input to a graph, drawn.
struct Walker {
  static const CloudGraph::Answer& step(CloudGraph& graph, Node at, unsigned choice) {
    const std::string topic = "$aws/things/cart-00001/jobs/";
    const std::string job = graph.view(at).newest()->job;
    const auto update = [&](const char* status, unsigned expected) -> const CloudGraph::Answer& {
      return graph.uplink(at, topic + job + "/update",
                          R"({"status":")" + std::string(status) + R"(","expectedVersion":")" +
                              std::to_string(expected) +
                              R"(","executionNumber":1,"clientToken":"u"})");
    };
    switch (choice % 8) {
      case 0:
        return graph.connect(at);
      case 1:
        return graph.uplink(at, topic + "$next/get", R"({"clientToken":"g"})");
      case 2:
      case 3:
        return update("IN_PROGRESS", 1 + choice / 8 % 3);
      case 4:
        return update(choice / 8 % 4 == 0 ? "SUCCEEDED" : "IN_PROGRESS", 1 + choice / 32 % 3);
      case 5:
        return graph.uplink(at, "carts/cart-00001/consent", R"({"optedIn":false})");
      case 6:
        return choice / 8 % 4 == 0 ? graph.cancel(at) : graph.connect(at);
      default:
        return graph.uplink(at, "carts/cart-00001/heartbeat", R"({"version":"1.8.0"})");
    }
  }
};

/// Without what is drawn anew for every presigned URL: session token and signature.
std::string masked(std::string text) {
  constexpr std::string_view drawn = "X-Amz-Security-Token=";
  for (auto at = text.find(drawn); at != std::string::npos; at = text.find(drawn, at + 1)) {
    text.erase(at + drawn.size(), text.find('"', at) - at - drawn.size());
  }
  return text;
}

std::vector<std::string> texts(const CloudGraph& graph, const CloudGraph::Answer& answer) {
  std::vector<std::string> all;
  for (const MessageId id : answer.messages) {
    all.push_back(graph.message(id).topic + " " + masked(graph.message(id).payload));
  }
  return all;
}

/// A graph that was walked through in many ways answers on each of them as a cloud that knows
/// nothing but this way.
TEST_F(CloudGraphTest, AnswersAsACloudThatKnowsOnlyThisWay) {
  std::uint64_t drawn = 0;
  const auto next_draw = [&drawn] {
    return static_cast<unsigned>(draw(1, 0, Purpose::torn_content, drawn++));
  };
  CloudGraph known = fresh();
  for (int way = 0; way < 25; ++way) {
    CloudGraph cloud = fresh();
    Node at = known.connect(known.root()).next, alone = cloud.connect(cloud.root()).next;
    for (int step = 0; step < 12; ++step) {
      const auto choice = static_cast<unsigned>(next_draw());
      const auto answer = Walker::step(known, at, choice);
      const auto expected = Walker::step(cloud, alone, choice);
      ASSERT_EQ(texts(known, answer), texts(cloud, expected)) << "way " << way << " step " << step;
      at = answer.next;
      alone = expected.next;
      KeyWriter key, expected_key;
      known.encode(at, key, 7);
      cloud.encode(alone, expected_key, 7);
      ASSERT_EQ(key.finish(), expected_key.finish());
    }
  }
}

}  // namespace
}  // namespace cartstorm::sim::explore
