#pragma once
#include "reports/check/tally.hpp"
#include "reports/trace/kinds.hpp"

namespace cartstorm::report {

/// Calls see(record, payload) of Derived for each of Kinds, and for nothing else.
template <class Derived, class... Kinds>
bool hand_out(Derived& derived, const Record& record) {
  return (... || [&] {
    const auto* const payload = std::get_if<Kinds>(&record.payload);
    if (payload != nullptr) {
      derived.see(record, *payload);
    }
    return payload != nullptr;
  }());
}

/// Base of a check that looks at Kinds only. Derived has `void see(const Record&, const Kind&)` for
/// each, and may hide `conclude(ends_us)`.
template <class Derived, class... Kinds>
class CheckOf : public Check {
 public:
  explicit CheckOf(std::string_view id) : tally_{id}, id_{id} {}

  std::string_view id() const final { return id_; }
  std::uint64_t kinds() const final { return mask_of<Kinds...>(); }
  void on(const Record& record) final { hand_out<Derived, Kinds...>(self(), record); }
  CheckResult finish(std::int64_t ends_us) final {
    self().conclude(ends_us);
    return tally_.result();
  }
  void flag_carts_at(Stream& stream) final { tally_.flag_carts_at(stream); }
  void conclude(std::int64_t) {}

 protected:
  Tally tally_;

 private:
  Derived& self() { return static_cast<Derived&>(*this); }
  std::string_view id_;
};

/// True for the operations that change a slot; `slot` is then which.
inline bool changes_slot(const FlashOp& row, SlotName& slot) {
  if (row.op == FlashOpKind::read ||
      (row.part != FlashPart::slot_a && row.part != FlashPart::slot_b)) {
    return false;
  }
  slot = row.part == FlashPart::slot_a ? SlotName::a : SlotName::b;
  return true;
}

inline bool is_terminal(JobStatus status) {
  return status != JobStatus::queued && status != JobStatus::in_progress;
}

/// A decision by a person, not by the machinery.
inline bool is_person(std::string_view actor) { return !actor.empty() && actor != "system"; }

}  // namespace cartstorm::report
