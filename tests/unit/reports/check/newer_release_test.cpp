#include <gmock/gmock.h>

#include "reports/check/fleet.hpp"
#include "reports/check/reconcile.hpp"
#include "tests/unit/reports/tape.hpp"

/// A newer rollout that brings an image of its own: what the checks take for the new version.
namespace cartstorm::report {
namespace {

using enum CheckVerdict;

constexpr Version v2_1{0x00020100};
constexpr CartId cart_9{9};

/// Three carts; cart 7 has got 2.0.0 and cart 9 is about to get it, when a rollout of 2.1.0 takes
/// the other one's place.
class ANewerRelease : public testing::Test {
 protected:
  explicit ANewerRelease(std::string_view check) : tape{check} {
    tape.run(20 * day, 21 * day).cart(cart_7).cart(cart_8).cart(cart_9).images();
    for (const CartId cart : {cart_7, cart_8, cart_9}) {
      tape.add(0, Transport{cart, LinkEvent::connect, {}});
    }
    tape.stage(0, 0, StageEvent::requested).stage(0, 0, StageEvent::start, "system", 0, 1);
    works(0, cart_7, "r1-canary");
    arrives(hour, cart_7, v2_0, "r1-canary");
    works(hour, cart_9, "r1-canary");
    tape.stage(2 * hour, 0, StageEvent::abort, "bo").stage(2 * hour, 0, StageEvent::requested);
    tape.add(2 * hour, Image{v2_1, 0x0303, 1024, 1, 0, 0, 4'000'000'000});
    tape.stage(2 * hour, 0, StageEvent::start, "system", 0, 1);
  }
  void jobs(std::int64_t t, CartId cart, JobStatus status, const char* job) {
    tape.add(t, JobRx{cart, tape.text(job), 1, status, 1, true, Reason::none});
  }
  void works(std::int64_t t, CartId cart, const char* job) {
    tape.add(t, Target{{}, 0, cart, TargetEvent::queued, {}});
    jobs(t, cart, JobStatus::queued, job);
    jobs(t, cart, JobStatus::in_progress, job);
  }
  void arrives(std::int64_t t, CartId cart, Version version, const char* job) {
    tape.add(t, Jump{cart, 1, SlotName::b, version, 0});
    tape.add(t, MetricRx{cart, MetricName::heartbeat, version, 0, true});
    jobs(t, cart, JobStatus::succeeded, job);
  }
  Tape tape;
};

class ItsBlast : public ANewerRelease {
 protected:
  ItsBlast() : ANewerRelease{"blast_radius"} {}
};
TEST_F(ItsBlast, CountsACartAgainThatStartedTheOlderOne) {
  works(3 * hour, cart_7, "r2-canary");
  arrives(4 * hour, cart_7, v2_1, "r2-canary");
  EXPECT_THAT(tape.finish(), Is(pass, 2, 0));
}
TEST_F(ItsBlast, DoesNotReachWhoWasAskedForTheOlderOneOnly) {
  arrives(4 * hour, cart_7, v2_1, "r1-canary");
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "started 2.1.0 although no stage targeted it");
}
TEST_F(ItsBlast, DoesNotReachWhoIsAtWorkForTheOlderOne) {
  arrives(4 * hour, cart_9, v2_1, "r1-canary");
  const CheckResult result = tape.finish();
  EXPECT_THAT(result, Is(fail, 2, 1));
  EXPECT_EQ(result.first_message, "started 2.1.0 although no stage targeted it");
}
TEST_F(ItsBlast, LeavesAloneWhoFinishesTheOlderOne) {
  arrives(4 * hour, cart_9, v2_0, "r1-canary");
  EXPECT_THAT(tape.finish(), Is(pass, 1, 0));
}
TEST_F(ItsBlast, IsNoLargerThanItsOwnStages) {
  works(3 * hour, cart_7, "r2-canary");
  works(3 * hour, cart_8, "r2-canary");
  arrives(4 * hour, cart_7, v2_1, "r2-canary");
  arrives(4 * hour, cart_8, v2_1, "r2-canary");
  EXPECT_THAT(tape.finish(), Is(fail, 3, 1));
}

class ItsReconciliation : public ANewerRelease {
 protected:
  ItsReconciliation() : ANewerRelease{"jobs_metric_reconcile"} {}
  /// Carts of a row at the end.
  std::uint32_t carts(Reconciled row) const {
    return tape.check().reconciliation()->counts()[static_cast<std::size_t>(row)].carts;
  }
};
TEST_F(ItsReconciliation, AsksWhoRunsTheOlderOneAnew) {
  EXPECT_THAT(tape.finish(20 * day), Is(vacuous, 0, 0)) << "no job concerned anybody yet";
}
TEST_F(ItsReconciliation, ShipsWhoGetsFromTheOlderOneToIt) {
  works(3 * hour, cart_7, "r2-canary");
  arrives(4 * hour, cart_7, v2_1, "r2-canary");
  EXPECT_THAT(tape.finish(20 * hour), Is(pass, 1, 0));
  EXPECT_EQ(carts(Reconciled::shipped), 1U);
}
TEST_F(ItsReconciliation, SeesWhoFallsBackToTheOlderOne) {
  works(3 * hour, cart_7, "r2-canary");
  arrives(4 * hour, cart_7, v2_1, "r2-canary");
  tape.add(5 * hour, MetricRx{cart_7, MetricName::heartbeat, v2_0, 0, true});
  EXPECT_THAT(tape.finish(25 * hour), Is(fail, 1, 1));
  EXPECT_EQ(carts(Reconciled::silent_revert), 1U);
}
TEST_F(ItsReconciliation, DoesNotTakeTheEndOfAnOlderJobForItsOwn) {
  jobs(3 * hour, cart_9, JobStatus::canceled, "r1-canary");
  EXPECT_THAT(tape.finish(20 * day), Is(vacuous, 0, 0));
}
TEST_F(ItsReconciliation, FindsAVersionThatNobodyReleased) {
  works(3 * hour, cart_8, "r2-canary");
  tape.add(4 * hour, MetricRx{cart_8, MetricName::heartbeat, Version{0x00090000}, 0, true});
  EXPECT_THAT(tape.finish(20 * hour), Is(fail, 1, 1));
  EXPECT_EQ(carts(Reconciled::unexplained), 1U);
}

/// The facts that expectations and the summary speak of, of a cart that is to get 2.0.0.
class TheFleet : public testing::Test {
 protected:
  TheFleet() {
    stream.attach(fleet);
    stream.emit(0, Cart{cart_7, {}, {}, {}, {}, {}, 1, v1_8});
    stream.emit(0, Image{v1_8, 1, 1024, 1, 0, 0, 1});
    stream.emit(0, Image{v2_0, 2, 1024, 1, 0, 0, 1});
    stream.emit(0, Stage{{}, 0, {}, StageEvent::requested, {}, {}, 0, 0});
    stream.emit(1, Target{{}, 0, cart_7, TargetEvent::queued, {}});
  }
  Stream stream;
  Fleet fleet{stream.texts()};
};

TEST_F(TheFleet, IsOnNewWithTheLatestRelease) {
  stream.emit(2, Confirm{cart_7, SlotName::b, v2_0, Phase::durable});
  EXPECT_TRUE(fleet.is_on_new(fleet.carts()[7]));
  stream.emit(3, Stage{{}, 0, {}, StageEvent::requested, {}, {}, 0, 0});
  stream.emit(3, Image{v2_1, 3, 1024, 1, 0, 0, 1});
  EXPECT_FALSE(fleet.is_on_new(fleet.carts()[7]));
  stream.emit(4, Target{{}, 0, cart_7, TargetEvent::queued, {}});
  ASSERT_EQ(fleet.carts()[7].earlier.size(), 1U);
  EXPECT_EQ(fleet.carts()[7].earlier[0].brings, v2_0);
  EXPECT_EQ(fleet.carts()[7].brings, v2_1);
}

/// The older release is not over because a newer one was asked for.
TEST_F(TheFleet, CountsWhatIsRolledBackFromTheOlderRelease) {
  stream.emit(3, Image{v2_1, 3, 1024, 1, 0, 0, 1});
  stream.emit(4, Rollback{cart_7, v2_0, v1_8, RollbackReason::attempts_spent, 5});
  stream.emit(4, MetricRx{cart_7, MetricName::rollback, v2_0, 5, true});
  stream.emit(5, MetricRx{cart_7, MetricName::rollback, v1_8, 6, true});
  EXPECT_EQ(fleet.carts()[7].rollbacks, 1U);
  EXPECT_EQ(fleet.carts()[7].counted_rollbacks, 1U) << "nobody brought the base";
}

}  // namespace
}  // namespace cartstorm::report
