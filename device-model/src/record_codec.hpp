#pragma once
#include "ota/bytes.hpp"
#include "ota/record.hpp"

// Each record type supplies write_body and read_body; the rest is the same for all.
namespace ota {

/// Reads one byte as an enumerator; false for a value that this build does not know.
template <typename Enum>
bool read_enum(ByteReader& r, Enum& out, Enum last) {
  const std::uint8_t value = r.u8();
  out = static_cast<Enum>(value);
  return value <= static_cast<std::uint8_t>(last);
}

template <typename Record>
Status load_body(Flash& flash, const RecordFormat& format, Record& record, RecordPlace& place,
                 RecordCare care) {
  RecordFrame frame;
  const Status status = load_record(flash, format, frame, place, care);
  if (status != Status::ok) {
    return status;
  }
  ByteReader r{frame.body(format)};
  return read_body(r, record) ? Status::ok : Status::not_found;
}

template <typename Record>
Status store_body(Flash& flash, const RecordFormat& format, const Record& record,
                  RecordPlace& place) {
  RecordFrame frame;
  ByteWriter w{frame.body(format)};
  write_body(w, record);
  return store_record(flash, format, frame, place);
}

template <typename Record>
Status format_body(Flash& flash, const RecordFormat& format, const Record& record,
                   std::uint64_t first_sequence) {
  RecordPlace place{first_sequence - 1, 1, false};
  const Status status = store_body(flash, format, record, place);
  return status == Status::ok ? store_body(flash, format, record, place) : status;
}

}  // namespace ota
