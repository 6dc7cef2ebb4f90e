#include "sim/explore/crypto.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>

#include "tests/unit/sim/explore/silent_listener.hpp"

namespace cartstorm::sim::explore {
namespace {

constexpr Part part{{8, 128, 1024}, 64};
constexpr ota::Region slot = ota::Region::slot_a;

/// A flash with its crypto, and the digest that the bytes have for whoever has no memory.
class Desk {
 public:
  explicit Desk(bool remembers = true) : crypto{flash, pool, remembers} { flash.power_on(state); }

  void fill(ota::Bytes content) { ASSERT_EQ(flash.program(slot, 0, content), ota::Status::ok); }
  void erase_all() {
    for (std::uint32_t at = 0; at < part.geometry.slot_size; at += part.geometry.sector_size) {
      ASSERT_EQ(flash.erase(slot, at), ota::Status::ok);
    }
  }
  /// Of slot A, in pieces that begin at 0 and end at each of `ends`.
  ota::Digest digest(const std::vector<std::uint32_t>& ends) {
    ota::DigestState running;
    ota::Digest out{};
    crypto.digest_begin(running);
    std::uint32_t from = 0;
    for (const std::uint32_t end : ends) {
      EXPECT_EQ(crypto.digest_flash(running, flash, slot, from, end - from), ota::Status::ok);
      from = end;
    }
    crypto.digest_end(running, out);
    return out;
  }

  ContentPool pool{part.geometry.sector_size};
  FlashState state{part, pool};
  test::SilentListener listener;
  ExploredFlash flash{part, pool, listener};
  ExploredCrypto crypto;
};

ota::Digest real_digest(ota::Bytes bytes) {
  ota::host::OpensslCrypto real;
  ota::DigestState running;
  ota::Digest out{};
  real.digest_begin(running);
  real.digest_bytes(running, bytes);
  real.digest_end(running, out);
  return out;
}

std::vector<std::byte> bytes(std::size_t size, int seed) {
  std::vector<std::byte> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = static_cast<std::byte>(i * i * 31 + i / 7 + static_cast<std::size_t>(seed));
  }
  return out;
}

/// RapidCheck prints the seed.
TEST(ExploredCrypto, DigestsAreRealForEveryContentAndSplit) {
  for (const bool remembers : {true, false}) {
    EXPECT_TRUE(rc::check("digest of what stands in a slot", [remembers] {
      Desk desk{remembers};
      for (int life = 0; life < 3; ++life) {
        desk.erase_all();
        const auto content =
            bytes(8 * *rc::gen::inRange<std::size_t>(1, 129), *rc::gen::inRange(0, 3));
        desk.fill(content);
        auto whole = content;
        whole.resize(part.geometry.slot_size, std::byte{0xff});
        auto ends = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(1u, 1025u));
        std::ranges::sort(ends);
        ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
        const std::size_t size = ends.empty() ? 0 : ends.back();
        RC_ASSERT(desk.digest(ends) == real_digest(ota::Bytes{whole}.first(size)));
      }
    }));
  }
}

TEST(ExploredCrypto, MixesBytesAndFlash) {
  Desk desk;
  const auto content = bytes(512, 1);
  desk.fill(content);
  ota::DigestState running;
  ota::Digest digest{};
  desk.crypto.digest_begin(running);
  desk.crypto.digest_bytes(running, ota::Bytes{content}.first(200));
  ASSERT_EQ(desk.crypto.digest_flash(running, desk.flash, slot, 200, 100), ota::Status::ok);
  desk.crypto.digest_bytes(running, ota::Bytes{content}.subspan(300));
  desk.crypto.digest_end(running, digest);
  EXPECT_EQ(digest, real_digest(content));
}

TEST(ExploredCrypto, ComputesOnceWhatItRemembers) {
  for (const auto& [remembers, computed] : {std::pair{true, 1u}, std::pair{false, 3u}}) {
    Desk desk{remembers};
    desk.fill(bytes(512, 1));
    for (int time = 0; time < 3; ++time) {
      EXPECT_EQ(desk.digest({512}), real_digest(bytes(512, 1)));
    }
    EXPECT_EQ(desk.crypto.digests_computed(), computed);
  }
}

/// A digest of marginal cells uses up their reads, as any reading does.
TEST(ExploredCrypto, MarginalCellsAreReadForReal) {
  Desk desk;
  const auto content = bytes(128, 1);
  desk.fill(content);
  desk.flash.cut_at(desk.flash.operations(), Tear::flips_to_old_3);
  ASSERT_EQ(desk.flash.program(slot, 128, ota::Bytes{content}.first(64)), ota::Status::power_lost);
  desk.flash.power_on(desk.state);
  auto done = content, undone = content;
  done.insert(done.end(), content.begin(), content.begin() + 64);
  undone.resize(192, std::byte{0xff});
  EXPECT_EQ(desk.digest({192}), real_digest(done));
  EXPECT_EQ(desk.digest({100, 192}), real_digest(done));
  EXPECT_EQ(desk.digest({192}), real_digest(undone));
}

TEST(ExploredCrypto, NothingIsDigestedWithoutASupply) {
  Desk desk;
  desk.flash.cut_at(0, Tear::before);
  ASSERT_EQ(desk.flash.erase(slot, 0), ota::Status::power_lost);
  ota::DigestState running;
  desk.crypto.digest_begin(running);
  EXPECT_EQ(desk.crypto.digest_flash(running, desk.flash, slot, 0, 64), ota::Status::power_lost);
}

TEST(ExploredCrypto, DigestFromOutsideIsThatOfTheBytes) {
  Desk desk;
  const auto content = bytes(300 / 8 * 8, 2);
  desk.fill(content);
  EXPECT_EQ(desk.crypto.digest_of(desk.state, slot, 296), real_digest(content));
  EXPECT_EQ(desk.crypto.digest_of(desk.state, slot, 0), real_digest({}));
}

/// A digest under way is told apart by all that it ran over.
TEST(ExploredCrypto, KeyOfADigestUnderWayIsItsContent) {
  Desk desk;
  desk.fill(bytes(512, 1));
  const auto key_after = [&](std::uint32_t size) {
    ota::DigestState running;
    desk.crypto.digest_begin(running);
    EXPECT_EQ(desk.crypto.digest_flash(running, desk.flash, slot, 0, size), ota::Status::ok);
    return key_of(running);
  };
  EXPECT_EQ(key_after(256), key_after(256));
  EXPECT_NE(key_after(256), key_after(264));
  const Key before = key_after(512);
  ASSERT_EQ(desk.flash.erase(slot, 384), ota::Status::ok);
  EXPECT_NE(key_after(512), before);
  EXPECT_EQ(key_after(256), key_after(256));
}

}  // namespace
}  // namespace cartstorm::sim::explore
