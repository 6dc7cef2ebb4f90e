#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "support/world.hpp"

// Every device operation of an update is cut once, in every shape, and the cart must come back:
// counted from a clean run, so that no operation can be forgotten.
namespace ota::test {
namespace {

using host::CutShape;

enum class Fate : std::uint8_t { good, crashes, fails_self_test };

struct Case {
  Fate fate;
  CutShape shape;
};

std::unique_ptr<World> world_with(Fate fate) {
  auto world = std::make_unique<World>();
  const Image image = good_image(v2);
  world->cloud.offer("fw-2-0-0", image);
  world->store.object = image.bytes;
  // Small steps, so that the journal is written many times while downloading.
  world->tuning.journal_every_bytes = 1024;
  if (fate == Fate::crashes) {
    world->crashes.insert(v2.value);
  } else if (fate == Fate::fails_self_test) {
    world->self_test_fails.insert(v2.value);
  }
  return world;
}

std::uint64_t operations_of_clean_run(Fate fate) {
  const auto world = world_with(fate);
  const std::uint64_t before = world->board.flash.operations();
  world->boot();
  world->run();
  return world->board.flash.operations() - before;
}

void expect_good_end(World& world, Fate fate) {
  EXPECT_TRUE(world.is_settled()) << name(world.agent.state());
  EXPECT_EQ(world.board.flash.defects(), 0u);
  EXPECT_EQ(world.overflows, 0);
  const std::string status = world.cloud.executions.back().status;
  if (fate == Fate::good) {
    EXPECT_EQ(status, "SUCCEEDED");
    EXPECT_EQ(world.agent.running_version(), v2);
    EXPECT_EQ(world.cloud.rollbacks.size(), 0u);
    // A resumed download never has to start over: the watermark told the truth.
    EXPECT_TRUE(std::ranges::is_sorted(world.store.firsts));
  } else {
    EXPECT_EQ(status, "FAILED");
    EXPECT_EQ(world.agent.running_version(), v1);
    EXPECT_EQ(world.cloud.rollbacks.size(), 1u);
    EXPECT_FALSE(world.boot_record().rollback.is_pending);
  }
}

/// The slot that was confirmed at the start is never touched: not by one program, not by one erase.
void expect_factory_slot_untouched(const World& world, std::uint64_t changes_before) {
  EXPECT_EQ(world.board.flash.changes(Region::slot_a), changes_before);
}

class EveryDeviceOperation : public ::testing::TestWithParam<Case> {};

TEST_P(EveryDeviceOperation, MayBeCutAndTheCartComesBack) {
  const Fate fate = GetParam().fate;
  const CutShape shape = GetParam().shape;
  const std::uint64_t count = operations_of_clean_run(fate);
  ASSERT_GT(count, 60u);
  for (std::uint64_t i = 0; i < count && !HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("cut at operation {} of {}", i, count));
    const auto world = world_with(fate);
    const std::uint64_t factory = world->board.flash.changes(Region::slot_a);
    world->board.flash.cut_at(world->board.flash.operations() + i, shape);
    world->boot();
    world->run();
    expect_good_end(*world, fate);
    expect_factory_slot_untouched(*world, factory);
  }
}

TEST_P(EveryDeviceOperation, MayBeCutAgainWhileRecovering) {
  const Fate fate = GetParam().fate;
  const CutShape shape = GetParam().shape;
  const std::uint64_t count = operations_of_clean_run(fate);
  for (std::uint64_t i = 0; i < count && !HasFailure(); i += 3) {
    for (const std::uint64_t gap : {1u, 3u, 7u}) {
      SCOPED_TRACE(fmt::format("cut at operation {}, then {} later", i, gap));
      const auto world = world_with(fate);
      const std::uint64_t factory = world->board.flash.changes(Region::slot_a);
      const std::uint64_t first = world->board.flash.operations() + i;
      world->board.flash.cut_at(first, shape);
      world->on_power_back = [&world, first, gap, shape] {
        world->board.flash.cut_at(first + gap, shape);
      };
      world->boot();
      world->run();
      expect_good_end(*world, fate);
      expect_factory_slot_untouched(*world, factory);
    }
  }
}

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (const Fate fate : {Fate::good, Fate::crashes, Fate::fails_self_test}) {
    for (const CutShape shape : host::cut_shapes) {
      cases.push_back({fate, shape});
    }
  }
  return cases;
}

std::string case_name(const ::testing::TestParamInfo<Case>& info) {
  constexpr const char* fates[] = {"good", "crashes", "fails_self_test"};
  constexpr const char* shapes[] = {"before", "half", "subset", "all_zero", "after"};
  return fmt::format("{}_{}", fates[static_cast<int>(info.param.fate)],
                     shapes[static_cast<int>(info.param.shape)]);
}

INSTANTIATE_TEST_SUITE_P(Fates, EveryDeviceOperation, ::testing::ValuesIn(all_cases()), case_name);

}  // namespace
}  // namespace ota::test
