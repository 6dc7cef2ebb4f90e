#include "ota/boot_record.hpp"

#include "record_codec.hpp"

namespace ota {

namespace {

void pin(RecordFields& f, SlotPin& pin) {
  f.u32(pin.version.value);
  f.u32(pin.security_version);
  f.bytes(pin.image);
  f.bytes(pin.trailer);
}

void fields(RecordFields& f, BootRecord& record) {
  f.choice(record.active, Slot::b);
  f.choice(record.trial, Trial::b);
  f.u8(record.attempts_left);
  f.u8(record.probation_left);
  f.u8(record.check_ins_left);
  f.u8(record.confirmed_mask);
  f.u8(record.invalid_mask);
  f.choice(record.give_up, RollbackReason::after_confirm);
  f.u32(record.security_floor);
  f.u64(record.attempt);
  pin(f, record.slots[0]);
  pin(f, record.slots[1]);
  f.flag(record.rollback.is_pending);
  f.choice(record.rollback.reason, RollbackReason::after_confirm);
  f.u32(record.rollback.from.value);
  f.u32(record.rollback.to.value);
  f.u64(record.rollback.occurrence.value);
  f.u64(record.rollback.attempt);
}

constexpr RecordType type = record_type<BootRecord, fields>(boot_record_format);

}  // namespace

Status load(Flash& flash, BootRecord& record, RecordPlace& place, RecordCare care) {
  return load_fields(flash, type, &record, place, care);
}
Status store(Flash& flash, const BootRecord& record, RecordPlace& place) {
  return store_fields(flash, type, &record, place);
}
Status format(Flash& flash, const BootRecord& record, std::uint64_t first_sequence) {
  return format_fields(flash, type, &record, first_sequence);
}

}  // namespace ota
