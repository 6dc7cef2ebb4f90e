#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "broker-mock/base/outbox.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/telemetry/episodes.hpp"
#include "broker-mock/telemetry/exposure.hpp"
#include "broker-mock/telemetry/uplinks.hpp"

namespace cartstorm::broker::telemetry {

/// Hears of what was received, at the moment it was. Must not call back.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on(const fact::MetricReceived& metric) = 0;
  virtual void on(const fact::ExposureMinute& minute) = 0;
};

/// Distinct occurrences of a target version, and on how many distinct things.
struct RollbackTotals {
  std::uint64_t occurrences = 0, things = 0;
};

/// The second channel beside Jobs: rollback occurrences, error episodes and exposure per version.
/// Repetitions are acknowledged, never counted.
class Ledger {
 public:
  Ledger(const Things& things, Outbox& outbox, Listener& listener);

  void connected(ThingId thing, ServerTime now);
  void disconnected(ThingId thing, ServerTime now);

  // False: malformed, dropped.
  bool rollback(ThingId thing, std::string_view payload, ServerTime now);
  bool error(ThingId thing, std::string_view payload, ServerTime now);
  bool heartbeat(ThingId thing, const HeartbeatUplink& uplink, ServerTime now);

  void advance(ServerTime now) { exposure_.advance(now); }
  ServerTime deadline() const { return exposure_.deadline(); }

  const Exposure& exposure() const { return exposure_; }
  Exposure& exposure() { return exposure_; }
  RollbackTotals rollbacks(Version target) const;
  /// Whether an occurrence of this target was received from the thing at or after `since`.
  bool has_rolled_back(ThingId thing, Version target, ServerTime since) const;
  /// Of the last heartbeat; empty before the first one.
  std::optional<Version> version(ThingId thing) const;

 private:
  struct PerThing {
    Exposure::Arm arm = Exposure::no_arm;  ///< of the last heartbeat on this connection
    Version version;                       ///< of the last heartbeat; 0: there was none
    SeenEpisodes episodes;
  };
  struct Occurrence {
    std::uint64_t id;
    Version target;
    ServerTime received;
  };
  PerThing& per_thing(ThingId thing);
  void leave_arm(PerThing& state, ServerTime now);
  /// 1 counted, 0 repetition, -1 refused because the thing floods us.
  int record(ThingId thing, const RollbackUplink& uplink, ServerTime now);

  const Things& things_;
  Outbox& outbox_;
  Listener& listener_;
  Exposure exposure_;
  std::vector<PerThing> per_thing_;
  std::map<ThingId, std::vector<Occurrence>> occurrences_;
  std::map<Version, RollbackTotals> totals_;
};

}  // namespace cartstorm::broker::telemetry
