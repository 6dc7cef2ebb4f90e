#include "sim/explore/address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace cartstorm::sim::explore {
namespace {

using testing::HasSubstr;

Point torn_journal() {
  Point point;
  point.operation = 1042;
  point.spot = {false, ota::State::downloading, ota::Region::journal, FlashOp::program, 3};
  point.tear = Tear::all_but_last;
  return point;
}

Point cut_boot_record() {
  Point point;
  point.operation = 7;
  point.spot = {true, ota::State::starting, ota::Region::boot_record, FlashOp::erase, 1};
  point.tear = Tear::after;
  return point;
}

Address two_cuts() {
  Address address;
  address.exploration = "update";
  address.story = "good";
  address.points = {torn_journal(), cut_boot_record()};
  return address;
}

std::string problem_of(const std::string& token) {
  std::string problem;
  EXPECT_FALSE(parse_token(token, problem)) << token;
  return problem;
}

Token parsed(const std::string& token) {
  std::string problem;
  const auto read = parse_token(token, problem);
  EXPECT_TRUE(read) << token << ": " << problem;
  return read.value_or(Token{});
}

TEST(AddressText, IsPortableInWords) {
  EXPECT_EQ(portable_text(two_cuts()),
            "update/good/downloading/journal#3:program:torn=all_but_last+"
            "booting/boot_record#1:erase:cut=after");
}

TEST(AddressText, IsExactInNumbers) {
  EXPECT_EQ(exact_text(two_cuts(), "1f3c9a2b"),
            "update/good/op1042:torn=all_but_last+op7:cut=after@1f3c9a2b");
}

TEST(AddressText, NamesFaultsAndResetsAndBadSectors) {
  Address address = two_cuts();
  address.points[0].tear = Tear::before;
  address.points[0].fault = OpFault::write_lost;
  address.points[1].tear = Tear::watchdog;
  address.bad_sector = 130;
  address.bad_mode = BadSector::program_noop;
  EXPECT_EQ(portable_text(address),
            "update/good/sector130=program_noop/downloading/journal#3:program:fault=write_lost+"
            "booting/boot_record#1:erase:reset=watchdog");
}

TEST(AddressText, OfAStoryThatNobodyCutsIsItsName) {
  Address address = two_cuts();
  address.points.clear();
  EXPECT_EQ(portable_text(address), "update/good");
  EXPECT_EQ(exact_text(address, "00000000"), "update/good@00000000");
  address.bad_sector = 0;
  address.bad_mode = BadSector::erase_error;
  EXPECT_EQ(portable_text(address), "update/good/sector0=erase_error");
}

TEST(ParseToken, ReadsThePortableForm) {
  const Token token = parsed(
      "update/good/downloading/journal#3:program:torn=all_but_last+"
      "booting/boot_record#1:erase:cut=after");
  EXPECT_FALSE(token.is_exact);
  EXPECT_EQ(token.fingerprint, "");
  EXPECT_EQ(token.address.exploration, "update");
  EXPECT_EQ(token.address.story, "good");
  EXPECT_EQ(token.address.bad_sector, ExploredFlash::no_operation);
  ASSERT_EQ(token.address.points.size(), 2U);
  EXPECT_EQ(token.address.points[0].spot, torn_journal().spot);
  EXPECT_EQ(token.address.points[0].tear, Tear::all_but_last);
  EXPECT_EQ(token.address.points[1].spot, cut_boot_record().spot);
  EXPECT_EQ(token.address.points[1].tear, Tear::after);
}

TEST(ParseToken, ReadsTheExactForm) {
  const Token token = parsed("update/good/op1042:torn=half+op0:fault=error@1f3c9a2b");
  EXPECT_TRUE(token.is_exact);
  EXPECT_EQ(token.fingerprint, "1f3c9a2b");
  ASSERT_EQ(token.address.points.size(), 2U);
  EXPECT_EQ(token.address.points[0].operation, 1042U);
  EXPECT_EQ(token.address.points[0].tear, Tear::half);
  EXPECT_EQ(token.address.points[1].operation, 0U);
  EXPECT_EQ(token.address.points[1].fault, OpFault::error);
}

/// What each kind of mistake is told, with the place where it stands.
TEST(ParseToken, SaysWhatIsMissing) {
  EXPECT_EQ(problem_of(""),
            "at character 1: expected the name of an exploration of a-z, 0-9 and _, found \"\"");
  EXPECT_EQ(problem_of("update"),
            "at character 7: expected / and the name of a story, found the end");
  EXPECT_EQ(problem_of("update/"),
            "at character 8: expected the name of a story of a-z, 0-9 and _, found \"\"");
  EXPECT_EQ(problem_of("update/good/"),
            "at character 13: expected a place such as downloading/journal#3:program:cut=after, "
            "found the end");
  EXPECT_EQ(problem_of("u/g/trial/journal"),
            "at character 18: expected # and which operation of the region it is, found the end");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase"),
            "at character 26: expected : and what happened, such as torn=half, found the end");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:cut"),
            "at character 30: expected = and how, found the end");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:cut=after+"),
            "at character 37: expected the next place, found the end");
}

TEST(ParseToken, SuggestsTheWordThatWasMeant) {
  EXPECT_EQ(problem_of("u/g/downlaoding/journal#1:erase:cut=after"),
            "at character 5: unknown phase \"downlaoding\" (did you mean \"downloading\"?)");
  EXPECT_EQ(problem_of("u/g/trial/jurnal#1:erase:cut=after"),
            "at character 11: unknown region \"jurnal\" (did you mean \"journal\"?)");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:earse:cut=after"),
            "at character 21: unknown operation \"earse\" (did you mean \"erase\"?)");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:torn=all_but_lst"),
            "at character 32: unknown tear \"all_but_lst\" (did you mean \"all_but_last\"?)");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:trn=half"),
            "at character 27: unknown event \"trn\" (did you mean \"torn\"?)");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:fault=write_lots"),
            "at character 33: unknown fault \"write_lots\" (did you mean \"write_lost\"?)");
  EXPECT_EQ(problem_of("u/g/sector1=erase_eror"),
            "at character 13: unknown bad sector \"erase_eror\" (did you mean \"erase_error\"?)");
}

TEST(ParseToken, ListsTheWordsWhenNoneIsNear) {
  EXPECT_EQ(problem_of("u/g/trial/eeprom#1:erase:cut=after"),
            "at character 11: unknown region \"eeprom\", expected one of slot_a, slot_b, "
            "boot_record, journal, counters, trust");
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:cut=half"),
            "at character 31: unknown tear \"half\", expected one of before, after");
}

TEST(ParseToken, RefusesNumbersThatNameNoPlace) {
  for (const char* number : {"0", "-1", "x", "", "01", "4294967295", "99999999999"}) {
    EXPECT_THAT(problem_of(std::string("u/g/trial/journal#") + number + ":erase:cut=after"),
                HasSubstr("at character 19: expected which operation of the region it is, from 1"));
    if (std::string(number) == "0") continue;
    EXPECT_THAT(problem_of(std::string("u/g/op") + number + ":cut=after@00000000"),
                HasSubstr("at character 7: expected the number of an operation"));
  }
}

TEST(ParseToken, RefusesAFingerprintThatIsNone) {
  EXPECT_EQ(problem_of("u/g/op1:cut=after@1f3c9a2"),
            "at character 19: expected 8 digits of 0-9 and a-f, found \"1f3c9a2\"");
  EXPECT_EQ(problem_of("u/g/op1:cut=after@1F3C9A2B"),
            "at character 19: expected 8 digits of 0-9 and a-f, found \"1F3C9A2B\"");
  EXPECT_EQ(problem_of("u/g/op1:cut=after@"),
            "at character 19: expected 8 digits of 0-9 and a-f, found \"\"");
}

TEST(ParseToken, KeepsTheTwoFormsApart) {
  EXPECT_EQ(problem_of("u/g/op1:cut=after"),
            "at character 5: an exact address ends with @ and 8 digits of 0-9 and a-f");
  EXPECT_THAT(problem_of("u/g/trial/journal#1:erase:cut=after@00000000"),
              HasSubstr("expected an operation such as op7 in an exact address"));
}

TEST(ParseToken, RefusesWhatCannotHappen) {
  EXPECT_EQ(problem_of("u/g/trial/journal#1:erase:torn=over_program"),
            "at character 32: an erase cannot be torn as over_program");
  EXPECT_THAT(problem_of("u/g/trial/journal#1:erase:torn=after"), HasSubstr("unknown tear"));
  EXPECT_THAT(problem_of("u/g/trial/journal#1:erase:cut=after x"), HasSubstr("unknown tear"));
  EXPECT_THAT(problem_of("Update/good"), HasSubstr("at character 1"));
}

Point random_point() {
  Point point;
  point.operation = *rc::gen::inRange<std::uint32_t>(0, ExploredFlash::no_operation);
  point.spot.is_booting = *rc::gen::arbitrary<bool>();
  if (!point.spot.is_booting) {
    point.spot.phase = static_cast<ota::State>(*rc::gen::inRange<std::size_t>(0, ota::state_count));
  }
  point.spot.region =
      static_cast<ota::Region>(*rc::gen::inRange<std::size_t>(0, ota::region_count));
  point.spot.kind = *rc::gen::element(FlashOp::program, FlashOp::erase);
  point.spot.nth = *rc::gen::inRange<std::uint32_t>(1, ExploredFlash::no_operation);
  point.fault = static_cast<OpFault>(*rc::gen::inRange<std::size_t>(0, op_fault_count));
  if (point.fault == OpFault::none) {
    point.tear = static_cast<Tear>(*rc::gen::inRange<std::size_t>(0, tear_count));
  }
  if (point.spot.kind == FlashOp::erase && !applies_to_erase(point.tear)) point.tear = Tear::half;
  return point;
}

Address random_address() {
  Address address;
  address.exploration = *rc::gen::element<std::string>("update", "small", "x_1");
  address.story = *rc::gen::element<std::string>("good", "op1", "7", "by_patch");
  if (*rc::gen::arbitrary<bool>()) {
    address.bad_sector = *rc::gen::inRange<std::uint32_t>(0, 576);
    address.bad_mode = static_cast<BadSector>(*rc::gen::inRange<std::size_t>(0, bad_sector_count));
  }
  const auto count = *rc::gen::inRange<std::size_t>(0, 4);
  for (std::size_t n = 0; n < count; ++n) address.points.push_back(random_point());
  return address;
}

TEST(ParseToken, ReadsWhateverWasWritten) {
  EXPECT_TRUE(rc::check("portable and exact addresses come back", [] {
    const Address address = random_address();
    Address places = address, numbers = address;
    for (Point& point : places.points) point.operation = 0;
    for (Point& point : numbers.points) point.spot = {};
    std::string problem;
    const auto portable = parse_token(portable_text(address), problem);
    RC_ASSERT(portable);
    RC_ASSERT(!portable->is_exact);
    RC_ASSERT(portable->address.points == places.points);
    RC_ASSERT(portable->address.bad_sector == address.bad_sector);
    RC_ASSERT(portable_text(portable->address) == portable_text(address));
    const auto exact = parse_token(exact_text(address, "0123cdef"), problem);
    RC_ASSERT(exact);
    RC_ASSERT(exact->is_exact);
    RC_ASSERT(exact->fingerprint == "0123cdef");
    RC_ASSERT(exact->address.points == numbers.points);
  }));
}

TEST(ParseToken, NeverDiesOfAWord) {
  EXPECT_TRUE(rc::check("every damaged token is read or explained", [] {
    std::string token = portable_text(random_address());
    if (*rc::gen::arbitrary<bool>()) token += "@0123cdef";
    const auto at = *rc::gen::inRange<std::size_t>(0, token.size());
    token[at] = *rc::gen::arbitrary<char>();
    token.resize(*rc::gen::inRange<std::size_t>(0, token.size() + 1));
    std::string problem;
    const bool is_read = parse_token(token, problem).has_value();
    RC_ASSERT(is_read == problem.empty());
  }));
}

}  // namespace
}  // namespace cartstorm::sim::explore
