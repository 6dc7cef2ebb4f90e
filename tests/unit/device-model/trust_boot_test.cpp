#include <fmt/format.h>
#include <gmock/gmock.h>

#include "ota/trust.hpp"
#include "support/world.hpp"

// D28: nothing that happens to a CA changes whether an installed slot boots, neither by the pins of
// the boot record nor, with both copies of it lost, by signatures.
namespace ota::test {
namespace {

constexpr std::uint32_t trailer_at = 14 * 1024;
constexpr std::uint8_t old_ca = 1, new_ca = 2;

Image image_of(Version version, std::uint8_t ca) {
  std::vector<std::byte> bytes = image_bytes(version, 600);
  const Manifest fields = fields_for(version, bytes);
  return signed_image(fields, std::move(bytes), ca_key(ca));
}

/// A cart with 1.8.0 of the old CA in slot A and 2.0.0 of the new one in slot B, both confirmed and
/// B active; it knows both CAs.
class BothSlotsConfirmed : public ::testing::Test {
 protected:
  BothSlotsConfirmed() {
    static const Image old_image = image_of(v1, old_ca), new_image = image_of(v2, new_ca);
    host::RamFlash& flash = world.board.flash;
    Hardware hardware = world.board.hardware();
    const Anchor anchors[] = {anchor_of(ca_key(old_ca)), anchor_of(ca_key(new_ca))};
    EXPECT_EQ(provision(hardware, {old_image.bytes, old_image.trailer, anchors}), Status::ok);
    flash.plant(Region::slot_b, 0, new_image.bytes);
    flash.plant(Region::slot_b, trailer_at, new_image.trailer);
    BootRecord record = world.boot_record();
    record.pin(Slot::b) = {v2, 2, host::sha256(new_image.bytes), host::sha256(new_image.trailer)};
    record.active = Slot::b;
    record.confirmed_mask = 3;
    record.invalid_mask = 0;
    EXPECT_EQ(format(flash, record, 10), Status::ok);
    world.boot();
    world.run();
    start = flash;
  }

  void change(bool is_install, std::uint8_t ca) {
    const std::string payload =
        is_install ? install_of(ca_key(ca))
                   : fmt::format(R"({{"anchor":"{:016x}"}})", anchor_of(ca_key(ca)).id.value);
    world.deliver(
        event::Received{is_install ? "carts/cart-00042/ca/install" : "carts/cart-00042/ca/remove",
                        std::as_bytes(std::span{payload})});
  }
  void lose_records() {
    world.board.flash.flip_bit(Region::boot_record, 30, 1);
    world.board.flash.flip_bit(Region::boot_record, 1024 + 30, 1);
  }
  Slot boots() {
    BootDecision decision;
    Hardware hardware = world.board.hardware();
    EXPECT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
    EXPECT_NE(decision.reason, BootReason::recovery);
    return decision.slot;
  }
  /// The four ways to boot these slots give what they gave before.
  void expect_both_boot() {
    const host::RamFlash now = world.board.flash;
    EXPECT_EQ(boots(), Slot::b);
    world.board.flash.flip_bit(Region::slot_b, 17, 3);
    EXPECT_EQ(boots(), Slot::a);
    world.board.flash = now;
    lose_records();
    EXPECT_EQ(boots(), Slot::b);
    world.board.flash = now;
    lose_records();
    world.board.flash.flip_bit(Region::slot_b, 17, 3);
    EXPECT_EQ(boots(), Slot::a);
    world.board.flash = now;
  }

  World world;
  host::RamFlash start{small_part};
};

TEST_F(BothSlotsConfirmed, EverySequenceOfThreeChangesLeavesBothBootable) {
  constexpr int choices = 8;  // install or remove one of four CAs
  for (int sequence = 0; sequence < choices * choices * choices; ++sequence) {
    world.board.flash = start;
    for (int step = 0, rest = sequence; step < 3; ++step, rest /= choices) {
      change(rest % 2 == 0, static_cast<std::uint8_t>(1 + rest % choices / 2));
    }
    expect_both_boot();
    ASSERT_FALSE(HasFailure()) << "sequence " << sequence;
  }
}

TEST_F(BothSlotsConfirmed, AnyNumberOfNewCasLeavesBothBootable) {
  change(false, old_ca);
  change(false, new_ca);
  for (std::uint8_t ca = 3; ca < 20; ++ca) {
    change(true, ca);
    expect_both_boot();
    ASSERT_FALSE(HasFailure()) << "CA number " << int{ca};
  }
  TrustStore trust;
  RecordPlace place;
  ASSERT_EQ(load(world.board.flash, trust, place), Status::ok);
  EXPECT_EQ(trust.known, 8);
  EXPECT_EQ(trust.find_installed(anchor_of(ca_key(old_ca)).id), nullptr);
  EXPECT_NE(trust.find_known(anchor_of(ca_key(old_ca)).id), nullptr);
}

TEST_F(BothSlotsConfirmed, EveryCutWhileACaIsRemovedLeavesBothBootable) {
  for (const host::CutShape shape : host::cut_shapes) {
    for (std::uint64_t operation = 0; operation < 8; ++operation) {
      world.board.flash = start;
      world.board.flash.cut_at(world.board.flash.operations() + operation, shape);
      change(false, new_ca);
      world.board.flash.restore_power();
      expect_both_boot();
      ASSERT_FALSE(HasFailure()) << "operation " << operation;
    }
  }
}

/// Certificates that were over before the cart was built.
TEST(ExpiredLongAgo, CaSignerAndManifestStillBootByPinAndBySignature) {
  const host::PrivateKey ca = ca_key(5);
  host::OpensslCrypto crypto;
  Anchor anchor;
  ASSERT_EQ(read_anchor(crypto, host::make_ca(fields_named("old times", 1'000, 2'000), ca), anchor),
            Status::ok);
  const std::vector<std::byte> bytes = image_bytes(v1, 600);
  Manifest fields = fields_for(v1, bytes);
  fields.anchor = anchor.id;
  fields.issued = {1'000};
  fields.expires = {2'000};
  const Image image = image_with_chain(
      fields, bytes, signer_key(ca),
      {host::issue_signer(fields_named("signer", 1'000, 2'000), host::public_key_of(signer_key(ca)),
                          {"old times", ca})});
  Board board;
  Hardware hardware = board.hardware();
  const Anchor anchors[] = {anchor};
  ASSERT_EQ(provision(hardware, {image.bytes, image.trailer, anchors}), Status::ok);
  BootDecision decision;
  ASSERT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
  EXPECT_EQ(decision.reason, BootReason::confirmed);
  board.flash.flip_bit(Region::boot_record, 30, 1);
  board.flash.flip_bit(Region::boot_record, 1024 + 30, 1);
  ASSERT_EQ(select_slot(hardware, ResetCause::power_on, decision), Status::ok);
  EXPECT_EQ(decision.reason, BootReason::fallback);
  EXPECT_EQ(decision.slot, Slot::a);
}

/// Not everything boots with the records lost: what no chain vouches for stays out.
class RecordsLost : public BothSlotsConfirmed {
 protected:
  void plant_trailer(const std::vector<std::byte>& trailer) {
    world.board.flash.plant(Region::slot_b, trailer_at, trailer);
    lose_records();
  }
  const std::vector<std::byte> bytes = image_bytes(v2, 600);
};

TEST_F(RecordsLost, AChainToAnotherCaThanTheManifestNamesStaysOut) {
  Manifest fields = fields_for(v2, bytes);
  fields.anchor = anchor_of(ca_key(new_ca)).id;
  plant_trailer(image_with_chain(fields, bytes, signer_key(ca_key(old_ca)),
                                 {signer_certificate(ca_key(old_ca))})
                    .trailer);
  EXPECT_EQ(boots(), Slot::a);
}

TEST_F(RecordsLost, ACaThatWasNeverInstalledStaysOut) {
  plant_trailer(signed_image(fields_for(v2, bytes), bytes, ca_key(9)).trailer);
  EXPECT_EQ(boots(), Slot::a);
}

TEST_F(RecordsLost, EveryTornTrailerStaysOut) {
  const std::vector<std::byte> whole = image_of(v2, new_ca).trailer;
  for (std::size_t size = 0; size < whole.size(); size += 8) {
    world.board.flash = start;
    std::vector<std::byte> torn(whole.size(), std::byte{0xff});
    std::copy_n(whole.begin(), size, torn.begin());
    plant_trailer(torn);
    EXPECT_EQ(boots(), Slot::a) << size;
  }
}

}  // namespace
}  // namespace ota::test
