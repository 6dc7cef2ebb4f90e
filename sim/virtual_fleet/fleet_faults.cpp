#include <algorithm>

#include "sim/virtual_fleet/bound_hardware.hpp"
#include "sim/virtual_fleet/trace_words.hpp"

/// Faults that come to a cart from outside: no network, no grid, a customer's no.
namespace cartstorm::sim {
namespace {

constexpr std::int64_t day_s = 86'400;

report::CartId id_of(std::uint32_t number) { return static_cast<report::CartId>(number); }

}  // namespace

void VirtualFleet::schedule_cart_faults(std::uint32_t number) {
  Cart& cart = *carts_[number];
  cart.grid_outages = faults_.grid_outages(number);
  const auto in = [this, number](std::int64_t time_us, Due due, std::size_t fault) {
    at(std::max(time_us, now_us_), due, number, static_cast<std::uint32_t>(fault));
  };
  for (const auto& outage : faults_.network_outages(number)) {
    in(outage.from_us, Due::outage_begins, outage.fault);
    in(outage.until_us, Due::outage_ends, outage.fault);
  }
  for (const auto& visit : faults_.workshop_visits(number)) {
    in(visit.time_us, Due::workshop, visit.fault);
  }
  for (const auto& refusal : faults_.refusals(number)) {
    in(refusal.from_us, Due::consent_changes, refusal.fault);
    if (refusal.until_us != INT64_MAX) {
      in(refusal.until_us, Due::consent_changes, refusal.fault);
    }
  }
  if (!cart.maintenance.is_always()) {
    in(now_us_, Due::window_edge, 0);
  }
}

void VirtualFleet::dispatch_fault(const Scheduled& due) {
  const auto kind = static_cast<Due>(due.kind());
  const std::uint32_t who = due.actor;
  if (kind == Due::outage_begins) {
    const auto& outage = std::get<RegionalOutage>(scenario_.faults[due.argument].body);
    lose_network(who, due.argument, outage.until_us);
  } else if (kind == Due::outage_ends) {
    regain_network(who, due.argument);
  } else if (kind == Due::falls_silent) {
    lose_network(who, due.argument, INT64_MAX);
  } else if (kind == Due::workshop) {
    visit_workshop(who, due.argument);
  } else if (kind == Due::window_edge) {
    window_edge(who);
  } else if (!is_busy(due)) {
    change_consent(who, due.argument);
  }
}

// The wire goes dead: what is under way in the other direction is lost, a download stalls, and the
// broker notices by keep-alive only.
void VirtualFleet::lose_network(std::uint32_t number, std::size_t fault, std::int64_t until_us) {
  Cart& cart = *carts_[number];
  if (until_us <= cart.offline_until_us) {
    return;
  }
  cart.offline_until_us = until_us;
  if (cart.is_powered || until_us == INT64_MAX) {
    emit_fault(number, fault, report::FaultEvent::fire, 0);
  }
  if (cart.running) {
    cart.running->http.is_open = false;
  }
  if (!cart.is_linked) {
    return;
  }
  cart.is_linked = false;
  emit(report::Transport{id_of(number), report::LinkEvent::lost, report::TextId{0}});
  at(now_us_ + keep_alive_us, Due::keep_alive, number, static_cast<std::uint32_t>(cart.connects));
  at(std::max(now_us_, cart.busy_until_us), Due::link_down, number, cart.incarnation);
}

void VirtualFleet::regain_network(std::uint32_t number, std::size_t fault) {
  Cart& cart = *carts_[number];
  emit_fault(number, fault, report::FaultEvent::clear, 0);
  if (now_us_ >= cart.offline_until_us && cart.running && !cart.is_linked) {
    at(std::max(now_us_, cart.busy_until_us) + link_.connect_us(number, cart.connects),
       Due::link_up, number, cart.incarnation);
  }
}

void VirtualFleet::fall_silent_after(std::uint32_t number, SilenceAfter what) {
  const auto silence = faults_.silence(number, what);
  if (silence && now_us_ < faults_.quiet_from_us()) {
    at(now_us_ + silence->time_us, Due::falls_silent, number,
       static_cast<std::uint32_t>(silence->fault));
  }
}

std::optional<FaultPlan::Span> VirtualFleet::grid_outage_at(const Cart& cart,
                                                            std::int64_t time_us) const {
  for (const auto& outage : cart.grid_outages) {
    if (time_us >= outage.from_us && time_us < outage.until_us) {
      return outage;
    }
  }
  return std::nullopt;
}

void VirtualFleet::change_consent(std::uint32_t number, std::size_t fault) {
  Cart& cart = *carts_[number];
  const auto& customer = std::get<OptedOut>(scenario_.faults[fault].body);
  cart.is_opted_out = !customer.until_us || now_us_ < *customer.until_us;
  emit_fault(number, fault,
             cart.is_opted_out ? report::FaultEvent::fire : report::FaultEvent::clear, 0);
  emit(report::Consent{
      id_of(number), text(cart.spec.profile->tier),
      cart.is_opted_out ? report::ConsentEvent::opt_out : report::ConsentEvent::opt_in});
  step(number, ota::event::ConsentChanged{!cart.is_opted_out, true});
}

// The cart judges its window by the cloud's time; the trace shows it by the world's.
void VirtualFleet::window_edge(std::uint32_t number) {
  Cart& cart = *carts_[number];
  const auto& window = cart.maintenance;
  const std::int64_t unix_s = server_time().unix_ms / 1000;
  const bool is_open = ota::is_open(window, {unix_s});
  emit(report::Consent{
      id_of(number), text(cart.spec.profile->tier),
      is_open ? report::ConsentEvent::window_open : report::ConsentEvent::window_closed});
  const std::int32_t offset_min = ota::offset_at(window.zone, {unix_s});
  const std::int64_t second = (unix_s + std::int64_t{60} * offset_min) % day_s;
  std::int64_t next_s = day_s;
  for (const std::int64_t edge : {window.from_minute, window.until_minute}) {
    const std::int64_t wait_s = (edge * 60 - second + day_s) % day_s;
    next_s = wait_s > 0 ? std::min(next_s, wait_s) : next_s;
  }
  // Clocks that move in between bring the edge forward, or put it off.
  next_s -= std::int64_t{60} * (ota::offset_at(window.zone, {unix_s + next_s}) - offset_min);
  at(now_us_ + std::max<std::int64_t>(1, next_s) * 1'000'000, Due::window_edge, number, 0);
}

}  // namespace cartstorm::sim
