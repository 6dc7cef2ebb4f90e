#include "turn.hpp"

#include <algorithm>

namespace ota {

void Turn::set_state(State to) {
  if (m_.state == to) {
    return;
  }
  hw_.observer.on(fact::StateChanged{m_.state, to});
  m_.state = to;
}

/// A job is open and this boot works on it.
bool Turn::is_busy() const {
  switch (m_.state) {
    case State::offered:
    case State::precheck:
    case State::downloading:
    case State::backing_off:
    case State::verifying:
    case State::staged:
      return true;
    case State::starting:
    case State::idle:
    case State::armed:
    case State::trial:
    case State::reporting:
    case State::recovery:
      return false;
  }
  return false;
}

/// A pause of backing_off is not over yet. Asking in between is allowed, going on is not.
bool Turn::is_pausing() const {
  return m_.state == State::backing_off && m_.retry_at != never && m_.retry_at > now_;
}

/// A pause that has run out was waited for, also if something else asks at that moment: between two
/// tries of a version it would begin again, and after a day's rest that would be another day. A
/// trial that cannot be disarmed waits for the part, which no question makes better.
void Turn::end_pause() {
  if (!is_pausing() && m_.state != State::armed) {
    m_.has_waited |= m_.state == State::backing_off && m_.retry_at != never;
    m_.retry_at = never;
  }
}

/// From 0 to `most`. A product instead of a remainder: a small part divides 64 bits by a routine
/// that is larger than all that it would be used for.
std::uint32_t Turn::draw(std::uint32_t most) {
  const auto bits = static_cast<std::uint32_t>(hw_.random.next());
  return static_cast<std::uint32_t>(bits * (std::uint64_t{most} + 1) >> 32);
}

/// Doubles per try up to the cap, jittered to the upper half so that a fleet spreads out.
std::uint32_t Turn::backoff_ms(unsigned tries) {
  std::uint64_t whole = tuning_.backoff_base_ms;
  for (unsigned i = 0; i < tries && whole < tuning_.backoff_cap_ms; ++i) {
    whole *= 2;
  }
  const auto capped =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(whole, tuning_.backoff_cap_ms));
  return capped - draw(capped / 2);
}

void Turn::wait_backed_off(std::uint8_t& tries) {
  m_.retry_at = now_ + backoff_ms(tries);
  tries = static_cast<std::uint8_t>(std::min(tries + 1, 255));
}

/// Until event::PowerChanged, or for a while: a lost event costs time and no more.
void Turn::wait_for_power() {
  wait_backed_off(m_.wait_tries);
  m_.power_wait_ends = m_.retry_at;
}

void Turn::reboot() {
  m_.is_leaving = true;
  out_.push(command::Reboot{});
}

}  // namespace ota
