#include "broker-mock/telemetry/exposure.hpp"

#include <algorithm>

#include "broker-mock/base/time_text.hpp"

namespace cartstorm::broker::telemetry {
namespace {

/// A fleet runs a handful; a thing that invents versions must not grow our memory.
constexpr std::size_t max_versions = 64;

}  // namespace

const Exposure::PerVersion* Exposure::find(Version version) const {
  const auto found = std::find_if(arms_.begin(), arms_.end(),
                                  [&](const PerVersion& arm) { return arm.version == version; });
  return found == arms_.end() ? nullptr : &*found;
}

Exposure::Arm Exposure::arm_of(Version version) {
  if (const PerVersion* const known = find(version)) {
    return static_cast<Arm>(known - arms_.data());
  }
  if (arms_.size() >= max_versions) return no_arm;
  arms_.push_back({});
  arms_.back().version = version;
  return static_cast<Arm>(arms_.size() - 1);
}

bool Exposure::is_active() const {
  return std::any_of(arms_.begin(), arms_.end(), [](const PerVersion& arm) {
    return arm.connected > 0 || arm.open.errors > 0 || arm.open.device_ms > 0;
  });
}

ServerTime Exposure::deadline() const {
  return is_active() ? ServerTime{(open_minute_ + 1) * minute_ms} : never;
}

void Exposure::accrue(PerVersion& arm, ServerTime now) {
  arm.open.device_ms +=
      arm.connected * static_cast<std::uint64_t>(now.unix_ms - accrued_until_.unix_ms);
}

/// Only once half of the minutes are stale, so that a minute costs O(1) on average.
void Exposure::forget_old(PerVersion& arm) const {
  const std::int64_t first = std::max(std::min(kept_from_, open_minute_ - kept_minutes),
                                      open_minute_ - longest_kept_minutes);
  if (arm.closed.size() < 2 || arm.closed[arm.closed.size() / 2].number >= first) return;
  const auto stale = [first](const Minute& minute) { return minute.number < first; };
  arm.closed.erase(arm.closed.begin(),
                   std::find_if_not(arm.closed.begin(), arm.closed.end(), stale));
}

void Exposure::close_minute() {
  for (PerVersion& arm : arms_) {
    if (arm.open.errors == 0 && arm.open.device_ms == 0) continue;
    forget_old(arm);
    arm.closed.push_back({open_minute_, arm.open});
    on_minute_({arm.version, open_minute_, arm.open.device_ms,
                static_cast<std::uint32_t>(arm.open.errors)});
    arm.open = {};
  }
}

void Exposure::advance(ServerTime now) {
  if (now <= accrued_until_) return;
  while (is_active() && now.unix_ms >= (open_minute_ + 1) * minute_ms) {
    const ServerTime end{(open_minute_ + 1) * minute_ms};
    for (PerVersion& arm : arms_) accrue(arm, end);
    close_minute();
    accrued_until_ = end;
    ++open_minute_;
  }
  for (PerVersion& arm : arms_) accrue(arm, now);
  accrued_until_ = now;
  open_minute_ = floor_div(now.unix_ms, minute_ms);
}

void Exposure::join(Arm arm, ServerTime now) {
  advance(now);
  ++arms_[arm].connected;
}

void Exposure::leave(Arm arm, ServerTime now) {
  advance(now);
  --arms_[arm].connected;
}

Counts Exposure::minute(Version version, std::int64_t number) const {
  const PerVersion* const arm = find(version);
  if (arm == nullptr) return {};
  const auto found = std::lower_bound(
      arm->closed.begin(), arm->closed.end(), number,
      [](const Minute& minute, std::int64_t wanted) { return minute.number < wanted; });
  return found != arm->closed.end() && found->number == number ? found->counts : Counts{};
}

void Exposure::keep_from(ServerTime since) { kept_from_ = floor_div(since.unix_ms, minute_ms); }

std::uint64_t Exposure::connected(Version version) const {
  const PerVersion* const arm = find(version);
  return arm == nullptr ? 0 : arm->connected;
}

}  // namespace cartstorm::broker::telemetry
