#pragma once
#include "ota/record.hpp"

namespace ota {

/// Passes over the fields of a record, in their order on flash, and writes or reads each of them.
/// A record names its fields once, so that what is read cannot drift from what is written.
class RecordFields {
 public:
  enum class Way : std::uint8_t { read, write };

  RecordFields(MutableBytes body, Way way) : left_(body), way_(way) {}

  void u8(std::uint8_t& value);
  void u16(std::uint16_t& value);
  void u32(std::uint32_t& value);
  void u64(std::uint64_t& value);
  void s64(std::int64_t& value);
  void flag(bool& value);  ///< any byte but zero is true
  void bytes(MutableBytes value);
  /// One byte; a value that this build does not know is damage.
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    const std::uint8_t found =
        choice(static_cast<std::uint8_t>(value), static_cast<std::uint8_t>(last));
    if (way_ == Way::read) {
      value = static_cast<Enum>(found);
    }
  }

  /// What must hold of the fields so far, or the record is not one of ours.
  void require(bool holds) { is_valid_ &= holds; }
  bool is_valid() const { return is_valid_; }

 private:
  std::uint8_t choice(std::uint8_t value, std::uint8_t last);
  template <typename Number>
  void field(Number& value);

  MutableBytes left_;
  Way way_;
  bool is_valid_ = true;
};

/// One type of record: its format and the function that names its fields.
struct RecordType {
  const RecordFormat& format;
  void (*fields)(RecordFields&, void* record);
  void (*clear)(void* record);
};

/// The type of a record that has a function `fields(RecordFields&, Record&)`.
template <typename Record, void (*fields)(RecordFields&, Record&)>
constexpr RecordType record_type(const RecordFormat& format) {
  return {format, [](RecordFields& f, void* record) { fields(f, *static_cast<Record*>(record)); },
          [](void* record) { *static_cast<Record*>(record) = Record{}; }};
}

// As load, store and format of every record.
Status load_fields(Flash&, const RecordType&, void* record, RecordPlace&, RecordCare);
Status store_fields(Flash&, const RecordType&, const void* record, RecordPlace&);
Status format_fields(Flash&, const RecordType&, const void* record, std::uint64_t first_sequence);

}  // namespace ota
