#include "tests/unit/device-model/support/patches.hpp"

#include <algorithm>

#include "kit.hpp"
#include "ota/bytes.hpp"
#include "ota/host/delta.hpp"

// A patch's header, and records fed in pieces of any size: the base is read inside its image only,
// nothing is written outside what was lent, and how the bytes were cut into pieces does not matter.
namespace ota::fuzz {
namespace {

using test::Fed;
using test::Feeding;

void read_header(Bytes input) {
  PatchHeader header;
  const Bytes bytes = input.first(std::min(input.size(), patch_header_bytes));
  if (decode(bytes, header) != Status::ok) {
    return;
  }
  std::array<std::byte, patch_header_bytes> again;
  host::encode(header, again);
  require(equal(again, bytes), "encode(decode(x)) is x");
}

void judge(const Fed& fed, const Feeding& feeding) {
  require(fed.trespasses == 0, "the base is read inside its image only");
  require(fed.is_within_output, "nothing is written behind the lent output");
  require(fed.output.size() <= feeding.plan.target_size, "a patch makes no more than its target");
  std::uint32_t record = feeding.place.record;
  for (const PatchPlace& place : fed.places) {
    require(place.record == ++record && place.record <= feeding.plan.records(),
            "records follow one another");
    require(place.offset <= feeding.plan.patch_bytes, "a record starts inside the patch");
  }
}

/// A plan that is possible more often than not, a base of the plan's size, and the records.
Feeding feeding_of(Input& input) {
  Feeding feeding;
  const std::uint8_t kind = input.u8();
  feeding.in_piece = 1 + input.u8();
  feeding.out_piece = 1 + input.u8();
  feeding.base = test::counting(1 + input.u16() % 8192u);
  const std::uint32_t target = 1 + input.u16() % 8192u;
  const std::uint8_t record = input.u8();
  const std::uint16_t before = input.u16();
  feeding.place = patch_first_place;
  if ((kind & 1) != 0) {
    feeding.place = {record, static_cast<std::uint32_t>(patch_header_bytes + before)};
  }
  const Bytes records = input.rest();
  feeding.records.assign(records.begin(), records.end());
  // The patch ends with what is fed: a decoder refuses a piece beyond its end as a whole.
  const std::size_t skipped = feeding.place.offset - patch_header_bytes;
  feeding.plan = test::plan_for(feeding.base, target, skipped + records.size());
  feeding.plan.sector_bytes <<= kind >> 1 & 3;
  return feeding;
}

}  // namespace

void run(Bytes bytes) {
  read_header(bytes);
  Input input{bytes};
  Feeding feeding = feeding_of(input);
  const Fed in_pieces = feed(feeding);
  judge(in_pieces, feeding);
  feeding.in_piece = feeding.out_piece = 16 * 1024;
  const Fed at_once = feed(feeding);
  judge(at_once, feeding);
  require(in_pieces.status == at_once.status && in_pieces.is_complete == at_once.is_complete,
          "the verdict does not depend on the pieces");
  require(in_pieces.output == at_once.output, "the output does not depend on the pieces");
}

}  // namespace ota::fuzz
