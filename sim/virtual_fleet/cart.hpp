#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ota/agent.hpp"
#include "ota/job_context.hpp"
#include "sim/faults/fault_plan.hpp"
#include "sim/faults/legacy_policy.hpp"
#include "sim/fleet/population.hpp"
#include "sim/hardware/flash_model.hpp"

namespace cartstorm::sim {

/// One HTTP exchange of a cart, from HttpGet to HttpStop. `number` tells a stale event.
struct HttpExchange {
  std::uint32_t number = 0;
  bool is_open = false;
  std::string url, if_match;
  std::uint32_t first = 0;
  std::uint16_t status = 0;
  std::uint64_t range_first = 0, total_size = 0;
  std::string etag;
  std::uint32_t retry_after_s = 0;
  std::span<const std::byte> body;  ///< of an object: lives as long as the run
  std::vector<std::byte> own_body;  ///< of an error text
  std::size_t given = 0;            ///< bytes of the body handed to the agent
  std::int64_t ready_us = 0;        ///< when the wire is free for the next piece
  std::uint32_t asked_bytes = 0;
};

/// What dies with every reset: the application's RAM. A power cut destroys the object.
struct RunningCart {
  ota::Agent agent;
  std::unique_ptr<ota::JobContext> job;
  LegacyPolicy legacy;
  ota::Tuning tuning;
  std::int64_t deadline_at_us = INT64_MAX;  ///< earliest scheduled timer event
  HttpExchange http;

  explicit RunningCart(const Image& image_spec)
      : legacy(image_spec), tuning(LegacyPolicy::tuning(image_spec)) {}
};

/// One simulated cart: flash, supply, and the world's counters about it. Nothing but `flash` is
/// the cart's own memory across resets. What most events touch comes first, in two cache lines:
/// with thousands of carts, waiting for memory is what an event costs.
struct alignas(64) Cart {
  std::uint32_t incarnation = 0;  ///< one per reset and power change; tells stale events
  int image = -1;                 ///< that runs, in ImageSet::all(); -1 none, or recovery
  bool is_powered = false;
  bool is_linked = false;        ///< the cart's MQTT connection is up
  bool is_cloud_linked = false;  ///< the cloud thinks so
  bool is_legacy = false;        ///< the running image has a quirk on the wire
  std::int64_t busy_until_us = INT64_MIN;
  std::uint64_t error_draws = 0;
  std::uint64_t episodes = 0;  ///< durable in the application's own storage
  std::uint64_t uplinks = 0;
  std::uint64_t telemetry_sent = 0;
  CartSpec spec;
  ota::MaintenanceWindow maintenance;

  std::uint64_t downlinks = 0, exchanges = 0, connects = 0, uplinks_cut = 0, random_draws = 0;
  std::uint32_t http_gets = 0;
  std::uint32_t boot_no = 0;
  std::int64_t boot_us = 0;
  ota::ResetCause reset_cause = ota::ResetCause::power_on;  ///< of the boot that comes or runs
  std::int64_t supply_ends_us = Supply::never_us;  ///< the next loss of supply that is known
  std::int64_t panics_at_us = Supply::never_us;    ///< the running image crashes then
  std::int64_t clock_offset_us = 0;
  std::optional<RunningCart> running;
  CartFlash flash;

  PowerHabit habit;
  std::vector<FaultPlan::CutOrder> cuts;
  bool is_cut_by_fault = false;   ///< that loss is a fault's, not the owner's
  std::int64_t fault_off_us = 0;  ///< how long a fault keeps it away
  std::size_t cut_fault = 0;      ///< of the loss of supply that is known
  std::size_t op_cut_fault = 0;   ///< of flash.cut_at_op
  std::uint32_t version = 0;      ///< confirmed version, as the world saw it
  bool has_rolled_back = false;

  std::size_t panic_fault = 0;                ///< of panics_at_us
  std::int64_t confirmed_us = 0;              ///< when that version was
  std::int64_t offline_until_us = INT64_MIN;  ///< no network before then
  std::uint64_t telemetry_arrived = 0;        ///< greatest number of those that did
  std::vector<FaultPlan::Span> grid_outages;
  bool is_opted_out = false;  ///< durable in the application's own storage

  Cart(CartSpec cart_spec, const ota::FlashGeometry& geometry, PowerHabit power_habit)
      : spec(std::move(cart_spec)),
        maintenance(maintenance_of(*spec.profile)),
        flash(geometry),
        habit(power_habit) {}
};

}  // namespace cartstorm::sim
