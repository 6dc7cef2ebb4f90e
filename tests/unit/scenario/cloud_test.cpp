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

/// 1,500 carts join in the last stage.
class CloudOfAStage : public Cloud {
 protected:
  std::string with(const char* soak, const char* quotas, const char* limits = "") const {
    return errors_with("plan: standard",
                       std::string{"plan: standard\n  stages:\n"
                                   "    - {stage: quarter, share: 25%, soak: 1h}\n"
                                   "    - {stage: full, share: 100%, soak: "} +
                           soak + "}\n  limits: {" + limits + "}\ncloud: {quotas: {" + quotas +
                           "}}");
  }
};

/// 95 % of them are enough, unless the plan says otherwise.
TEST_F(CloudOfAStage, MustBeAbleToServeItWhileItSoaks) {
  EXPECT_THAT(with("47m", "jobs_writes_per_s: 1"),
              HasSubstr("x.yaml:14:37: error: stage full adds 1500 carts, of which "
                        "limits.min_sample needs 1425 with at least 2850 updates, which takes "
                        "47m30s at 1 a second and is longer than its soak of 47m\n"));
  EXPECT_EQ(with("48m", "jobs_writes_per_s: 1"), "");
  EXPECT_EQ(with("45m", "jobs_writes_per_s: 2"), "");
  EXPECT_EQ(with("45m", "jobs_reads_per_s: 1"), "");
  EXPECT_THAT(with("20m", "jobs_reads_per_s: 1"),
              HasSubstr("x.yaml:14:36: error: stage full adds 1500 carts, of which "
                        "limits.min_sample needs 1425 with at least 1425 questions for a job, "
                        "which takes 23m45s at 1 a second"));
}

TEST_F(CloudOfAStage, NeedsToServeOnlyThoseWhomThePlanWaitsFor) {
  const char* const writes = "jobs_writes_per_s: 1";
  EXPECT_EQ(with("25m", writes, "min_sample: 50%"), "");
  EXPECT_THAT(with("24m", writes, "min_sample: 50%"),
              HasSubstr("limits.min_sample needs 750 with at least 1500 updates"));
  EXPECT_THAT(with("48m", writes, "min_sample: 100%"),
              HasSubstr("limits.min_sample needs 1500 with at least 3000 updates"));
  EXPECT_EQ(with("50m", writes, "min_sample: 100%"), "");
}

}  // namespace
}  // namespace cartstorm::sim
