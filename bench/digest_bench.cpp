#include <benchmark/benchmark.h>

#include <vector>

#include "ota/host/crypto.hpp"
#include "sim/hardware/crypto_memo.hpp"

/// The digest of a 512 KiB slot as an update computes it (64 KiB a step), remembered and not.
namespace cartstorm::sim {
namespace {

constexpr std::uint32_t image_bytes = 512 * 1024;
constexpr std::uint32_t step_bytes = 64 * 1024;

struct Nobody final : FlashListener {
  void on(const FlashCall&) override {}
};

void slot_digest(benchmark::State& state, bool is_remembered) {
  std::vector<std::byte> content(image_bytes, std::byte{0x5a});
  Arena arena;
  arena.add(content);
  CartFlash flash{{256, 4096, image_bytes + 4096}};
  Supply supply;
  Nobody nobody;
  FlashModel model{arena, FlashTiming{}, 1};
  model.bind(0, flash, supply, nobody);
  if (model.program(ota::Region::slot_a, 0, content) != ota::Status::ok) {
    state.SkipWithError("the flash model refused the image");
    return;
  }
  ota::host::OpensslCrypto real;
  CryptoMemo crypto{real, model, is_remembered};
  for ([[maybe_unused]] const auto tick : state) {
    ota::DigestState digest;
    crypto.digest_begin(digest);
    for (std::uint32_t at = 0; at < image_bytes; at += step_bytes) {
      benchmark::DoNotOptimize(
          crypto.digest_flash(digest, model, ota::Region::slot_a, at, step_bytes));
    }
    ota::Digest out;
    crypto.digest_end(digest, out);
    benchmark::DoNotOptimize(out);
  }
  state.SetBytesProcessed(state.iterations() * image_bytes);
}

BENCHMARK_CAPTURE(slot_digest, remembered, true);
BENCHMARK_CAPTURE(slot_digest, computed, false);

}  // namespace
}  // namespace cartstorm::sim
