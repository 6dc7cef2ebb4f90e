#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker-mock/cloud/cloud.hpp"
#include "ota/host/crypto.hpp"
#include "sim/faults/fault_plan.hpp"
#include "sim/fleet/run_scenario.hpp"
#include "sim/hardware/crypto_memo.hpp"
#include "sim/kernel/timing_wheel.hpp"
#include "sim/network/link.hpp"
#include "sim/virtual_fleet/cart.hpp"
#include "sim/virtual_fleet/cart_observer.hpp"
#include "sim/virtual_fleet/cloud_observer.hpp"
#include "sim/virtual_fleet/images.hpp"

namespace cartstorm::sim {

/// What can be due in a virtual fleet. `argument` is the cart's incarnation unless noted.
enum class Due : std::uint8_t {
  switched_on,   ///< the owner, or the end of a fault, restores the supply
  supply_fails,  ///< the loss of supply that the cart's hardware already knows
  boot,
  link_up,
  keep_alive,  ///< the broker gives a silent connection up; argument: connection number
  agent_continue,
  agent_timer,
  self_test_done,
  panic,
  legacy_retry,
  http_request,  ///< argument: exchange number
  http_head,     ///< argument: exchange number
  http_piece,    ///< argument: exchange number
  error_episode,
  uplink,         ///< argument: message slot
  downlink,       ///< argument: message slot
  clock_changes,  ///< argument: fault
  cloud_timer,
  rollout_begins,
  hold_released,    ///< argument: number of the release
  rollout_pauses,   ///< argument: pause of the scenario
  rollout_resumes,  ///< argument: pause of the scenario
  rollout_superseded,
  fault_begins,         ///< argument: fault (of the fleet, not of a cart)
  controller_restarts,  ///< argument: fault that killed it
  controller_spared,    ///< the quiet phase begins
  link_down,
  consent_told,     ///< a new boot hears what the customer decided earlier
  outage_begins,    ///< argument: fault
  outage_ends,      ///< argument: fault
  falls_silent,     ///< argument: fault
  workshop,         ///< argument: fault
  consent_changes,  ///< argument: fault
  window_edge,      ///< argument unused
};

/// Thousands of carts in virtual time around one cloud: owns the queue, the carts and the wires.
/// The hardware objects are flyweights, bound to a cart for one step.
class VirtualFleet final : private CartWatcher, private CloudWatcher {
 public:
  VirtualFleet(const Scenario&, const RunOptions&, report::Stream&);
  ~VirtualFleet();
  RunOutcome run();

 private:
  /// The cart of events that are nobody's.
  static constexpr std::uint32_t nobody = 0xffffffffU;
  /// 1.5 times the cart's 60 s (MQTT 3.1.1, 3.1.2.10).
  static constexpr std::int64_t keep_alive_us = 90'000'000;

  class BoundHardware;
  struct Message {
    std::uint32_t incarnation = 0;  ///< of the sender; of a downlink: number of the connection
    bool is_past_broker = false;    ///< an uplink that no longer depends on its sender
    std::uint64_t telemetry = 0;    ///< number of a telemetry uplink, from 1; else 0
    std::optional<std::size_t> reordered;  ///< the fault that lets others overtake it
    std::string topic, payload;
  };

  // fleet.cpp: set-up and the loop
  void emit_world();
  void emit_image(const FirmwareImage&);
  void build_cart(std::uint32_t cart);
  const FirmwareImage& factory_image(const CartSpec&) const;
  void build_cloud();
  void schedule_fleet_faults();
  void dispatch(const Scheduled&);
  void dispatch_cart(const Scheduled&);
  void dispatch_http(const Scheduled&);
  void clock_changes(std::uint32_t cart, std::size_t fault);
  void keep_alive_ends(std::uint32_t cart, std::uint32_t connection);
  void fetch_ahead();
  void fetch(const Scheduled&);
  void report_progress(bool is_last);
  void at(std::int64_t time_us, Due due, std::uint32_t cart, std::uint32_t argument);
  void emit(const report::Payload& payload) { stream_.emit(now_us_, payload); }
  report::TextId text(std::string_view s) { return stream_.texts().intern(s); }
  void emit_fault(std::uint32_t cart, std::size_t fault, report::FaultEvent, std::int64_t value);

  // fleet_power.cpp: supply, reset, boot
  void switch_on(std::uint32_t cart, report::PowerCause);
  void plan_supply(std::uint32_t cart);
  void lose_supply_at(std::uint32_t cart, std::int64_t time_us, std::size_t fault);
  void supply_fails(std::uint32_t cart);
  void reset(std::uint32_t cart, ota::ResetCause, std::int64_t time_us);
  void boot(std::uint32_t cart);
  void start_application(std::uint32_t cart, const ota::BootDecision&);
  int image_in(const Cart&, ota::Slot, ota::Digest& digest) const;
  void drop_application(std::uint32_t cart);

  // fleet_step.cpp: the agent and its commands
  void step(std::uint32_t cart, const ota::Event&);
  bool settle(std::uint32_t cart, const Supply&);
  void perform(std::uint32_t cart, const ota::Command&);
  void follow_deadline(std::uint32_t cart);
  void agent_timer(std::uint32_t cart);
  bool is_busy(const Scheduled&);

  // fleet_wire.cpp: messages and downloads
  void link_up(std::uint32_t cart);
  void publish(std::uint32_t cart, std::string_view topic, std::string_view payload);
  void put_on_wire(std::uint32_t cart, std::string_view topic, std::string_view payload);
  std::uint32_t send(std::uint32_t cart, std::string_view topic, std::string_view payload,
                     std::int64_t delay_us);
  void uplink_arrives(std::uint32_t slot, std::uint32_t cart);
  void downlink_arrives(std::uint32_t slot, std::uint32_t cart);
  void retry_as_legacy(std::uint32_t cart);
  void http_get(std::uint32_t cart, const ota::command::HttpGet&);
  void http_request(std::uint32_t cart);
  void http_head(std::uint32_t cart);
  void http_next(std::uint32_t cart, std::uint32_t max_bytes);
  void http_piece(std::uint32_t cart);
  std::uint32_t new_message();

  // fleet_metrics.cpp: the metric channel
  void put_metric_on_wire(std::uint32_t cart, MetricKind, std::string_view topic,
                          std::string_view payload);
  void fire_once(std::uint32_t cart, std::size_t fault);
  void metric_arrives(std::uint32_t cart, const Message&);

  // fleet_factory.cpp: factory and workshop
  std::vector<ota::Anchor> factory_anchors(std::uint32_t cart);
  void provision(std::uint32_t cart, const FirmwareImage&, std::span<const ota::Anchor> anchors);
  void visit_workshop(std::uint32_t cart, std::size_t fault);

  // fleet_faults.cpp: outages, silence, customers
  void schedule_cart_faults(std::uint32_t cart);
  void dispatch_fault(const Scheduled&);
  void lose_network(std::uint32_t cart, std::size_t fault, std::int64_t until_us);
  void regain_network(std::uint32_t cart, std::size_t fault);
  void fall_silent_after(std::uint32_t cart, SilenceAfter);
  void change_consent(std::uint32_t cart, std::size_t fault);
  void window_edge(std::uint32_t cart);
  std::optional<FaultPlan::Span> grid_outage_at(const Cart&, std::int64_t time_us) const;

  // fleet_cloud.cpp: the cloud's time, deliveries and operators
  broker::ServerTime server_time() const;
  void called_cloud();
  void collect_deliveries();
  void begin_rollout();
  void begin_fleet_fault(std::size_t fault);
  void plan_release(const broker::fact::StageChanged&);
  void plan_resume(const broker::fact::StageChanged&);
  void no_longer_asks(Due what, std::uint32_t number);
  void plan_visits(std::string_view stage);
  void release_hold(std::uint32_t number);
  void pause_rollout(std::uint32_t number);
  void resume_rollout(std::uint32_t number);
  void supersede_rollout();
  void create_rollout(broker::RolloutSpec, const FirmwareImage&);
  void begin_newer();
  void ask_again(Due what, std::uint32_t number);
  void stage_changed(const broker::fact::StageChanged&) override;

  // fleet_controller.cpp: the rollout controller dies and comes back
  void plan_controller_kills();
  void arm_controller_kill();
  void controller_may_have_died();
  void controller_died(std::size_t fault);
  void restart_controller(std::size_t fault);

  // application.cpp: what the image does besides updating
  void schedule_error(std::uint32_t cart);
  void error_episode(std::uint32_t cart);
  void self_test_done(std::uint32_t cart);
  void schedule_boot_crash(std::uint32_t cart);
  void panic_at(std::uint32_t cart, std::int64_t time_us, std::size_t fault);
  void schedule_late_crash(std::uint32_t cart);
  void panic(std::uint32_t cart);

  // CartWatcher
  void entered(std::uint32_t cart, ota::State) override;
  void began_slot_write(std::uint32_t cart) override;
  void confirmed(std::uint32_t cart, ota::Version) override;
  void rolled_back(std::uint32_t cart, ota::Version from, ota::Version to) override;
  void now_on(Cart&, ota::Version);
  bool is_released(Version) const;

  const Scenario& scenario_;
  const RunOptions& options_;
  report::Stream& stream_;
  std::int64_t now_us_;
  TimingWheel wheel_;
  std::uint64_t fetched_tick_ = 0;  ///< of fetch_ahead()
  ImageSet images_;
  std::vector<CartSpec> population_;
  FaultPlan faults_;
  Link link_;
  Arena arena_;
  ota::host::OpensslCrypto openssl_;
  FlashModel flash_model_;
  CryptoMemo crypto_;
  CartObserver cart_observer_;
  CloudObserver cloud_observer_;
  std::unique_ptr<broker::Cloud> cloud_;
  std::vector<std::unique_ptr<Cart>> carts_;
  std::vector<Message> messages_;
  std::vector<std::uint32_t> free_messages_;
  Message arriving_;  ///< text of the downlink that is being handled
  ota::Commands commands_;
  Supply* active_supply_ = nullptr;  ///< of the step that runs now
  std::uint32_t active_cart_ = 0;
  std::int64_t cloud_timer_at_us_ = INT64_MAX;
  std::vector<bool> has_fired_;                   ///< fleet-wide faults already in the trace
  std::vector<std::vector<bool>> metric_struck_;  ///< by fault and cart: it is in the trace
  struct PlannedRelease {
    std::string rollout;
    std::uint32_t hold_id;
    std::size_t index;  ///< in the scenario
  };
  std::vector<PlannedRelease> releases_;
  std::vector<std::size_t> kills_by_write_;  ///< faults to come, the next one last
  bool is_controller_down_ = false;
  bool has_asked_ = false, has_begun_ = false;             ///< for the rollout; the rollout itself
  bool has_newer_begun_ = false;                           ///< the one that takes its place
  std::vector<std::uint32_t> asked_pauses_;                ///< of which nothing is known yet
  std::vector<std::pair<Due, std::uint32_t>> unanswered_;  ///< what people ask for again
  std::string stage_name_ = "before the rollout";
  bool is_held_ = false;
  ota::Version target_{};                       ///< what the rollout brings that was asked for last
  std::uint32_t on_new_ = 0, rolled_back_ = 0;  ///< carts on that; carts that ever rolled back
  std::uint64_t events_ = 0;
  std::string infrastructure_error_;
};

}  // namespace cartstorm::sim
