#include "sim/explore/replay.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/explore/teller.hpp"

namespace cartstorm::sim::explore {
namespace {

/// Runs until the supply fails or the path is over; tells of the first violation as it happens.
Went run(Machine& machine, Teller& teller, Replay& out) {
  Went went = Went::on;
  while (went == Went::on) {
    went = machine.advance();
    const Violation violation = machine.violation();
    if (violation && !out.violation) {
      out.violation = violation;
      teller.add(ReplayKind::violation, fmt::format("{} ({}): {}", name(violation.promise),
                                                    number(violation.promise), violation.what));
    }
  }
  return went;
}

void walk(Machine& machine, Teller& teller, Replay& out, Survivor survivor) {
  for (;;) {
    teller.begin_power_cycle();
    teller.add(ReplayKind::power, "the supply comes");
    machine.power_on(survivor);
    if (run(machine, teller, out) == Went::ended) {
      break;
    }
    survivor = machine.survivor();
    const bool is_watchdog = teller.struck()[out.sectors.size() - 1].tear == Tear::watchdog;
    survivor.cause = is_watchdog ? ota::ResetCause::watchdog : ota::ResetCause::power_on;
  }
  teller.add(ReplayKind::end, name(machine.outcome()));
  out.outcome = machine.outcome();
}

const Story* find_story(const Exploration& exploration, const std::string& story) {
  const auto found = std::ranges::find(exploration.stories, story, &Story::name);
  return found == exploration.stories.end() ? nullptr : &*found;
}

std::string place_text(const Point& point, bool is_exact) {
  return is_exact ? fmt::format("operation {}", point.operation) : text(point);
}

}  // namespace

const char* name(ReplayKind kind) {
  constexpr std::array<const char*, replay_kind_count> names = {
      "power", "cut", "operation", "boot", "state", "job", "fact", "violation", "end"};
  return names.at(static_cast<std::size_t>(kind));
}

Replay replay(const Exploration& exploration, const DeviceCode& device, const Token& token) {
  Replay out;
  out.address = token.address;
  out.fingerprint = fingerprint_of(exploration, device);
  const Story* story = find_story(exploration, token.address.story);
  if (token.address.exploration != exploration.name || story == nullptr) {
    out.problem =
        story == nullptr && token.address.exploration == exploration.name
            ? fmt::format("exploration {} has no story {}", exploration.name, token.address.story)
            : fmt::format("the token is for exploration {}, this is {}", token.address.exploration,
                          exploration.name);
    return out;
  }
  Laboratory lab{exploration, *story, device, true};
  Teller teller{out, token.address.points, token.is_exact};
  Machine machine{lab, teller};
  machine.claim_dead(false);
  teller.watch(machine);
  Survivor survivor = machine.survivor();
  if (!machine.provision(survivor)) {
    out.problem = "the device model refuses the factory's image";
    return out;
  }
  if (token.address.bad_sector != ExploredFlash::no_operation) {
    if (token.address.bad_sector >= exploration.part.sectors()) {
      out.problem = fmt::format("sector {} is not on this part, which has {}",
                                token.address.bad_sector, exploration.part.sectors());
      return out;
    }
    survivor.flash.spoil(token.address.bad_sector, token.address.bad_mode);
    survivor.is_damaged = true;
    survivor.promises.on(seen::Damage{true}, lab.premises);
  }
  walk(machine, teller, out, survivor);
  out.address.points = teller.struck();
  if (!teller.has_struck_all()) {
    out.problem = fmt::format("there is no {} on this path any more",
                              place_text(*teller.awaited(), token.is_exact));
  } else if (token.is_exact && token.fingerprint != out.fingerprint) {
    const bool is_same_exploration = token.fingerprint.substr(0, 4) == out.fingerprint.substr(0, 4);
    out.problem = fmt::format(
        "the token was made for another {} ({}, this is {}); its operation numbers lead here to {}",
        is_same_exploration ? "build of the device code" : "geometry, image or story",
        token.fingerprint, out.fingerprint, portable_text(out.address));
  }
  return out;
}

}  // namespace cartstorm::sim::explore
