#pragma once
#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/journal.hpp"
#include "ota/trust.hpp"

namespace ota {

/// What a failed write means to whoever can only go on without it: ok, unless power was lost.
constexpr Status unless_cut(Status status) {
  return status == Status::power_lost ? status : Status::ok;
}

/// A record in the hands of one step: read from flash as it is made, changed, stored. What cannot
/// be read reads as its default. Its functions are out of line, because dozens of places use them.
template <typename Record>
class Durable {
 public:
  explicit Durable(Flash& flash, RecordCare care = RecordCare::newest);

  /// Of the load: ok, not_found or power_lost.
  Status status() const { return status_; }
  bool is_cut() const { return status_ == Status::power_lost; }

  Record& operator*() { return record_; }
  Record* operator->() { return &record_; }

  /// Statuses as store_record.
  Status store();
  /// Makes whole again what a cut left alone or unsealed. Only a power cut is passed on.
  Status recommit();

 private:
  Flash& flash_;
  Record record_;
  RecordPlace place_;
  Status status_;
};

extern template class Durable<BootRecord>;
extern template class Durable<Counters>;
extern template class Durable<Journal>;
extern template class Durable<TrustStore>;

}  // namespace ota
