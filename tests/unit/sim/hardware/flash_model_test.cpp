#include "sim/hardware/flash_model.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "sim/kernel/draw.hpp"

namespace cartstorm::sim {
namespace {

using testing::Each;

constexpr ota::FlashGeometry geometry{256, 4096, 8192};
// 16 units of 700 us and one erase of 60 ms.
constexpr std::int64_t program_4kib_us = 16 * 700;

struct Recorder final : FlashListener {
  std::vector<FlashCall> calls;
  void on(const FlashCall& call) override { calls.push_back(call); }
};

class AFlashModel : public testing::Test {
 protected:
  AFlashModel() { bind(); }
  void bind() { model.bind(7, flash, supply, recorder); }
  std::vector<std::byte> read(std::uint32_t offset, std::size_t length) const {
    std::vector<std::byte> out(length);
    flash.image.read(ota::Region::slot_a, offset, out);
    return out;
  }

  Arena arena;
  CartFlash flash{geometry};
  Supply supply;
  Recorder recorder;
  FlashModel model{arena, FlashTiming{}, 1};
  std::vector<std::byte> zeros = std::vector<std::byte>(4096, std::byte{0});
};

TEST_F(AFlashModel, ChargesEveryDeviceOperation) {
  ASSERT_EQ(model.erase(ota::Region::slot_a, 0), ota::Status::ok);
  ASSERT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::ok);
  EXPECT_EQ(supply.now_us, 60'000 + program_4kib_us);
  EXPECT_EQ(flash.operations, 17U);
  ASSERT_EQ(recorder.calls.size(), 2U);
  EXPECT_EQ(recorder.calls[1].first_op, 1U);
  EXPECT_EQ(recorder.calls[1].ops, 16U);
}

TEST_F(AFlashModel, RefusesToProgramTwiceWithoutErase) {
  ASSERT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::ok);
  EXPECT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::io_error);
  EXPECT_EQ(recorder.calls.back().outcome, FlashOutcome::error);
}

TEST_F(AFlashModel, RefusesUnalignedAndOutsideCalls) {
  EXPECT_EQ(model.program(ota::Region::slot_a, 8, std::span{zeros}.first(256)),
            ota::Status::out_of_range);
  EXPECT_EQ(model.program(ota::Region::slot_a, 8192 - 256, std::span{zeros}.first(512)),
            ota::Status::out_of_range);
  EXPECT_EQ(model.erase(ota::Region::journal, 8192), ota::Status::out_of_range);
  EXPECT_EQ(model.erase(ota::Region::slot_a, 100), ota::Status::out_of_range);
}

TEST_F(AFlashModel, LosesPowerInsideTheOperationThatIsRunning) {
  supply.ends_at_us = 3 * 700 + 350;
  EXPECT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::power_lost);
  EXPECT_THAT(read(0, 3 * 256), Each(std::byte{0}));
  EXPECT_THAT(read(4 * 256, 12 * 256), Each(std::byte{0xff}));
  ASSERT_EQ(recorder.calls.size(), 1U);
  EXPECT_EQ(recorder.calls[0].outcome, FlashOutcome::torn);
  EXPECT_EQ(recorder.calls[0].done, 3U * 256);
}

TEST_F(AFlashModel, HasNoEffectOnceThePowerIsLost) {
  supply.ends_at_us = 100;
  ASSERT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::power_lost);
  const auto before = read(0, 8192);
  EXPECT_EQ(model.program(ota::Region::slot_a, 4096, zeros), ota::Status::power_lost);
  EXPECT_EQ(model.erase(ota::Region::slot_a, 0), ota::Status::power_lost);
  std::vector<std::byte> out(16);
  EXPECT_EQ(model.read(ota::Region::slot_a, 0, out), ota::Status::power_lost);
  EXPECT_EQ(read(0, 8192), before);
  EXPECT_EQ(supply.calls_after_loss, 3U);
}

TEST_F(AFlashModel, CutsInsideTheNamedOperation) {
  flash.cut_at_op = 5;
  EXPECT_EQ(model.program(ota::Region::slot_a, 0, zeros), ota::Status::power_lost);
  EXPECT_EQ(recorder.calls[0].done, 5U * 256);
  EXPECT_EQ(recorder.calls[0].outcome, FlashOutcome::torn);
  EXPECT_EQ(supply.ends_at_us, 5 * 700 + 350);
  EXPECT_EQ(flash.cut_at_op, CartFlash::no_cut);
}

TEST_F(AFlashModel, TearsErasesInEveryShape) {
  bool saw_zeros = false;
  bool saw_mix = false;
  for (std::uint32_t n = 0; n < 40; ++n) {
    flash = CartFlash{geometry};
    flash.operations = n;
    supply = Supply{};
    ASSERT_EQ(model.program(ota::Region::slot_a, 0, std::vector<std::byte>(4096, std::byte{0x3c})),
              ota::Status::ok);
    supply.ends_at_us = supply.now_us + 30'000;
    ASSERT_EQ(model.erase(ota::Region::slot_a, 0), ota::Status::power_lost);
    const auto content = read(0, 4096);
    saw_zeros = saw_zeros || std::all_of(content.begin(), content.end(),
                                         [](std::byte b) { return b == std::byte{0}; });
    saw_mix = saw_mix || std::any_of(content.begin(), content.end(), [](std::byte b) {
                return b != std::byte{0x3c} && b != std::byte{0xff} && b != std::byte{0};
              });
  }
  EXPECT_TRUE(saw_zeros);
  EXPECT_TRUE(saw_mix);
}

// A timed cut must not always fall between operations: over 10,000 uniform instants, the torn share
// equals busy time over total time.
TEST_F(AFlashModel, IsTornByUniformCutsAsOftenAsItIsBusy) {
  constexpr std::int64_t idle_us = 100'000;
  constexpr std::int64_t cycle_us = idle_us + 60'000 + program_4kib_us;
  int torn = 0;
  for (std::uint64_t n = 0; n < 10'000; ++n) {
    flash = CartFlash{geometry};
    supply = Supply{};
    recorder.calls.clear();
    supply.ends_at_us = between(draw(3, 0, Purpose::fault_when, n), 0, cycle_us);
    supply.now_us = idle_us;
    if (model.erase(ota::Region::slot_a, 0) == ota::Status::ok) {
      static_cast<void>(model.program(ota::Region::slot_a, 0, zeros));
    }
    torn += !recorder.calls.empty() && recorder.calls.back().outcome == FlashOutcome::torn ? 1 : 0;
  }
  // busy / total = 71,200 / 171,200 = 41.6 %; five standard deviations are 2.5 %.
  EXPECT_NEAR(torn, 4'159, 250);
}

}  // namespace
}  // namespace cartstorm::sim
