#include "ota/boot_record.hpp"

#include "record_codec.hpp"

namespace ota {

const RecordFormat boot_record_format{Region::boot_record, 0x31424f43 /* "COB1" */, 1, 190};

namespace {

void write_pin(ByteWriter& w, const SlotPin& pin) {
  w.u32(pin.version.value);
  w.u32(pin.security_version);
  w.bytes(pin.image);
  w.bytes(pin.trailer);
}

void read_pin(ByteReader& r, SlotPin& pin) {
  pin.version.value = r.u32();
  pin.security_version = r.u32();
  r.bytes(pin.image);
  r.bytes(pin.trailer);
}

}  // namespace

void write_body(ByteWriter& w, const BootRecord& record) {
  w.u8(static_cast<std::uint8_t>(record.active));
  w.u8(static_cast<std::uint8_t>(record.trial));
  w.u8(record.attempts_left);
  w.u8(record.probation_left);
  w.u8(record.check_ins_left);
  w.u8(record.confirmed_mask);
  w.u8(record.invalid_mask);
  w.u8(static_cast<std::uint8_t>(record.give_up));
  w.u32(record.security_floor);
  w.u64(record.attempt);
  write_pin(w, record.slots[0]);
  write_pin(w, record.slots[1]);
  w.u8(record.rollback.is_pending ? 1 : 0);
  w.u8(static_cast<std::uint8_t>(record.rollback.reason));
  w.u32(record.rollback.from.value);
  w.u32(record.rollback.to.value);
  w.u64(record.rollback.occurrence.value);
  w.u64(record.rollback.attempt);
}

bool read_body(ByteReader& r, BootRecord& record) {
  bool is_valid = read_enum(r, record.active, Slot::b);
  is_valid &= read_enum(r, record.trial, Trial::b);
  record.attempts_left = r.u8();
  record.probation_left = r.u8();
  record.check_ins_left = r.u8();
  record.confirmed_mask = r.u8();
  record.invalid_mask = r.u8();
  is_valid &= read_enum(r, record.give_up, RollbackReason::after_confirm);
  record.security_floor = r.u32();
  record.attempt = r.u64();
  read_pin(r, record.slots[0]);
  read_pin(r, record.slots[1]);
  record.rollback.is_pending = r.u8() != 0;
  is_valid &= read_enum(r, record.rollback.reason, RollbackReason::after_confirm);
  record.rollback.from.value = r.u32();
  record.rollback.to.value = r.u32();
  record.rollback.occurrence.value = r.u64();
  record.rollback.attempt = r.u64();
  return is_valid;
}

Status load(Flash& flash, BootRecord& record, RecordPlace& place, RecordCare care) {
  return load_body(flash, boot_record_format, record, place, care);
}
Status store(Flash& flash, const BootRecord& record, RecordPlace& place) {
  return store_body(flash, boot_record_format, record, place);
}
Status format(Flash& flash, const BootRecord& record, std::uint64_t first_sequence) {
  return format_body(flash, boot_record_format, record, first_sequence);
}

}  // namespace ota
