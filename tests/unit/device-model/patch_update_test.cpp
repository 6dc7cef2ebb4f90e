#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "ota/host/delta.hpp"
#include "support/idle_cart.hpp"

// An update by patch, and every way in which it ends as an update by the full image.
namespace ota::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::StartsWith;

/// 2.0.0 as a change of 1.8.0: bytes inserted early, so that everything behind them moves.
Image related_image() {
  std::vector<std::byte> bytes = good_image(v1).bytes;
  bytes.insert(bytes.begin() + 700, 40, std::byte{0x5a});
  for (std::size_t at = 1500; at < bytes.size(); at += 900) {
    bytes[at] ^= std::byte{0x11};
  }
  return signed_image(fields_for(v2, bytes), bytes);
}

class OfferedAPatch : public IdleCart {
 protected:
  OfferedAPatch() : image(related_image()) {
    const auto patch = host::make_patch(good_image(v1).bytes, image.bytes, {1024, v1, v2});
    EXPECT_TRUE(patch.has_value());
    world.store.patch = patch.value_or(std::vector<std::byte>{});
    world.tuning.journal_every_bytes = 1024;
    world.cloud.patch_base = hex(host::sha256(good_image(v1).bytes));
  }
  void offer_it() { offer(image); }
  void expect_installed() {
    EXPECT_EQ(status(), "SUCCEEDED");
    EXPECT_EQ(world.agent.running_version(), v2);
    const Bytes slot = world.board.flash.content(Region::slot_b);
    EXPECT_TRUE(std::ranges::equal(slot.first(image.bytes.size()), image.bytes));
    EXPECT_EQ(world.board.flash.defects(), 0u);
    EXPECT_EQ(world.overflows, 0);
  }
  void until_the_second_get() {
    for (int i = 0; i < 3000 && world.store.fetched.size() < 2; ++i) {
      world.advance();
    }
    ASSERT_EQ(world.store.fetched.size(), 2u);
  }
  /// Flips a bit of the patch's record `number`; the records before it stay good.
  void damage_record(std::uint32_t number) {
    PatchHeader header;
    ASSERT_EQ(decode(Bytes{world.store.patch}.first(patch_header_bytes), header), Status::ok);
    PatchDecoder decoder;
    const FlashGeometry geometry = world.board.flash.geometry();
    ASSERT_EQ(decoder.start(plan_of(header), patch_first_place, geometry), Status::ok);
    std::byte out[1024];
    Bytes rest = Bytes{world.store.patch}.subspan(patch_header_bytes);
    while (decoder.place().record < number) {
      std::size_t consumed = 0, produced = 0;
      ASSERT_EQ(decoder.feed(world.board.flash, Region::slot_a, rest, consumed, out, produced),
                Status::ok);
      rest = rest.subspan(consumed);
    }
    world.store.patch[decoder.place().offset + 1] ^= std::byte{0x04};
  }

  Image image;
};

TEST_F(OfferedAPatch, MakesTheImageFromWhatRuns) {
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0"));
  EXPECT_LT(world.store.patch.size() * 4, image.bytes.size());
}

TEST_F(OfferedAPatch, ForgetsThePatchWithTheJob) {
  offer_it();
  world.boot();
  world.run();
  EXPECT_EQ(world.journal(), Journal{});
}

TEST_F(OfferedAPatch, TakesTheImageWhenThePatchStartsFromAnother) {
  world.cloud.patch_base = hex(host::sha256(good_image(v3).bytes));
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("image 0"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenTheHeaderSaysOtherThanTheDocument) {
  const auto other = host::make_patch(good_image(v3).bytes, image.bytes, {1024, v3, v2});
  world.store.patch = *other;
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0", "image 0"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenThePatchMakesAnother) {
  const auto other = host::make_patch(good_image(v1).bytes, good_image(v2).bytes, {1024, v1, v2});
  world.store.patch = *other;
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0", "image 0"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenItIsNoPatchAtAll) {
  world.store.patch = good_image(v3).bytes;
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0", "image 0"));
}

TEST_F(OfferedAPatch, GoesOnWithTheImageBehindTheRecordsThatWereGood) {
  damage_record(3);
  offer_it();
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0", "image 3072"));
}

TEST_F(OfferedAPatch, NeverTriesARefusedPatchAgain) {
  damage_record(2);
  offer_it();
  world.boot();
  until_the_second_get();
  ASSERT_THAT(world.store.fetched, ElementsAre("patch 0", "image 2048"));
  world.boot();  // a reset in the middle of the image
  world.run();
  expect_installed();
  EXPECT_THAT(std::vector(world.store.fetched.begin() + 1, world.store.fetched.end()),
              Each(StartsWith("image")));
}

// Nothing is in the slot yet that would tell that the patch was tried.
TEST_F(OfferedAPatch, RemembersARefusalBeforeTheFirstSector) {
  world.store.patch = good_image(v3).bytes;
  offer_it();
  world.boot();
  until_the_second_get();
  ASSERT_THAT(world.store.fetched, ElementsAre("patch 0", "image 0"));
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(std::vector(world.store.fetched.begin() + 1, world.store.fetched.end()),
              Each(StartsWith("image")));
}

TEST_F(OfferedAPatch, SeesABaseThatReadsOtherThanItWasDigested) {
  offer_it();
  world.boot();
  world.board.flash.flip_bit(Region::slot_a, 4000, 3);
  until_the_second_get();
  ASSERT_EQ(world.store.fetched.size(), 2u);
  EXPECT_EQ(world.store.fetched[1], "image 3072");  // 40 bytes of the target come before it
  world.board.flash.flip_bit(Region::slot_a, 4000, 3);
  world.run();
  expect_installed();
}

TEST_F(OfferedAPatch, GoesOnAtTheRecordAfterALostConnection) {
  world.store.piece = 64;
  world.store.cut_body_after = 160;
  offer_it();
  world.boot();
  until_the_second_get();
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_installed();
  ASSERT_EQ(world.store.fetched.size(), 2u);
  EXPECT_THAT(world.store.fetched[1], StartsWith("patch "));
  EXPECT_GT(world.store.firsts[1], patch_header_bytes);
}

TEST_F(OfferedAPatch, TakesTheImageWhenTheServerIgnoresTheRange) {
  world.store.piece = 64;
  world.store.cut_body_after = 160;
  world.store.ignores_range = true;
  offer_it();
  world.boot();
  until_the_second_get();
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched.back(), StartsWith("image"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenThePatchIsReplacedOnTheWay) {
  world.store.piece = 64;
  world.store.cut_body_after = 160;
  offer_it();
  world.boot();
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.patch_etag = "\"patch-2\"";
  until_the_second_get();
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched.back(), StartsWith("image"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenThePatchIsOfferedNoLonger) {
  world.store.piece = 64;
  world.store.cut_body_after = 160;
  offer_it();
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  world.cloud.patch_base.clear();
  world.cloud.executions.back().document = world.cloud.document_for(image);
  ASSERT_TRUE(world.run_to(State::backing_off));
  world.store.cut_body_after = 0xffffffff;
  world.run();
  expect_installed();
  ASSERT_EQ(world.store.fetched.size(), 2u);
  EXPECT_EQ(world.store.fetched[1], "image 1024");
}

TEST_F(OfferedAPatch, WaitsForTheSupplyAndGoesOn) {
  world.store.piece = 64;
  offer_it();
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  for (int i = 0; i < 20; ++i) {
    world.advance();
  }
  world.board.has_power = false;
  world.run_for(300'000);
  world.board.has_power = true;
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, Each(StartsWith("patch")));
}

TEST_F(OfferedAPatch, TakesTheImageWhenTheWholeOfItIsNotWhatTheManifestSays) {
  // The patch is right about itself and about the header; the slot is damaged behind its back.
  offer_it();
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  world.board.flash.flip_bit(Region::slot_b, 100, 0);
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0", "image 0"));
}

TEST_F(OfferedAPatch, TakesTheImageWhenThePatchIsNotThere) {
  for (const std::uint16_t http_status : {std::uint16_t{404}, std::uint16_t{403}}) {
    World other;
    other.store = world.store;
    other.cloud.patch_base = world.cloud.patch_base;
    other.cloud.offer("fw-2-0-0", image);
    other.store.object = image.bytes;
    other.store.statuses = {http_status};
    other.boot();
    other.run();
    EXPECT_EQ(other.cloud.executions.back().status, "SUCCEEDED") << http_status;
    EXPECT_THAT(other.store.fetched, ElementsAre("patch 0", "image 0")) << http_status;
  }
}

TEST_F(OfferedAPatch, TakesTheImageWhenTheTriesAreSpent) {
  offer_it();
  world.store.statuses.assign(world.tuning.download_retries + 1u, 503);
  world.boot();
  world.run();
  expect_installed();
  EXPECT_EQ(world.store.fetched.back(), "image 0");
}

TEST_F(OfferedAPatch, WithdrawnWhileVerifyingIsVerifiedAllTheSame) {
  offer_it();
  world.boot();
  ASSERT_TRUE(world.run_to(State::verifying));
  world.cloud.patch_base.clear();
  world.cloud.executions.back().document = world.cloud.document_for(image);
  world.deliver(event::LinkDown{});
  world.deliver(event::LinkUp{});
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("patch 0"));
}

TEST_F(OfferedAPatch, APatchWithAUrlThatIsTooLongIsNone) {
  offer_it();
  std::string& document = world.cloud.executions.back().document;
  document.replace(document.find("x.patch"), 7, std::string(2100, 'x'));
  world.boot();
  world.run();
  expect_installed();
  EXPECT_THAT(world.store.fetched, ElementsAre("image 0"));
}

TEST_F(OfferedAPatch, ADocumentWithHalfADeltaIsMalformed) {
  offer_it();
  std::string& document = world.cloud.executions.back().document;
  document.replace(document.find(R"("base")"), 6, R"("bass")");
  world.boot();
  world.run();
  EXPECT_EQ(status(), "REJECTED");
}

class APatchCutAnywhere : public OfferedAPatch,
                          public ::testing::WithParamInterface<host::CutShape> {};

TEST_P(APatchCutAnywhere, IsFinishedAllTheSame) {
  offer_it();
  const std::uint64_t before = world.board.flash.operations();
  world.boot();
  world.run();
  const std::uint64_t count = world.board.flash.operations() - before;
  ASSERT_GT(count, 60u);
  for (std::uint64_t i = 0; i < count && !HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("cut at operation {} of {}", i, count));
    World cut;
    cut.tuning = world.tuning;
    cut.store = Store{};
    cut.store.patch = world.store.patch;
    cut.store.object = world.store.object;
    cut.cloud.patch_base = world.cloud.patch_base;
    cut.cloud.offer("fw-2-0-0", image);
    cut.board.flash.cut_at(cut.board.flash.operations() + i, GetParam());
    cut.boot();
    cut.run();
    EXPECT_EQ(cut.cloud.executions.back().status, "SUCCEEDED");
    EXPECT_EQ(cut.agent.running_version(), v2);
    EXPECT_EQ(cut.board.flash.defects(), 0u);
    EXPECT_THAT(cut.store.fetched, Each(StartsWith("patch")));
  }
}

std::string shape_name(const ::testing::TestParamInfo<host::CutShape>& info) {
  constexpr const char* shapes[] = {"before", "half", "subset", "all_zero", "after"};
  return shapes[static_cast<int>(info.param)];
}

INSTANTIATE_TEST_SUITE_P(Shapes, APatchCutAnywhere, ::testing::ValuesIn(host::cut_shapes),
                         shape_name);

}  // namespace
}  // namespace ota::test
