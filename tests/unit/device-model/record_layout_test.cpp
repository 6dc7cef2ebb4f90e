#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/host/ram_flash.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"

// What a cart in the field has in its flash is read by the next release: no field of a record may
// move, be left out or change its size. Every value differs from its neighbours.
namespace ota::test {
namespace {

std::string times(std::size_t count, const std::string& hex) {
  std::string all;
  for (std::size_t n = 0; n < count; ++n) all += hex;
  return all;
}

/// The body of a record as it stands in flash.
template <typename Record>
std::string body_of(const Record& record, const RecordFormat& kind) {
  host::RamFlash flash{{8, 1024, 16384}};
  EXPECT_EQ(format(flash, record, 1), Status::ok);
  std::vector<std::byte> body(kind.body_bytes);
  EXPECT_EQ(flash.read(kind.region, record_head_bytes, body), Status::ok);
  std::string hex;
  for (const std::byte b : body) hex += fmt::format("{:02x}", std::to_integer<unsigned>(b));
  return hex;
}

Digest digest_of_all(unsigned char value) {
  Digest digest;
  digest.fill(std::byte{value});
  return digest;
}

TEST(RecordLayout, OfTheBootRecordNeverChanges) {
  BootRecord record;
  record.active = Slot::b;
  record.trial = Trial::b;
  record.attempts_left = 3;
  record.probation_left = 4;
  record.check_ins_left = 5;
  record.confirmed_mask = 1;
  record.invalid_mask = 2;
  record.give_up = RollbackReason::cancelled;
  record.security_floor = 0x11121314;
  record.attempt = 0x2122232425262728;
  record.slots[0] = {{0x31323334}, 0x41424344, digest_of_all(0x51), digest_of_all(0x52)};
  record.slots[1] = {{0x61626364}, 0x71727374, digest_of_all(0x81), digest_of_all(0x82)};
  record.rollback = {true,         RollbackReason::verify_failed, {0x91929394},
                     {0xa1a2a3a4}, {0xb1b2b3b4b5b6b7b8},          0xc1c2c3c4c5c6c7c8};
  EXPECT_EQ(body_of(record, boot_record_format),
            "0102030405010204"
            "14131211"
            "2827262524232221"
            "34333231"
            "44434241" +
                times(32, "51") + times(32, "52") +
                "64636261"
                "74737271" +
                times(32, "81") + times(32, "82") +
                "0102"
                "94939291"
                "a4a3a2a1"
                "b8b7b6b5b4b3b2b1"
                "c8c7c6c5c4c3c2c1");
}

TEST(RecordLayout, OfTheJournalNeverChanges) {
  Journal journal;
  journal.phase = JobPhase::staged;
  journal.outcome = Outcome::failed;
  journal.reason = Reason::older_security_version;
  journal.retries = 4;
  journal.restarts = 5;
  journal.mismatches = 6;
  journal.set_job_id("ab");
  journal.set_etag("cde");
  journal.execution = 0x11121314;
  journal.version = {0x21222324};
  journal.trailer = digest_of_all(0x31);
  journal.image_size = 0x41424344;
  journal.watermark = 0x51525354;
  journal.is_patch_refused = true;
  journal.patch = {0x61626364, 0x71727374, 0x81828384, 0x91929394};
  journal.patch_place = {0xa1a2a3a4, 0xb1b2b3b4};
  EXPECT_EQ(body_of(journal, journal_format),
            "030209"
            "040506"
            "0203"
            "6162" +
                times(62, "00") + "636465" + times(61, "00") +
                "14131211"
                "24232221" +
                times(32, "31") +
                "44434241"
                "54535251"
                "01"
                "64636261"
                "74737271"
                "84838281"
                "94939291"
                "a4a3a2a1"
                "b4b3b2b1");
}

TEST(RecordLayout, OfTheCountersNeverChanges) {
  Counters counters;
  counters.versions[0] = {{0x11121314}, 2, true, 0x2122, 0x61626364};
  counters.versions[7] = {{0x31323334}, 3, false, 0x4142, 0x71727374};
  counters.last_counted = {0x5152535455565758};
  EXPECT_EQ(body_of(counters, counters_format),
            "14131211"
            "02"
            "01"
            "2221"
            "64636261" +
                times(6 * 12, "00") +
                "34333231"
                "03"
                "00"
                "4241"
                "74737271"
                "5857565554535251");
}

TEST(RecordLayout, OfTheTrustStoreNeverChanges) {
  TrustStore trust;
  trust.installed = 1;
  trust.known = 2;
  trust.anchors[0].id = {0x1112131415161718};
  trust.anchors[0].key.fill(std::byte{0x21});
  trust.anchors[0].not_after = {0x3132333435363738};
  trust.anchors[0].name = 0x4142434445464748;
  trust.anchors[0].path_length = 1;
  EXPECT_EQ(body_of(trust, trust_format),
            "0102"
            "1817161514131211" +
                times(64, "21") +
                "3837363534333231"
                "4847464544434241"
                "01" +
                times(7 * 89, "00"));
}

}  // namespace
}  // namespace ota::test
