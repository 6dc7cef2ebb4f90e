#include "broker-mock/rollout/cart_ledger.hpp"

namespace cartstorm::broker::rollout {
namespace {

constexpr std::uint8_t bit(Bad kind) {
  return static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
}

}  // namespace

std::string_view name(Bad kind) {
  switch (kind) {
    case Bad::failed:
      return "failed";
    case Bad::rejected:
      return "rejected";
    case Bad::timed_out:
      return "timed_out";
    case Bad::rolled_back:
      return "rolled_back";
    case Bad::silent:
      return "silent";
  }
  return "";
}

CartLedger::Cart& CartLedger::cart(ThingId thing) {
  if (index(thing) >= carts_.size()) {
    carts_.resize(index(thing) + 1);
    last_seen_.resize(carts_.size());
  }
  return carts_[index(thing)];
}

bool CartLedger::is_excused(const Cart& cart) const {
  return cart.has_opted_out || (cart.bad != 0 && cart.is_acknowledged);
}

void CartLedger::add_to_totals(const Cart& cart, bool is_added) {
  if (!cart.is_targeted) return;
  const auto count = [is_added](std::uint64_t& total, bool counts) {
    if (counts) total = is_added ? total + 1 : total - 1;
  };
  const bool is_bad = cart.bad != 0 && !cart.is_acknowledged;
  count(bad_, is_bad);
  for (std::size_t kind = 0; kind < bad_kinds; ++kind) {
    count(by_kind_[kind], is_bad && (cart.bad >> kind & 1) != 0);
  }
  StageTally& stage = stages_[cart.stage];
  count(stage.excused, is_excused(cart));
  count(stage.good, cart.has_succeeded && cart.version == target_ && !is_excused(cart));
}

/// Every change of a cart goes through here, so that totals cannot drift from the carts.
template <class Change>
void CartLedger::change(Cart& cart, Change&& apply) {
  add_to_totals(cart, false);
  apply(cart);
  add_to_totals(cart, true);
}

void CartLedger::watch(ThingId thing) {
  silence_.set(index(thing), last_seen_[index(thing)] + silent_after_ms_);
}

void CartLedger::target(ThingId thing, std::uint32_t stage, JobIndex job, bool is_connected,
                        ServerTime now) {
  if (stage >= stages_.size()) stages_.resize(stage + 1);
  Cart& targeted = cart(thing);
  targeted.stage = stage;
  targeted.job = job;
  change(targeted, [](Cart& c) { c.is_targeted = true; });
  ++stages_[stage].carts;
  ++targeted_;
  if (is_connected) seen(thing, now);
}

void CartLedger::retarget(ThingId thing, JobIndex job) { cart(thing).job = job; }

/// The deadline is not moved by every message; find_silent looks again at when it was last seen.
void CartLedger::seen(ThingId thing, ServerTime now) {
  Cart& heard = cart(thing);
  last_seen_[index(thing)] = now;
  if (!heard.is_targeted) return;
  if (heard.is_reached && (heard.bad & bit(Bad::silent)) == 0) return;
  heard.is_reached = true;
  change(heard, [](Cart& c) {
    c.bad = static_cast<std::uint8_t>(c.bad & ~bit(Bad::silent));
    // It came back: what it does next is news again.
    if (c.bad == 0) c.is_acknowledged = false;
  });
  watch(thing);
}

void CartLedger::find_silent(ServerTime now) {
  while (const auto id = silence_.pop_due(now)) {
    const ThingId thing{*id};
    Cart& watched = cart(thing);
    if (last_seen_[*id] + silent_after_ms_ > now) {
      watch(thing);
    } else {
      set_bad(watched, Bad::silent);
    }
  }
}

void CartLedger::set_bad(Cart& cart, Bad kind) {
  change(cart, [kind](Cart& c) { c.bad = static_cast<std::uint8_t>(c.bad | bit(kind)); });
}

void CartLedger::execution_changed(ThingId thing, JobIndex job, JobStatus status,
                                   std::string_view reason) {
  Cart& of = cart(thing);
  if (!of.is_targeted || of.job != job) return;
  switch (status) {
    case JobStatus::succeeded:
      change(of, [](Cart& c) { c.has_succeeded = true; });
      return;
    case JobStatus::failed:
      set_bad(of, Bad::failed);
      return;
    case JobStatus::rejected:
      // A customer's choice says nothing about the release.
      if (reason == "opted_out") {
        opted_out(thing);
      } else {
        set_bad(of, Bad::rejected);
      }
      return;
    case JobStatus::timed_out:
      set_bad(of, Bad::timed_out);
      return;
    case JobStatus::queued:
    case JobStatus::in_progress:
    case JobStatus::canceled:
    case JobStatus::removed:
      return;
  }
}

void CartLedger::rolled_back(ThingId thing, Version version) {
  if (version == target_ && is_targeted(thing)) set_bad(cart(thing), Bad::rolled_back);
}

void CartLedger::opted_out(ThingId thing) {
  change(cart(thing), [](Cart& c) { c.has_opted_out = true; });
}

void CartLedger::reported_version(ThingId thing, Version version) {
  Cart& of = cart(thing);
  if (of.version != version) change(of, [version](Cart& c) { c.version = version; });
}

CartLedger::Acknowledged CartLedger::acknowledge_bad() {
  Acknowledged acknowledged;
  for (std::uint32_t i = 0; i < carts_.size(); ++i) {
    const Cart& each = carts_[i];
    if (!each.is_targeted || each.bad == 0) continue;
    acknowledge(ThingId{i});
    const bool is_silence = each.bad == bit(Bad::silent);
    (is_silence ? acknowledged.silent : acknowledged.lasting).push_back(ThingId{i});
  }
  return acknowledged;
}

void CartLedger::acknowledge(ThingId thing) {
  Cart& of = cart(thing);
  if (of.bad != 0) change(of, [](Cart& c) { c.is_acknowledged = true; });
}

}  // namespace cartstorm::broker::rollout
