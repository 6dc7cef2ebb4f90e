#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/idle_cart.hpp"

// The challenge: a fresh token goes out with an IN_PROGRESS update, the timestamp of the reply that
// carries it is the time at which dates are judged. Every other message decides nothing.
namespace ota::test {
namespace {

/// A cart that has accepted a job and waits for the server's time; the cloud keeps silent.
class ServerTimeChallenge : public IdleCart {
 protected:
  void SetUp() override {
    offer(good_image(v2));
    world.cloud.answers_updates = false;
    world.boot();
    ASSERT_TRUE(world.run_to(State::offered));
  }
  std::string token() const { return member(world.cloud.updates.back().payload, "clientToken"); }
  void reply(const std::string& token, const std::string& timestamp) {
    receive("$aws/things/cart-00042/jobs/fw-2-0-0/update/accepted",
            fmt::format(R"({{"clientToken":"{}","timestamp":{}}})", token, timestamp));
  }
  void expect_undecided() {
    EXPECT_EQ(world.agent.state(), State::offered);
    EXPECT_EQ(world.board.witness.count("manifest"), 0u);
  }
  /// Lets the pause or the timeout pass until the next update goes out.
  std::string next_token() {
    const std::size_t sent = world.cloud.updates.size();
    for (int i = 0; i < 10 && world.cloud.updates.size() == sent; ++i) {
      world.advance();
    }
    EXPECT_EQ(world.cloud.updates.size(), sent + 1);
    return token();
  }
};

TEST_F(ServerTimeChallenge, TheReplyToTheLatestRequestDecides) {
  reply(token(), "1750000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
  EXPECT_EQ(world.board.witness.count("manifest accept"), 1u);
}

TEST_F(ServerTimeChallenge, AMismatchedTokenDecidesNothing) {
  std::string other = token();
  other[15] = other[15] == '0' ? '1' : '0';
  for (const std::string& wrong : {other, token().substr(1), token() + "0", std::string{}}) {
    reply(wrong, "1750000000");
    expect_undecided();
  }
  receive("$aws/things/cart-00042/jobs/fw-2-0-0/update/accepted", R"({"timestamp":1750000000})");
  receive("$aws/things/cart-00042/jobs/fw-2-0-0/update/accepted",
          R"({"clientToken":7,"timestamp":1750000000})");
  expect_undecided();
  reply(token(), "1750000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
}

TEST_F(ServerTimeChallenge, AStaleReplyThatComesAfterTheTimeoutDecidesNothing) {
  const std::string first = token();
  world.advance();  // the timeout
  reply(first, "1750000000");
  expect_undecided();
  const std::string second = next_token();
  EXPECT_NE(second, first);
  reply(first, "1750000000");
  expect_undecided();
  reply(second, "1750000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
}

TEST_F(ServerTimeChallenge, AReplayedReplyDecidesNothing) {
  // Someone kept the reply of an earlier challenge, from when the image was still valid.
  const std::string old = token();
  reply(old, "1");  // its time was absurd, so the cart asks again
  const std::string fresh = next_token();
  reply(old, "1750000000");
  expect_undecided();
  reply(fresh, "1900000000");
  EXPECT_THAT(world.board.witness.lines, ::testing::Contains("manifest reject expired"));
}

TEST_F(ServerTimeChallenge, AReplyOfTheBootBeforeDecidesNothing) {
  const std::string old = token();
  world.boot();
  ASSERT_TRUE(world.run_to(State::offered));
  ASSERT_NE(token(), old);
  reply(old, "1750000000");
  expect_undecided();
}

TEST_F(ServerTimeChallenge, ARepetitionOfTheReplyDecidesNothingMore) {
  reply(token(), "1750000000");
  reply(token(), "1900000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
  EXPECT_EQ(world.board.witness.count("manifest"), 1u);
}

TEST_F(ServerTimeChallenge, AReplyWithoutATimestampIsAskedForAgain) {
  const std::string first = token();
  receive("$aws/things/cart-00042/jobs/fw-2-0-0/update/accepted",
          fmt::format(R"({{"clientToken":"{}"}})", first));
  expect_undecided();
  const std::string second = next_token();
  EXPECT_NE(second, first);
  reply(second, "1750000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
}

TEST_F(ServerTimeChallenge, AnAbsurdTimestampIsAskedForAgain) {
  for (const char* absurd :
       {"0", "1577836799", "4294967296", "1750000000000", "9007199254740991",
        "18446744073709551616", "-1", "\"1750000000\"", "1750000000.5", "1.75e9", "null", "{}"}) {
    SCOPED_TRACE(absurd);
    reply(token(), absurd);
    expect_undecided();
    next_token();
  }
  reply(token(), "1750000000");
  EXPECT_EQ(world.agent.state(), State::downloading);
}

TEST_F(ServerTimeChallenge, TheFirstAndTheLastPossibleTimeDecide) {
  reply(token(), "1577836800");
  EXPECT_THAT(world.board.witness.lines, ::testing::Contains("manifest reject not_yet_valid"));
  World other;
  other.cloud.offer("fw-2-0-0", good_image(v2));
  other.cloud.now_s = 4'294'967'295;
  other.boot();
  other.run();
  EXPECT_THAT(other.board.witness.lines, ::testing::Contains("manifest reject expired"));
}

TEST_F(ServerTimeChallenge, AnUnaskedNotificationDecidesNothing) {
  receive("$aws/things/cart-00042/jobs/notify-next", R"({"timestamp":1750000000})");
  EXPECT_EQ(world.board.witness.count("manifest"), 0u);
  EXPECT_EQ(world.cloud.updates.size(), 1u);
}

TEST_F(IdleCart, AfterAWaitForACaTheTimeIsAskedForAgain) {
  const std::vector<std::byte> bytes = image_bytes(v2, 6000);
  offer(signed_image(fields_for(v2, bytes), bytes, new_key()));
  world.boot();
  ASSERT_TRUE(world.run_to(State::precheck));  // in time, but the CA is not there
  world.cloud.now_s = 1'800'000'000;           // the second at which the manifest expires
  receive("carts/cart-00042/ca/install", install_of(new_key()));
  world.run();
  expect_end("FAILED", "expired");
}

}  // namespace
}  // namespace ota::test
