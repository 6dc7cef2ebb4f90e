#include <algorithm>
#include <iterator>

#include "ota/trust.hpp"
#include "watched.hpp"

// Every persisted record, both copies, with whatever content: torn, rotten, or whole and absurd.
// The cart starts or stays in recovery, and its slots are what they were.
namespace ota::fuzz {
namespace {

const RecordFormat* const formats[] = {&boot_record_format, &journal_format, &counters_format,
                                       &trust_format};
constexpr std::uint32_t sector_bytes = test::small_part.sector_size;

/// A copy as no cart wrote it: any bytes anywhere.
void plant_bytes(host::RamFlash& flash, Region region, std::uint32_t offset, Bytes content) {
  const std::size_t size = std::min<std::size_t>(content.size(), 2 * sector_bytes - offset);
  flash.plant(region, offset, content.first(size));
}

/// A whole record with a good CRC, so that what is judged is its body.
void plant_body(host::RamFlash& flash, const RecordFormat& format, Input& input, Bytes content) {
  RecordFrame frame{};
  RecordPlace place;
  if (load_record(flash, format, frame, place) == Status::power_lost) {
    return;
  }
  const MutableBytes body = frame.body(format).subspan(input.u16() % format.body_bytes);
  std::ranges::copy(content.first(std::min(content.size(), body.size())), body.begin());
  if ((input.u8() & 7) == 0) {
    place.sequence = input.u64();
  }
  (void)store_record(flash, format, frame, place);
}

void plant(host::RamFlash& flash, Input& input) {
  const RecordFormat& format = *formats[input.u8() % std::size(formats)];
  const std::uint8_t kind = input.u8();
  const std::uint32_t offset = input.u16() % (2 * sector_bytes);
  const Bytes content = input.bytes(input.u8());
  const std::vector<std::byte> blank(sector_bytes, std::byte{0xff});
  switch (kind % 5) {
    case 0:
      return plant_bytes(flash, format.region, offset, content);
    case 1:
      return flash.flip_bit(format.region, offset, kind >> 5);
    case 2:
      return flash.plant(format.region, offset / sector_bytes * sector_bytes, blank);
    default:
      return plant_body(flash, format, input, content);
  }
}

}  // namespace

void run(Bytes bytes) {
  constexpr ResetCause causes[] = {ResetCause::power_on, ResetCause::watchdog,
                                   ResetCause::commanded};
  Input input{bytes};
  Watched cart;
  cart.may_end_in_recovery = true;
  const std::uint8_t kind = input.u8();
  if ((kind & 1) != 0) {
    cart.world.cloud.patch_base = test::hex(host::sha256(test::good_image(test::v1).bytes));
  }
  cart.world.cloud.offer("fw-2-0-0", new_image());
  cart.boot(ResetCause::power_on);
  cart.advance(input.u8());
  for (int plants = 0; plants < 12 && !input.is_empty(); ++plants) {
    plant(cart.world.board.flash, input);
  }
  cart.boot(causes[kind / 2 % std::size(causes)]);
  cart.advance(80);
  cart.boot(ResetCause::power_on);
  cart.reach_deadlines();
}

}  // namespace ota::fuzz
