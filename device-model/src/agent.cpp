#include "ota/agent.hpp"

#include <algorithm>

#include "turn.hpp"

namespace ota {
namespace {

/// Tries one kind after the other. A table of functions, as std::visit makes it, costs more flash
/// and hides who calls whom from everything that follows calls.
template <typename... Kinds>
Status handle(Turn& turn, const std::variant<Kinds...>& event) {
  Status status = Status::ok;
  const auto is_kind = [&](const auto* e) {
    if (e != nullptr) {
      status = turn.on(*e);
    }
    return e != nullptr;
  };
  (is_kind(std::get_if<Kinds>(&event)) || ...);
  return status;
}

}  // namespace

void Agent::step(Uptime now, const Event& event, Hardware& hardware, const Tuning& tuning,
                 Commands& out) {
  out.clear();
  hardware.watchdog.feed();
  if (memory_.is_leaving) {
    return;  // the reset is on its way; whatever comes now is answered after it
  }
  const bool is_start = std::holds_alternative<event::Started>(event);
  if (is_start != (memory_.state == State::starting)) {
    return;  // nothing is known before the start, and there is one start per boot
  }
  Turn turn{memory_, now, hardware, tuning, out};
  if (handle(turn, event) == Status::power_lost) {
    out.clear();
  }
}

Uptime Agent::deadline() const {
  if (memory_.is_leaving) {
    return never;
  }
  return std::min({memory_.reply_by, memory_.body_by, memory_.retry_at, memory_.heartbeat_at,
                   memory_.rollback_at, memory_.confirm_by});
}

}  // namespace ota
