#include "record_codec.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ota {

// The bytes on flash are little-endian, and so is every part that we build for: a number is one
// move. Thousands of simulated carts read records all the time.
static_assert(std::endian::native == std::endian::little);

template <typename Number>
void RecordFields::field(Number& value) {
  if (sizeof value > left_.size()) {
    is_valid_ = false;
    return;
  }
  if (way_ == Way::write) {
    std::memcpy(left_.data(), &value, sizeof value);
  } else {  // a record that is written may be a constant
    std::memcpy(&value, left_.data(), sizeof value);
  }
  left_ = left_.subspan(sizeof value);
}

void RecordFields::u8(std::uint8_t& value) { field(value); }
void RecordFields::u16(std::uint16_t& value) { field(value); }
void RecordFields::u32(std::uint32_t& value) { field(value); }
void RecordFields::u64(std::uint64_t& value) { field(value); }
void RecordFields::s64(std::int64_t& value) { field(value); }
void RecordFields::flag(bool& value) {
  auto byte = static_cast<std::uint8_t>(value);
  field(byte);
  if (way_ == Way::read) {
    value = byte != 0;
  }
}

std::uint8_t RecordFields::choice(std::uint8_t value, std::uint8_t last) {
  field(value);
  require(value <= last);
  return value;
}

void RecordFields::bytes(MutableBytes value) {
  if (value.size() > left_.size()) {
    is_valid_ = false;
    return;
  }
  if (way_ == Way::write) {
    std::copy(value.begin(), value.end(), left_.begin());
  } else {
    std::copy_n(left_.begin(), value.size(), value.begin());
  }
  left_ = left_.subspan(value.size());
}

Status load_fields(Flash& flash, const RecordType& type, void* record, RecordPlace& place,
                   RecordCare care) {
  RecordFrame frame;
  const Status status = load_record(flash, type.format, frame, place, care);
  if (status != Status::ok) {
    return status;
  }
  RecordFields fields{frame.body(type.format), RecordFields::Way::read};
  type.fields(fields, record);
  if (fields.is_valid()) {
    return Status::ok;
  }
  // Most callers go on with a default after not_found. What was read so far must not reach them: a
  // count beyond its table would be followed.
  type.clear(record);
  return Status::not_found;
}

Status store_fields(Flash& flash, const RecordType& type, const void* record, RecordPlace& place) {
  RecordFrame frame;
  RecordFields fields{frame.body(type.format), RecordFields::Way::write};
  // Fields are named for both ways at once; this way only reads them.
  type.fields(fields, const_cast<void*>(record));
  return store_record(flash, type.format, frame, place);
}

Status format_fields(Flash& flash, const RecordType& type, const void* record,
                     std::uint64_t first_sequence) {
  RecordPlace place{first_sequence - 1, 1, false};
  const Status status = store_fields(flash, type, record, place);
  return status == Status::ok ? store_fields(flash, type, record, place) : status;
}

}  // namespace ota
