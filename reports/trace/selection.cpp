#include "reports/trace/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/trace/kinds.hpp"

namespace cartstorm::report {
namespace {

/// Daily life: nothing to tell unless the cart is looked at.
bool is_detail(const FlashOp& row) {
  return row.outcome == OpOutcome::full || row.outcome == OpOutcome::none;
}
bool is_detail(const BootVerify& row) { return row.verdict_ok; }
bool is_detail(const BootDecide& row) {
  return row.reason == BootReason::confirmed && row.note == BootNote::none;
}
bool is_detail(const Jump&) { return true; }
bool is_detail(const Http& row) { return row.status < 400; }
bool is_detail(const StateChange&) { return true; }
bool is_detail(const Transport& row) { return row.event != LinkEvent::refused; }
bool is_detail(const Error&) { return true; }
bool is_detail(const Consent&) { return true; }
bool is_detail(const MetricTx& row) { return row.metric != MetricName::rollback; }
bool is_detail(const MetricRx& row) { return row.metric != MetricName::rollback; }
bool is_detail(const JobTx& row) { return row.status == JobStatus::in_progress; }
bool is_detail(const JobRx& row) { return row.accepted && row.status == JobStatus::in_progress; }
bool is_detail(const Power& row) {
  return row.cause == PowerCause::user || row.cause == PowerCause::grid ||
         row.cause == PowerCause::commanded;
}
bool is_detail(const Reset& row) {
  return row.cause == ResetCause::power_on || row.cause == ResetCause::commanded;
}
template <class Other>
bool is_detail(const Other&) {
  return false;
}

/// A stateless draw: the same carts in every run of this seed, whatever else happens.
std::uint64_t draw_of(std::uint64_t seed, CartId cart) {
  std::uint64_t h = seed + (static_cast<std::uint64_t>(cart) + 1) * 0x9e3779b97f4a7c15ULL;
  h = (h ^ (h >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  h = (h ^ (h >> 27U)) * 0x94d049bb133111ebULL;
  return h ^ (h >> 31U);
}

std::uint64_t share_of_all(double share) {
  constexpr double all = 18446744073709551616.0;  // 2^64
  if (share >= 1) return ~std::uint64_t{0};
  return share <= 0 ? 0 : static_cast<std::uint64_t>(share * all);
}

}  // namespace

Selection::Selection(const StoreSelection& chosen)
    : chosen_{chosen}, sample_below_{share_of_all(chosen.sample)} {
  std::sort(chosen_.carts.begin(), chosen_.carts.end());
}

bool Selection::wants(const Record& record) {
  const CartId id = cart_of(record.payload);
  if (id == no_cart) {
    return true;  // the run, the rollout and the minutes: few rows, and all of the story
  }
  const std::size_t place = place_of(id);
  if (std::holds_alternative<Cart>(record.payload) ||
      std::holds_alternative<Target>(record.payload)) {
    return true;
  }
  const bool detail = visit_kind(record.payload, [](const auto& row) { return is_detail(row); });
  return detail ? wants_detail(place) : wants_notable(place);
}

bool Selection::flag(CartId id) { return choose(id, Why::violating, violating_, most_violating); }

bool Selection::strike(CartId id) { return choose(id, Why::struck, struck_, most_struck); }

std::size_t Selection::place_of(CartId id) {
  const auto place = static_cast<std::size_t>(id);
  while (carts_.size() <= place) {
    CartRows added;
    const CartId next{static_cast<std::uint32_t>(carts_.size())};
    added.draw = draw_of(chosen_.seed, next);
    carts_.push_back(added);
    why_.push_back(first_reason(next, added.draw));
    sampled_ += why_.back() == Why::sampled ? 1 : 0;
    if (sampled_ > most_sampled) {
      shrink_sample();
    }
  }
  return place;
}

Selection::Why Selection::first_reason(CartId id, std::uint64_t draw) const {
  if (chosen_.all || std::binary_search(chosen_.carts.begin(), chosen_.carts.end(), id)) {
    return Why::named;
  }
  return draw < sample_below_ ? Why::sampled : Why::none;
}

/// A bigger fleet gets a smaller share rather than its first carts.
void Selection::shrink_sample() {
  sample_below_ /= 2;
  sampled_ = 0;
  for (std::size_t place = 0; place < carts_.size(); ++place) {
    if (why_[place] == Why::sampled && carts_[place].draw >= sample_below_) {
      why_[place] = Why::none;
    }
    sampled_ += why_[place] == Why::sampled ? 1 : 0;
  }
}

bool Selection::choose(CartId id, Why why, std::size_t& used, std::size_t most) {
  const std::size_t place = place_of(id);
  if (why_[place] != Why::none || used >= most) {
    return false;
  }
  ++used;
  why_[place] = why;
  return true;
}

bool Selection::wants_detail(std::size_t place) {
  const Why why = why_[place];
  if (why == Why::none || (why != Why::named && carts_[place].details >= most_details)) {
    return false;
  }
  ++carts_[place].details;
  return true;
}

bool Selection::wants_notable(std::size_t place) {
  if (why_[place] != Why::none) {
    return wants_detail(place);
  }
  const auto share =
      static_cast<std::uint32_t>(most_notable / std::max<std::size_t>(carts_.size(), 1));
  if (carts_[place].notable >= std::max(share, least_notable_per_cart)) {
    return false;
  }
  ++carts_[place].notable;
  return true;
}

std::string Selection::describe() {
  return fmt::format(
      "Checks and the trace hash saw every record. Stored are all rows of the run, the rollout and "
      "the minutes; notable rows of every cart (each a fair share of {}); and flash, "
      "message and state rows of carts that were named, of up to {} sampled ones, and, from "
      "shortly "
      "before it on, of the first {} that a fault struck and the first {} that broke a promise, "
      "each "
      "up to {} rows. What is not stored cannot be judged again from this file; table thinning "
      "says how much is missing.",
      most_notable, most_sampled, most_struck, most_violating, most_details);
}

}  // namespace cartstorm::report
