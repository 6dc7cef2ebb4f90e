#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/pitfall.hpp"

// A job whose document spoils the whole describe reply: nothing of the reply can be believed, its
// token included. The cart asks again, twice after a pause, then for the head alone, and refuses
// the job by its name: a reason reaches the job, whatever the document is.
namespace ota::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* describe_topic = "$aws/things/cart-00042/jobs/$next/get/accepted";

struct Shape {
  const char* name;
  std::string (*spoil)(std::string good);
};

std::string nested(std::size_t depth, char open, char close) {
  return std::string(depth, open) + std::string(depth, close);
}

const Shape shapes[] = {
    {"nothing", [](std::string) { return std::string{}; }},
    {"no_json", [](std::string) { return std::string{"<html>502 Bad Gateway</html>"}; }},
    {"half_of_it", [](std::string good) { return good.substr(0, good.size() / 2); }},
    {"one_byte_short", [](std::string good) { return good.substr(0, good.size() - 1); }},
    {"one_brace_more", [](std::string good) { return good + "}"; }},
    {"trailing_comma", [](std::string good) { return good.insert(good.size() - 1, ","); }},
    {"no_comma", [](std::string good) { return good.replace(good.find(','), 1, " "); }},
    {"two_colons", [](std::string good) { return good.insert(good.find(':'), ":"); }},
    {"single_quotes", [](std::string) { return std::string{"{'url':'x'}"}; }},
    {"bare_word", [](std::string) { return std::string{"{\"size\":trux}"}; }},
    {"bad_number", [](std::string) { return std::string{"{\"size\":01}"}; }},
    {"not_utf8", [](std::string good) { return good.insert(good.find("https"), "\xc3\x28"); }},
    {"overlong_utf8", [](std::string good) { return good.insert(good.find("https"), "\xc0\xaf"); }},
    {"surrogate", [](std::string good) { return good.insert(good.find("https"), "\xed\xa0\x80"); }},
    {"line_break", [](std::string good) { return good.insert(good.find("https"), "\n"); }},
    {"nul", [](std::string good) { return good.insert(good.find("https"), 1, '\0'); }},
    {"bad_escape", [](std::string good) { return good.insert(good.find("https"), "\\x"); }},
    {"flipped_quote",
     [](std::string good) {
       good[1] ^= 1;
       return good;
     }},
    {"flipped_brace",
     [](std::string good) {
       good[0] ^= 4;
       return good;
     }},
    {"crossed_brackets", [](std::string) { return std::string{"{\"a\":[1,2}]"}; }},
    {"deep_and_open", [](std::string) { return "{\"a\":" + std::string(60, '[') + "}"; }},
};

class MalformedDocument : public Pitfall, public ::testing::WithParamInterface<Shape> {
 protected:
  void spoil() {
    std::string& document = world.cloud.executions.back().document;
    document = GetParam().spoil(document);
  }
};

TEST_P(MalformedDocument, IsRefusedWithAReasonThatReachesTheJob) {
  offer(good_image(v2));
  spoil();
  const std::uint64_t factory = world.board.flash.changes(Region::slot_a);
  boot_and_run();
  expect_end("REJECTED", "malformed_document");
  EXPECT_EQ(uplinks_to("$next/get"), 4u) << "three times whole, then the head";
  EXPECT_GE(world.now.ms, 2 * (20'000u + 15'000u)) << "with pauses between them";
  EXPECT_TRUE(world.boot_record().is_bootable(Slot::a));
  EXPECT_EQ(world.board.flash.changes(Region::slot_a), factory);
}

/// A document that was good when the job was accepted, and is not any more.
TEST_P(MalformedDocument, EndsADownloadAndLeavesTheConfirmedSlotAlone) {
  world.store.statuses = {503};
  work_until(State::backing_off);
  spoil();
  world.run();
  EXPECT_EQ(status(), "REJECTED");
  EXPECT_THAT(final_report(), HasSubstr(R"("reason":"malformed_document")"));
  expect_untouched_and_idle();
  EXPECT_TRUE(world.boot_record().is_bootable(Slot::a));
}

/// The head is as good a check-in as the whole: a running trial is not lost to a spoiled document.
TEST_P(MalformedDocument, DoesNotRollATrialBack) {
  work_until(State::armed);
  spoil();
  world.run();
  expect_updated();
  EXPECT_EQ(trials(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Shapes, MalformedDocument, ::testing::ValuesIn(shapes),
                         [](const auto& shape) { return std::string{shape.param.name}; });

// What parses and is wrong needs no second question; so does what is too large or too deep.
TEST_F(Pitfall, ADocumentThatIsNoObjectIsRefusedAtOnce) {
  for (const std::string& document :
       {std::string{"null"}, std::string{"7"}, std::string{"\"text\""}, std::string{"[]"},
        nested(60, '[', ']'), std::string{"{}"}}) {
    SCOPED_TRACE(document);
    World fresh;
    fresh.cloud.offer("fw", good_image(v2)).document = document;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "REJECTED");
    EXPECT_THAT(fresh.cloud.other_uplinks.back().payload,
                HasSubstr(R"("reason":"malformed_document")"));
    EXPECT_LT(fresh.now.ms, 1000u);
  }
}

/// Only no execution, or an empty one, means that nothing is pending.
TEST_F(Pitfall, AnExecutionWithoutAJobIsNoEmptyQueue) {
  offer(good_image(v2));
  replies_to_lose = 1;
  lost_topic = "$next/get/accepted";
  world.boot();
  while (uplinks_to("$next/get") == 0) {
    world.advance();
  }
  const std::string nameless = fmt::format(
      R"({{"clientToken":"{}","timestamp":1750000000,"execution":{{"versionNumber":2}}}})",
      world.cloud.last_token);
  receive(describe_topic, nameless);
  EXPECT_LT(world.agent.deadline().ms, 60'000u) << "asks again soon, not at the next heartbeat";
  world.run();
  expect_updated();
}

TEST_F(Pitfall, ADocumentThatIsTooDeepIsRefusedByItsHeadAtOnce) {
  offer(good_image(v2));
  world.cloud.executions.back().document = "{\"a\":" + nested(5000, '[', ']') + "}";
  boot_and_run();
  expect_end("REJECTED", "document_too_large");
  EXPECT_EQ(uplinks_to("$next/get"), 2u);
}

TEST_F(Pitfall, TwoMalformedRepliesThenAGoodOneIsAnUpdate) {
  offer(good_image(v2));
  const std::string good = world.cloud.executions.back().document;
  world.cloud.executions.back().document = "{";
  world.boot();
  world.run_for(90'000);
  ASSERT_GE(uplinks_to("$next/get"), 2u);
  ASSERT_EQ(status(), "QUEUED");
  world.cloud.executions.back().document = good;
  world.run();
  expect_updated();
}

TEST_F(Pitfall, ManyMalformedRepliesToOneRequestCountOnce) {
  offer(good_image(v2));
  world.link = false;
  world.boot();
  world.deliver(event::LinkUp{});
  for (int i = 0; i < 20; ++i) {
    receive(describe_topic, "{");
  }
  world.link = true;
  world.run();
  expect_updated();
}

TEST_F(Pitfall, AMalformedReplyToAnotherRequestCountsForNothing) {
  offer(good_image(v2));
  world.link = false;
  world.boot();
  for (int i = 0; i < 6; ++i) {
    world.deliver(event::LinkUp{});
    receive(describe_topic, R"({"clientToken":"0123456789abcdef","timestamp":)");
    world.run_for(60'000);
  }
  world.link = true;
  world.deliver(event::LinkUp{});
  world.run();
  expect_updated();
}

/// Nothing tells which job it is: the cart cannot refuse it, and asks ever more rarely.
TEST_F(Pitfall, AJobWhoseHeadIsMalformedIsAskedForWithBackOff) {
  offer(good_image(v2));
  world.cloud.executions.back().job = "a name that no job has";
  world.boot();
  world.run_for(24ull * 3'600'000);
  EXPECT_EQ(status(), "QUEUED");
  EXPECT_LT(uplinks_to("$next/get"), 130u);
  EXPECT_EQ(world.agent.state(), State::idle);
  end_job("CANCELED");
  offer(good_image(v2), "fw-named");
  world.run();
  expect_updated();
}

/// The front of the queue moved between the two questions, and the head is lost: what is there now
/// is not refused for what was there before.
TEST_F(Pitfall, AHeadThatIsLostIsNotHeldAgainstTheNextJob) {
  offer(good_image(v3), "fw-bad");
  world.cloud.executions.back().document = "{";
  world.boot();
  while (uplinks_to("$next/get") < 4) {
    world.cloud.replies_to_drop = uplinks_to("$next/get") == 3 ? 1 : 0;
    ASSERT_TRUE(world.advance());
  }
  end_job("CANCELED");
  offer(good_image(v2), "fw-good");
  world.run();
  expect_updated();
}

TEST_F(Pitfall, ANotificationThatIsMalformedIsAHintAllTheSame) {
  boot_and_run();
  offer(good_image(v2));
  receive("$aws/things/cart-00042/jobs/notify-next", "{\"execution\":");
  world.run_for(70'000);
  world.run();
  expect_updated();
  EXPECT_LT(world.elapsed_ms, 600'000u);
}

}  // namespace
}  // namespace ota::test
