#include "durable.hpp"

namespace ota {

template <typename Record>
Durable<Record>::Durable(Flash& flash, RecordCare care)
    : flash_(flash), status_(load(flash, record_, place_, care)) {
  if (status_ != Status::ok) {
    record_ = {};
  }
}

template <typename Record>
Status Durable<Record>::store() {
  return ota::store(flash_, record_, place_);
}

template <typename Record>
Status Durable<Record>::recommit() {
  if (is_cut()) {
    return status_;
  }
  return place_.needs_commit ? unless_cut(store()) : Status::ok;
}

template class Durable<BootRecord>;
template class Durable<Counters>;
template class Durable<Journal>;
template class Durable<TrustStore>;

}  // namespace ota
