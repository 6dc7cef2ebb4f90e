#include "sim/explore/record_lens.hpp"

#include <gtest/gtest.h>

#include "ota/counters.hpp"
#include "tests/unit/sim/explore/silent_listener.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr Part part{{8, 1024, 4096}, 256};
constexpr std::uint32_t boot_length = 16 + 190 + 4;  ///< head, body, CRC
constexpr std::uint32_t proof_at = 216, seal_at = 224;
constexpr std::uint64_t carry = std::uint64_t{1} << 32;

/// All four pairs of records, each copy with a sequence of its own: the first, and one more.
struct Records {
  std::uint64_t first = 1000;
  ota::BootRecord boot;
  ota::Journal journal;
  ota::Counters counters;
  ota::TrustStore trust;

  explicit Records(std::uint64_t shift = 0) : first(1000 + shift) {
    boot.confirmed_mask = 1;
    boot.security_floor = 7;
    boot.attempt = 3;
    boot.rollback.occurrence.value = first - 4;
    journal.phase = ota::JobPhase::downloading;
    journal.set_job_id("job");
    journal.watermark = 2048;
    counters.versions[0] = {{0x20000}, 1, false, 2, 1'700'000'000};
    counters.last_counted.value = first - 6;
    trust.installed = trust.known = 1;
    trust.anchors[0].id.value = 0x1122;
  }
};

class Lens {
 public:
  Lens() { flash.power_on(state); }
  explicit Lens(const Records& records) : Lens() {
    EXPECT_EQ(format(flash, records.boot, records.first), ota::Status::ok);
    EXPECT_EQ(format(flash, records.journal, records.first + 10), ota::Status::ok);
    EXPECT_EQ(format(flash, records.counters, records.first + 20), ota::Status::ok);
    EXPECT_EQ(format(flash, records.trust, records.first + 30), ota::Status::ok);
  }
  Key key() { return lens.key(state); }
  Lens& xor_byte(std::uint32_t sector, std::uint32_t at, int mask) {
    std::vector<std::byte> bytes(part.geometry.sector_size);
    pool.read(state.at(sector), 0, bytes);
    bytes[at] ^= static_cast<std::byte>(mask);
    state.set(sector, pool.intern(bytes), pool);
    return *this;
  }
  /// As if this page of a copy had never been programmed.
  Lens& blank(std::uint32_t sector, std::uint32_t at) {
    std::vector<std::byte> bytes(part.geometry.sector_size);
    pool.read(state.at(sector), 0, bytes);
    std::fill_n(bytes.begin() + at, 8, std::byte{0xff});
    state.set(sector, pool.intern(bytes), pool);
    return *this;
  }
  Lens& exchange(std::uint32_t sector, std::uint32_t other) {
    const ContentId content = state.at(sector);
    state.set(sector, state.at(other), pool);
    state.set(other, content, pool);
    return *this;
  }

  ContentPool pool{part.geometry.sector_size};
  FlashState state{part, pool};
  test::SilentListener listener;
  ExploredFlash flash{part, pool, listener};
  RecordLens lens{part, pool};
};

const std::uint32_t first_boot_copy = part.sector_of(ota::Region::boot_record, 0);

/// The key after a change of the records.
template <typename Change>
Key key_with(Change change) {
  Records records;
  change(records);
  return Lens{records}.key();
}

TEST(RecordLens, HowHighSequencesAreDecidesNothing) {
  const Key key = Lens{Records{}}.key();
  EXPECT_EQ(Lens{Records{1'000'000}}.key(), key);
  EXPECT_EQ(Lens{Records{5 * carry}}.key(), key);
}

TEST(RecordLens, NearACarryOfTheLowerHalfTheyDo) {
  const Key key = Lens{Records{}}.key();
  const Key near = Lens{Records{carry - 1040}}.key();
  EXPECT_NE(near, key);
  EXPECT_NE(near, Lens{Records{carry - 1041}}.key());
  EXPECT_EQ(near, Lens{Records{3 * carry - 1040}}.key());
}

TEST(RecordLens, EveryFieldOfTheBootRecordDecides) {
  const Key key = Lens{Records{}}.key();
  EXPECT_NE(key_with([](Records& r) { r.boot.active = ota::Slot::b; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.trial = ota::Trial::b; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.attempts_left = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.probation_left = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.check_ins_left = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.confirmed_mask = 3; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.invalid_mask = 2; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.give_up = ota::RollbackReason::attempts_spent; }),
            key);
  EXPECT_NE(key_with([](Records& r) { r.boot.security_floor = 8; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.attempt = 4; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.slots[0].version.value = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.slots[1].security_version = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.slots[1].image[31] = std::byte{1}; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.slots[0].trailer[0] = std::byte{1}; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.rollback.is_pending = true; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.rollback.from.value = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.rollback.to.value = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.rollback.attempt = 1; }), key);
}

TEST(RecordLens, EveryFieldOfTheCountersDecides) {
  const Key key = Lens{Records{}}.key();
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[0].version.value = 1; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[0].rollbacks = 2; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[0].is_quarantined = true; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[0].attempts = 3; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[0].attempted_s = 0; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.versions[7].version.value = 1; }), key);
}

TEST(RecordLens, TheOtherRecordsDecideToo) {
  const Key key = Lens{Records{}}.key();
  EXPECT_NE(key_with([](Records& r) { r.journal.phase = ota::JobPhase::staged; }), key);
  EXPECT_NE(key_with([](Records& r) { r.journal.watermark = 1024; }), key);
  EXPECT_NE(key_with([](Records& r) { r.journal.set_job_id("jab"); }), key);
  EXPECT_NE(key_with([](Records& r) { r.trust.anchors[0].id.value = 0x1123; }), key);
}

TEST(RecordLens, OccurrencesCountFromTheNewestSequence) {
  const Key key = Lens{Records{}}.key();
  EXPECT_NE(key_with([](Records& r) { ++r.boot.rollback.occurrence.value; }), key);
  EXPECT_NE(key_with([](Records& r) { r.boot.rollback.occurrence.value = 0; }), key);
  EXPECT_NE(key_with([](Records& r) { ++r.counters.last_counted.value; }), key);
  EXPECT_NE(key_with([](Records& r) { r.counters.last_counted.value = 0; }), key);
}

TEST(RecordLens, ProofAndSealOfEachCopyDecide) {
  const Key key = Lens{Records{}}.key();
  for (const std::uint32_t copy : {first_boot_copy, first_boot_copy + 1}) {
    const Key without_seal = Lens{Records{}}.blank(copy, seal_at).key();
    const Key without_proof = Lens{Records{}}.blank(copy, proof_at).key();
    EXPECT_NE(without_seal, key);
    EXPECT_NE(without_proof, key);
    EXPECT_NE(without_proof, without_seal);
  }
  EXPECT_NE(Lens{Records{}}.xor_byte(first_boot_copy, seal_at + 1, 1).key(), key);
  EXPECT_NE(Lens{Records{}}.xor_byte(first_boot_copy, 1000, 1).key(), key);
}

TEST(RecordLens, ADamagedCopyIsItsBytes) {
  const Key key = Lens{Records{}}.key();
  const Key damaged = Lens{Records{}}.xor_byte(first_boot_copy, 20, 1).key();
  EXPECT_NE(damaged, key);
  EXPECT_NE(damaged, Lens{Records{}}.xor_byte(first_boot_copy, 20, 2).key());
  EXPECT_NE(damaged, Lens{Records{}}.xor_byte(first_boot_copy, boot_length - 1, 1).key());
}

TEST(RecordLens, WhichCopyWinsDecides) {
  EXPECT_NE(Lens{Records{}}.exchange(first_boot_copy, first_boot_copy + 1).key(),
            Lens{Records{}}.key());
}

TEST(RecordLens, HowFarTheCopiesAreApartDecides) {
  Lens near{Records{}}, far{Records{}};
  Records later;
  later.first += 1;
  ASSERT_EQ(format(far.flash, later.journal, later.first + 10), ota::Status::ok);
  const Key shifted = far.key();  // Both copies: only how high they are.
  EXPECT_EQ(shifted, near.key());
  Lens apart{Records{}};
  const std::uint32_t second = part.sector_of(ota::Region::journal, 0) + 1;
  apart.state.set(second, apart.pool.intern(far.pool.bytes(far.state.at(second))), apart.pool);
  EXPECT_NE(apart.key(), near.key());
}

TEST(RecordLens, FindsWhatAReaderFinds) {
  Lens lens{Records{}};
  const auto& boot = lens.lens.boot(lens.state);
  EXPECT_TRUE(boot.is_found);
  EXPECT_EQ(boot.whole_copies, 2);
  EXPECT_EQ(boot.sequence, 1001u);
  EXPECT_EQ(boot.winner, 1);
  EXPECT_TRUE(boot.is_sealed);
  EXPECT_EQ(boot.record, Records{}.boot);
  lens.blank(first_boot_copy + 1, seal_at);
  EXPECT_EQ(lens.lens.boot(lens.state).winner, 1);
  EXPECT_FALSE(lens.lens.boot(lens.state).is_sealed);
  lens.blank(first_boot_copy + 1, proof_at);
  EXPECT_EQ(lens.lens.boot(lens.state).winner, 0);
  EXPECT_EQ(lens.lens.newest_sequence(lens.state), 1000u);
}

TEST(RecordLens, ErasedFlashHoldsNothing) {
  Lens lens;
  EXPECT_FALSE(lens.lens.boot(lens.state).is_found);
  EXPECT_EQ(lens.lens.boot(lens.state).whole_copies, 0);
  EXPECT_FALSE(lens.lens.journal(lens.state).is_found);
  EXPECT_NE(lens.key(), Lens{Records{}}.key());
}

/// The pool leaves out what reads as erased at the end, and a CRC may end so.
TEST(RecordLens, ACrcThatEndsInOnesIsWhole) {
  Records records;
  for (records.boot.attempt = 0; records.boot.attempt < 5000; ++records.boot.attempt) {
    Lens lens;
    ASSERT_EQ(format(lens.flash, records.boot, 1), ota::Status::ok);
    lens.blank(first_boot_copy, proof_at).blank(first_boot_copy, seal_at);
    std::vector<std::byte> last(1);
    lens.pool.read(lens.state.at(first_boot_copy), boot_length - 1, last);
    if (last[0] == std::byte{0xff}) {
      EXPECT_EQ(lens.lens.boot(lens.state).whole_copies, 2);
      return;
    }
  }
  FAIL() << "no such CRC in 5000";
}

}  // namespace
}  // namespace cartstorm::sim::explore
