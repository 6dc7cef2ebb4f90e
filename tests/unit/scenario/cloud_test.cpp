#include "tests/unit/scenario/scratch_folder.hpp"

namespace cartstorm::sim {
namespace {

using testing::HasSubstr;

/// The account that a scenario gives its cloud.
class Cloud : public ScratchFolder {
 protected:
  std::string with_quotas(const std::string& quotas) const {
    return errors_with("plan: standard", "plan: standard\ncloud: {quotas: {" + quotas + "}}");
  }
};

TEST_F(Cloud, HasTheQuotasThatAreWritten) {
  ASSERT_EQ(with_quotas("jobs_reads_per_s: 90, jobs_writes_per_s: 40, control_calls_per_s: 3"), "");
  const Quotas quotas = load("x.yaml").scenario.cloud.quotas;
  EXPECT_EQ(quotas.jobs_reads_per_s, 90U);
  EXPECT_EQ(quotas.jobs_writes_per_s, 40U);
  EXPECT_EQ(quotas.control_calls_per_s, 3U);
}

TEST_F(Cloud, HasNoneUnlessTheyAreWritten) {
  write("x.yaml", valid_text);
  EXPECT_EQ(load("x.yaml").scenario.cloud, CloudAccount{});
  EXPECT_EQ(with_quotas(""), "");
  EXPECT_EQ(load("x.yaml").scenario.digest, [this] {
    write("x.yaml", valid_text);
    return load("x.yaml").scenario.digest;
  }());
}

TEST_F(Cloud, IsMisspeltWithASuggestion) {
  EXPECT_EQ(with_quotas("job_writes_per_s: 40"),
            "x.yaml:10:18: error: unknown key \"job_writes_per_s\" in cloud.quotas (did you mean "
            "\"jobs_writes_per_s\"?)\n"
            "  cloud: {quotas: {job_writes_per_s: 40}}\n"
            "                   ^\n");
  EXPECT_THAT(errors_with("plan: standard", "plan: standard\ncloud: {quota: {}}"),
              HasSubstr("unknown key \"quota\" in cloud (did you mean \"quotas\"?)"));
}

TEST_F(Cloud, ThatAnswersNobodyIsRefused) {
  EXPECT_THAT(with_quotas("jobs_writes_per_s: 0"),
              HasSubstr("expected a whole number from 1 to 1000000 in "
                        "cloud.quotas.jobs_writes_per_s"));
}

/// 1,500 carts join in the last stage, which soaks for three quarters of an hour or half an hour.
TEST_F(Cloud, MustBeAbleToServeAStageWhileItSoaks) {
  const auto with = [this](const char* soak, const char* quotas) {
    return errors_with("plan: standard",
                       std::string{"plan: standard\n  stages:\n"
                                   "    - {stage: quarter, share: 25%, soak: 1h}\n"
                                   "    - {stage: full, share: 100%, soak: "} +
                           soak + "}\ncloud: {quotas: {" + quotas + "}}");
  };
  EXPECT_THAT(with("45m", "jobs_writes_per_s: 1"),
              HasSubstr("x.yaml:13:37: error: stage full adds 1500 carts with at least 3000 "
                        "updates, which takes 50m at 1 a second and is longer than its soak of "
                        "45m\n"));
  EXPECT_EQ(with("45m", "jobs_writes_per_s: 2"), "");
  EXPECT_EQ(with("45m", "jobs_reads_per_s: 1"), "");
  EXPECT_THAT(with("20m", "jobs_reads_per_s: 1"),
              HasSubstr("x.yaml:13:36: error: stage full adds 1500 carts with at least 1500 "
                        "questions for a job, which takes 25m at 1 a second"));
}

}  // namespace
}  // namespace cartstorm::sim
