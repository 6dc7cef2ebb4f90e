#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/hardware/flash_image.hpp"
#include "tests/unit/sim/explore/exact_flash.hpp"
#include "tests/unit/sim/explore/silent_listener.hpp"

// The interned flash of the explorer against plain bytes: the same random operations, cuts, faults
// and bad sectors must give the same reads, statuses, contents and broken rules. RapidCheck prints
// the seed.
namespace cartstorm::sim::explore {
namespace {

/// Sectors of 128 bytes, four to a slot, pages of 64: few enough that operations meet each other.
constexpr Part part{{8, 128, 512}, 64};

struct Call {
  enum class What : std::uint8_t { read, program, erase, power_on, cut, fault, spoil };
  What what;
  ota::Region region;
  std::uint32_t offset, size;
  std::uint8_t choice;  ///< of a tear, a fault, a mode or a content
};

std::ostream& operator<<(std::ostream& out, const Call& call) {
  constexpr const char* names[] = {"read", "program", "erase", "power_on", "cut", "fault", "spoil"};
  return out << names[static_cast<int>(call.what)] << " region " << static_cast<int>(call.region)
             << " at " << call.offset << " size " << call.size << " choice " << int{call.choice};
}

rc::Gen<Call> any_call() {
  using What = Call::What;
  return rc::gen::exec([] {
    Call call{};
    call.what = *rc::gen::weightedElement<What>({{30, What::read},
                                                 {30, What::program},
                                                 {14, What::erase},
                                                 {8, What::power_on},
                                                 {14, What::cut},
                                                 {3, What::fault},
                                                 {1, What::spoil}});
    // Two regions, so that calls meet; now and then off the grid or out of the region.
    call.region = *rc::gen::element(ota::Region::slot_b, ota::Region::journal);
    call.offset = 8 * *rc::gen::inRange(0u, 34u);
    if (call.what == What::erase) call.offset = 128 * *rc::gen::inRange(0u, 3u);
    call.size = 8 * *rc::gen::inRange(0u, 20u);
    if (*rc::gen::inRange(0, 30) == 0) call.offset += *rc::gen::inRange(1u, 600u);
    if (*rc::gen::inRange(0, 30) == 0) call.size += *rc::gen::inRange(1u, 8u);
    call.choice = *rc::gen::arbitrary<std::uint8_t>();
    return call;
  });
}

/// What a program writes: some of it from an image that never changes, some made for the call.
const std::vector<std::byte>& image() {
  static const std::vector<std::byte> bytes = [] {
    std::vector<std::byte> all(1024);
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::byte>(i * 37 >> 3);
    return all;
  }();
  return bytes;
}

class Twins {
 public:
  Twins() {
    pool_.add_immutable(image());
    interned_.power_on(state_);
    exact_.power_on();
  }

  void run(const Call& call) {
    using What = Call::What;
    switch (call.what) {
      case What::read:
        return read(call);
      case What::program:
        return program(call);
      case What::erase:
        RC_ASSERT(interned_.erase(call.region, call.offset) ==
                  exact_.erase(call.region, call.offset));
        break;
      case What::power_on:
        interned_.power_on(state_);
        exact_.power_on();
        break;
      case What::cut:
        cut(static_cast<Tear>(call.choice % tear_count), call.size / 32);
        break;
      case What::fault:
        fault(static_cast<OpFault>(1 + call.choice % (op_fault_count - 1)), call.size / 32);
        break;
      case What::spoil:
        spoil(part.sector_of(call.region, call.offset % 256),
              static_cast<BadSector>(call.choice % bad_sector_count));
        break;
    }
    compare();
  }

 private:
  void read(const Call& call) {
    std::vector<std::byte> interned(call.size), exact(call.size);
    const ota::Status status = interned_.read(call.region, call.offset, interned);
    RC_ASSERT(status == exact_.read(call.region, call.offset, exact));
    const bool is_same = interned == exact;  // Not in the macro, which prints every byte.
    RC_ASSERT(is_same);
    compare();
  }
  void program(const Call& call) {
    std::vector<std::byte> own(call.size, static_cast<std::byte>(call.choice));
    const bool is_own = call.choice % 3 == 0;
    const ota::Bytes content =
        is_own ? ota::Bytes{own} : ota::Bytes{image()}.subspan(call.choice, call.size);
    RC_ASSERT(interned_.program(call.region, call.offset, content) ==
              exact_.program(call.region, call.offset, content));
    compare();
  }
  /// The supply fails soon; when it has failed, it comes back.
  void cut(Tear tear, std::uint32_t operations_from_now) {
    if (!exact_.is_powered()) {
      interned_.power_on(state_);
      exact_.power_on();
    }
    tear = tear == Tear::over_program ? Tear::subset : tear;  // It does not happen to an erase.
    interned_.cut_at(exact_.operations() + operations_from_now, tear);
    exact_.cut_at(exact_.operations() + operations_from_now, tear);
  }
  void fault(OpFault fault, std::uint32_t operations_from_now) {
    interned_.fault_at(exact_.operations() + operations_from_now, fault);
    exact_.fault_at(exact_.operations() + operations_from_now, fault);
  }
  void spoil(std::uint32_t sector, BadSector mode) {
    state_.spoil(sector, mode);
    exact_.spoil(sector, mode);
  }
  void compare() {
    RC_ASSERT(interned_.is_powered() == exact_.is_powered());
    RC_ASSERT(interned_.operations() == exact_.operations());
    RC_ASSERT(listener_.rules_broken == exact_.rules_broken());
    std::vector<std::byte> bytes(part.geometry.sector_size);
    for (std::uint32_t sector = 0; sector < part.sectors(); ++sector) {
      pool_.read(state_.at(sector), 0, bytes);
      const bool is_same = bytes == exact_.sectors()[sector];
      RC_ASSERT(is_same);
    }
  }

  ContentPool pool_{part.geometry.sector_size};
  FlashState state_{part, pool_};
  test::SilentListener listener_;
  ExploredFlash interned_{part, pool_, listener_};
  test::ExactFlash exact_{part};
};

TEST(FlashTwins, InternedFlashIsExactBytes) {
  EXPECT_TRUE(rc::check("the same calls have the same effect on both", [] {
    const auto calls = *rc::gen::resize(200, rc::gen::container<std::vector<Call>>(any_call()));
    Twins twins;
    for (const Call& call : calls) twins.run(call);
  }));
}

/// Tells an image of the fleet's flash what the part really did.
class Mirror final : public test::SilentListener {
 public:
  explicit Mirror(FlashImage& image) : image_(image) {}
  void after_operation(const Operation& op) override {
    if (op.kind == FlashOp::erase) return image_.erase(op.region, op.offset);
    image_.program(op.region, op.offset, op.content, arena_);
  }

 private:
  FlashImage& image_;
  Arena arena_;
};

/// The fleet's interned flash knows programs, erases and reads; its cuts are drawn.
TEST(FlashTwins, ImagesOfTheFleetReadTheSame) {
  EXPECT_TRUE(rc::check("the same calls fill a FlashImage", [] {
    FlashImage fleet{part.geometry};
    ContentPool pool{part.geometry.sector_size};
    FlashState state{part, pool};
    Mirror mirror{fleet};
    ExploredFlash flash{part, pool, mirror};
    flash.power_on(state);
    for (const Call& call : *rc::gen::container<std::vector<Call>>(any_call())) {
      if (call.what == Call::What::program) {
        static_cast<void>(flash.program(call.region, call.offset,
                                        ota::Bytes{image()}.subspan(call.choice, call.size)));
      } else if (call.what == Call::What::erase) {
        static_cast<void>(flash.erase(call.region, call.offset));
      }
      for (const ota::Region region : {ota::Region::slot_b, ota::Region::journal}) {
        std::vector<std::byte> explored(part.region_size(region)), image(explored.size());
        RC_ASSERT(flash.read(region, 0, explored) == ota::Status::ok);
        fleet.read(region, 0, image);
        const bool is_same = explored == image;
        RC_ASSERT(is_same);
      }
    }
  }));
}

/// Small and by hand: cells that flip take nothing with them that was written beside them since.
TEST(FlashTwins, AFlipLeavesOtherPagesAlone) {
  ContentPool pool{part.geometry.sector_size};
  FlashState state{part, pool};
  test::SilentListener listener;
  ExploredFlash flash{part, pool, listener};
  const std::vector<std::byte> zeros(64);
  std::vector<std::byte> read(64);
  flash.power_on(state);
  flash.cut_at(0, Tear::flips_to_old_2);
  EXPECT_EQ(flash.program(ota::Region::journal, 0, zeros), ota::Status::power_lost);
  flash.power_on(state);
  EXPECT_EQ(flash.program(ota::Region::journal, 64, zeros), ota::Status::ok);
  for (const int expected : {0x00, 0xff, 0xff}) {
    EXPECT_EQ(flash.read(ota::Region::journal, 0, read), ota::Status::ok);
    EXPECT_EQ(read, std::vector<std::byte>(64, static_cast<std::byte>(expected)));
  }
  EXPECT_EQ(flash.read(ota::Region::journal, 64, read), ota::Status::ok);
  EXPECT_EQ(read, zeros);
}

}  // namespace
}  // namespace cartstorm::sim::explore
