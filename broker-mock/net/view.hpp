#pragma once
#include <boost/json/object.hpp>
#include <string>

#include "broker-mock/mqtt/broker.hpp"
#include "broker-mock/net/board.hpp"
#include "broker-mock/net/clock.hpp"

namespace cartstorm::broker::net {

/// What there is to show of a running endpoint at one moment.
struct View {
  ServerTime now;
  const Board& board;
  mqtt::Counters mqtt;
  std::size_t things = 0, connected_things = 0;
  std::uint64_t inputs = 0;      ///< in the journal
  std::uint64_t last_event = 0;  ///< number of the newest one of the feed
  std::uint64_t malformed = 0, unroutable = 0;
  std::uint64_t http_requests = 0, http_refused = 0;
  bool is_controller_up = true;
  std::int64_t clock_offset_ms = 0;
  bool is_clock_frozen = false;
  std::string chaos;  ///< what is switched on, in words; empty: nothing
};

/// GET /status
boost::json::object status_of(const View& view);
/// GET /metrics, in the OpenMetrics text format.
std::string metrics_of(const View& view);
/// GET /, a page that reloads itself.
std::string page_of(const View& view);

}  // namespace cartstorm::broker::net
