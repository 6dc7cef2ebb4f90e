#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ota/trust.hpp"
#include "support/idle_cart.hpp"

namespace ota::test {
namespace {

using ::testing::ElementsAre;

Anchor anchor(std::uint64_t id) {
  Anchor result;
  result.id = {id};
  return result;
}

TrustStore store_with(std::uint64_t count) {
  TrustStore trust;
  AnchorId removed;
  for (std::uint64_t id = 1; id <= count; ++id) {
    trust.install(anchor(id), {}, removed);
  }
  return trust;
}

std::vector<std::uint64_t> ids(const TrustStore& trust, std::size_t count) {
  std::vector<std::uint64_t> result;
  for (std::size_t i = 0; i < count; ++i) {
    result.push_back(trust.anchors[i].id.value);
  }
  return result;
}

TEST(TrustStore, KeepsFourInstalledAndRemembersTheReplacedOnes) {
  TrustStore trust;
  AnchorId removed;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    EXPECT_TRUE(trust.install(anchor(id), {}, removed));
  }
  EXPECT_EQ(removed, AnchorId{1});
  EXPECT_EQ(trust.installed, 4);
  EXPECT_EQ(trust.find_installed({1}), nullptr);
  ASSERT_NE(trust.find_known({1}), nullptr);
  EXPECT_FALSE(trust.install(anchor(5), {}, removed));
  EXPECT_TRUE(trust.install(anchor(1), {}, removed));
  EXPECT_EQ(removed, AnchorId{2});
  EXPECT_NE(trust.find_installed({1}), nullptr);
  EXPECT_EQ(trust.known, 5);
}

TEST(TrustStore, AFullMemoryForgetsTheOldestReplacedOne) {
  TrustStore trust;
  AnchorId removed;
  for (std::uint64_t id = 1; id <= 9; ++id) {
    trust.install(anchor(id), {}, removed);
  }
  EXPECT_EQ(trust.known, 8);
  EXPECT_EQ(trust.find_known({1}), nullptr);
  EXPECT_NE(trust.find_known({2}), nullptr);
}

TEST(TrustStore, StandsNewestFirst) {
  TrustStore trust = store_with(3);
  AnchorId removed;
  EXPECT_TRUE(trust.install(anchor(4), {}, removed));
  EXPECT_EQ(removed, AnchorId{});
  EXPECT_TRUE(trust.install(anchor(5), {}, removed));
  EXPECT_EQ(removed, AnchorId{1});
  EXPECT_THAT(ids(trust, trust.known), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_EQ(trust.find_installed({1}), nullptr);
  EXPECT_NE(trust.find_known({1}), nullptr);
}

TEST(TrustStore, ForgetsTheOldestOneThatNoSlotNeeds) {
  TrustStore trust = store_with(8);
  AnchorId removed;
  const AnchorId in_use[] = {{1}, {2}};
  trust.install(anchor(9), in_use, removed);
  EXPECT_THAT(ids(trust, trust.known), ElementsAre(9, 8, 7, 6, 5, 4, 2, 1));
  const AnchorId other[] = {{2}, {9}};
  trust.install(anchor(10), other, removed);
  EXPECT_THAT(ids(trust, trust.known), ElementsAre(10, 9, 8, 7, 6, 5, 4, 2));
}

TEST(TrustStore, RemovesFromTheInstalledOnesAndKnowsThemStill) {
  TrustStore trust = store_with(3);
  EXPECT_TRUE(trust.remove({2}));
  EXPECT_THAT(ids(trust, trust.installed), ElementsAre(3, 1));
  EXPECT_THAT(ids(trust, trust.known), ElementsAre(3, 1, 2));
  EXPECT_FALSE(trust.remove({2}));
  EXPECT_TRUE(trust.remove({3}));
  EXPECT_FALSE(trust.remove({1})) << "the last one";
  EXPECT_THAT(ids(trust, trust.installed), ElementsAre(1));
  AnchorId removed;
  EXPECT_TRUE(trust.install(anchor(2), {}, removed));
  EXPECT_THAT(ids(trust, trust.installed), ElementsAre(2, 1));
}

TEST(TrustStore, EveryFieldComesBackFromFlash) {
  Board board;
  TrustStore written;
  AnchorId removed;
  for (std::uint8_t i = 1; i <= 8; ++i) {
    Anchor full = anchor(0x1122334455667700 + i);
    full.key.fill(std::byte{i});
    full.not_after = {-1 - std::int64_t{i}};
    full.name = 0x99aabbccddeeff00 + i;
    full.path_length = i % 2;
    written.install(full, {}, removed);
  }
  ASSERT_EQ(format(board.flash, written, 7), Status::ok);
  TrustStore read;
  RecordPlace place;
  ASSERT_EQ(load(board.flash, read, place), Status::ok);
  EXPECT_EQ(read.known, 8);
  EXPECT_EQ(read.installed, 4);
  EXPECT_TRUE(std::ranges::equal(read.anchors, written.anchors));
}

TEST(TrustStore, FitsTheSmallestSectorOfTheLargestProgramUnit) {
  Board board{FlashGeometry{256, 2048, 16 * 1024}};
  ASSERT_EQ(format(board.flash, store_with(8), 7), Status::ok);
  TrustStore read;
  RecordPlace place;
  ASSERT_EQ(load(board.flash, read, place, RecordCare::both), Status::ok);
  EXPECT_FALSE(place.needs_commit);
  EXPECT_EQ(read.known, 8);
  EXPECT_EQ(board.flash.defects(), 0u);
}

std::string id_text(const host::PrivateKey& ca) {
  return fmt::format("{:016x}", anchor_of(ca).id.value);
}

struct Change {
  const char* topic;
  std::string payload;
  std::string before, after;  ///< `anchors` of a heartbeat
};

/// A cart with the factory's CA and a second one, and every change to them.
std::vector<Change> changes() {
  const std::string old_id = id_text(factory_key()), second = id_text(new_key()),
                    third = id_text(ca_key(3));
  const std::string before = fmt::format(R"("anchors":["{}","{}"])", second, old_id);
  return {{"carts/cart-00042/ca/install", install_of(ca_key(3)), before,
           fmt::format(R"("anchors":["{}","{}","{}"])", third, second, old_id)},
          {"carts/cart-00042/ca/remove", fmt::format(R"({{"anchor":"{}"}})", old_id), before,
           fmt::format(R"("anchors":["{}"])", second)},
          {"carts/cart-00042/ca/remove", fmt::format(R"({{"anchor":"{}"}})", second), before,
           fmt::format(R"("anchors":["{}"])", old_id)}};
}

/// Delivers the change with a cut at its n-th device operation; false once there is no such one.
bool change_with_cut(const Change& change, std::uint64_t operation, host::CutShape shape) {
  World world;
  world.boot();
  world.run();
  const auto deliver = [&](const char* topic, const std::string& payload) {
    world.deliver(event::Received{topic, std::as_bytes(std::span{payload})});
  };
  deliver("carts/cart-00042/ca/install", install_of(new_key()));
  const std::uint64_t first = world.board.flash.operations();
  world.board.flash.cut_at(first + operation, shape);
  const int boots = world.boots;
  deliver(change.topic, change.payload);
  const bool was_cut = world.boots > boots;
  world.run_for(1000);
  const std::string& heartbeat = world.cloud.heartbeats.back();
  if (was_cut) {
    EXPECT_TRUE(heartbeat.find(change.before) != std::string::npos ||
                heartbeat.find(change.after) != std::string::npos)
        << heartbeat;
    // What was acknowledged is durable; what was not is repeated by the cloud, and then it is.
    deliver(change.topic, change.payload);
    world.boot();
    world.run();
    EXPECT_THAT(world.cloud.heartbeats.back(), ::testing::HasSubstr(change.after));
  }
  EXPECT_EQ(world.board.flash.defects(), 0u);
  return was_cut;
}

TEST(TrustStoreOnFlash, EveryCutLeavesTheOldOrTheNewSetAndARepetitionEndsIt) {
  for (const Change& change : changes()) {
    for (const host::CutShape shape : host::cut_shapes) {
      std::uint64_t operation = 0;
      while (change_with_cut(change, operation, shape)) {
        ASSERT_LT(++operation, 20u);
        ASSERT_FALSE(HasFailure()) << change.topic << " cut at " << operation;
      }
      EXPECT_GT(operation, 4u);
    }
  }
}

}  // namespace
}  // namespace ota::test
