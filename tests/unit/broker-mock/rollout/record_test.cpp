#include <gmock/gmock.h>

#include "broker-mock/rollout/act.hpp"
#include "broker-mock/rollout/spec_record.hpp"
#include "broker-mock/rollout/store.hpp"

namespace cartstorm::broker::rollout {
namespace {

using ::testing::ElementsAre;

RolloutSpec odd_spec() {
  RolloutSpec spec;
  spec.name = "fw 2:3";
  spec.version = {0x00020000};
  spec.base = {0x00010800};
  spec.sha256_hex = std::string(64, 'a');
  spec.requires_anchor = 0xffffffffffffffffU;
  spec.plan = standard_plan();
  spec.plan.rules.ratio.ratio = 0.1 + 0.2;
  spec.plan.rules.sprt.baseline_errors_per_hour = 0.25;
  spec.plan.rules.e_value.grid = {1.5, 4};
  spec.plan.on_hold = OnHold::let_run;
  spec.plan.cohort = CohortPick::random;
  spec.quirks.no_ca_gate = true;
  spec.created_by = "";
  return spec;
}

TEST(ARecord, IsReadableByPeople) {
  std::vector<std::uint32_t> numbers{7, 42};
  EXPECT_EQ(record_of(numbers), "2 2 7 42 ");
  std::string text = "a b";
  EXPECT_EQ(record_of(text), "2 3:a b ");
}

TEST(ARecord, GivesBackWhatWasWritten) {
  RolloutSpec spec = odd_spec(), read;
  const std::string text = record_of(spec);
  ASSERT_TRUE(read_record(text, read));
  EXPECT_EQ(read.name, "fw 2:3");
  EXPECT_EQ(read.version, Version{0x00020000});
  EXPECT_EQ(read.requires_anchor, 0xffffffffffffffffU);
  EXPECT_EQ(read.plan.stages.size(), 5U);
  EXPECT_EQ(read.plan.stages[1].percent, 1);
  // The last bit too, which a printed 0.3 would lose.
  EXPECT_EQ(read.plan.rules.ratio.ratio, 0.1 + 0.2);
  EXPECT_EQ(read.plan.rules.ratio.baseline_errors_per_hour, std::nullopt);
  EXPECT_EQ(read.plan.rules.sprt.baseline_errors_per_hour, 0.25);
  EXPECT_EQ(read.plan.rules.e_value.grid, (std::vector<double>{1.5, 4}));
  EXPECT_EQ(read.plan.on_hold, OnHold::let_run);
  EXPECT_EQ(read.plan.cohort, CohortPick::random);
  EXPECT_TRUE(read.quirks.no_ca_gate);
  EXPECT_EQ(record_of(read), text);
}

TEST(ARecord, KeepsActsApart) {
  std::vector<Act> acts(3), read;
  acts[0].is = act::TellStage{7, 1, fact::StageEvent::hold, "system", "two of ten", 3, 10};
  acts[1].is = act::Distribute{};
  acts[2].is = act::CancelOpen{"fw-1-canary"};
  ASSERT_TRUE(read_record(record_of(acts), read));
  ASSERT_EQ(read.size(), 3U);
  EXPECT_EQ(std::get<act::TellStage>(read[0].is).reason, "two of ten");
  EXPECT_TRUE(std::holds_alternative<act::Distribute>(read[1].is));
  EXPECT_EQ(std::get<act::CancelOpen>(read[2].is).job_id, "fw-1-canary");
}

TEST(ARecord, ThatIsCutIsRefusedWhereverItIsCut) {
  RolloutSpec spec = odd_spec();
  const std::string text = record_of(spec);
  for (std::size_t size = 0; size < text.size(); ++size) {
    RolloutSpec read;
    EXPECT_FALSE(read_record(std::string_view{text}.substr(0, size), read)) << size;
  }
  EXPECT_FALSE(read_record(text + " ", spec));
}

TEST(ARecord, OfAnotherFormatOrOfNonsenseIsRefused) {
  std::vector<Act> acts;
  std::vector<ThingId> things;
  EXPECT_FALSE(read_record("1 0 ", things));
  EXPECT_FALSE(read_record("2 99999999999 7 ", things));
  EXPECT_FALSE(read_record("2 -1 7 ", things));
  EXPECT_FALSE(read_record("2 1 x ", things));
  EXPECT_FALSE(read_record("2 1 99 ", acts));
  std::string text;
  EXPECT_FALSE(read_record("2 5:ab ", text));
  EXPECT_FALSE(read_record("2 -3:ab ", text));
}

TEST(AMemoryStore, ScansByPrefixInTheOrderOfKeys) {
  MemoryStore store;
  for (const char* key : {"2/state", "1/list/1", "1/list/0", "1/state"}) store.put(key, key);
  store.put("1/list/0", "again");
  store.erase("1/list/7");
  std::vector<std::string> seen;
  const auto note = [&seen](std::string_view key, std::string_view value) {
    seen.push_back(std::string{key} + "=" + std::string{value});
  };
  store.scan("1/list/", note);
  EXPECT_THAT(seen, ElementsAre("1/list/0=again", "1/list/1=1/list/1"));
  store.erase("1/list/0");
  seen.clear();
  store.scan("1/", note);
  EXPECT_THAT(seen, ElementsAre("1/list/1=1/list/1", "1/state=1/state"));
}

}  // namespace
}  // namespace cartstorm::broker::rollout
