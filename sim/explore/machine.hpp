#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "sim/explore/address.hpp"
#include "sim/explore/cloud_graph.hpp"
#include "sim/explore/crypto.hpp"
#include "sim/explore/device_code.hpp"
#include "sim/explore/exploration.hpp"
#include "sim/explore/flash.hpp"
#include "sim/explore/outcome.hpp"
#include "sim/explore/path_state.hpp"
#include "sim/explore/record_lens.hpp"
#include "sim/explore/step_memo.hpp"

namespace cartstorm::sim::explore {

/// Hears what a machine does while it runs. For the explorer, which forks, and for replays, which
/// tell.
class MachineListener {
 public:
  /// A cut may fall here; the operation has not begun.
  virtual void on_operation(const Operation&) {}
  virtual void on_operation_done(const Operation&) {}
  virtual void on_loss(const Operation&) {}
  virtual void on_misbehaviour(const Operation&, OpFault) {}
  /// A sector was read that is_dead said nobody reads.
  virtual void on_refuted() {}
  virtual void on_reset(ota::ResetCause) {}
  virtual void on_uplink(std::string_view /*topic*/, std::string_view /*payload*/) {}
  virtual void on_message(const CloudMessage&) {}
  virtual void on_incident(Happening) {}
  virtual void on_wait(std::uint64_t /*ms*/) {}
  virtual ota::Observer* observer() { return nullptr; }

 protected:
  ~MachineListener() = default;
};

/// Everything that the paths of one story share. Not copyable, and never changed by a path but for
/// what is remembered.
struct Laboratory {
  Laboratory(const Exploration&, const Story&, const DeviceCode&, bool remembers_digests);

  const Exploration& exploration;
  const Story& story;
  const DeviceCode& device;
  Scenario scenario;  ///< of the images
  ImageSet images;
  ContentPool pool;
  CloudGraph cloud;
  RecordLens lens;
  Premises premises;
  bool remembers_digests;
};

enum class Went : std::uint8_t {
  on,          ///< one boot or one event was handled
  power_lost,  ///< at the operation it was told to
  ended,       ///< the path is over: outcome()
};

/// Runs the paths of one story, one at a time: a cart with its cloud, from the supply's coming
/// until it rests or the supply fails again. All of a path is in survivor() and running(), which
/// may be copied away and put back between two calls.
class Machine final : FlashListener,
                      ota::Observer,
                      ota::Power,
                      ota::Watchdog,
                      ota::Random,
                      ota::JobMemory {
 public:
  Machine(Laboratory& lab, MachineListener& listener);

  /// A cart as it leaves the factory, with its story before it. False if the device model refuses.
  bool provision(Survivor& out);
  void power_on(const Survivor&);
  /// One boot, or one event of the application.
  Went advance();

  /// The supply will fail, or the part misbehave, at this operation of this power cycle.
  void order(const Point&);
  /// What would be left if the supply failed at this operation, which has not begun. Valid until
  /// the next call. The tears of one operation are asked for one after the other, so that what they
  /// have in common is made once.
  const Survivor& survivor_of_cut(const Operation&, Tear);
  /// boot_key() of that.
  Key key_of_cut(const Operation&, Tear);
  /// What is left after advance() came back with power_lost.
  Survivor survivor_of_loss(Tear);
  Spot spot_of(const Operation&) const;

  /// Of the state between two calls, and of what a power cycle would begin with.
  Key key();
  Key boot_key(const Survivor&);
  Outcome outcome() const { return outcome_; }
  /// Where exactly a path is, if steps are remembered: the same again is a circle.
  std::optional<Key> exact_place() const;
  /// The state is that of `steps` steps and `waits` pauses ago: ends as the path would if it were
  /// walked on until it has lasted too long.
  Outcome turn_for_ever(std::uint32_t steps, std::uint32_t waits);
  std::uint32_t steps() const { return steps_; }
  void set_outcome(Outcome outcome) { outcome_ = outcome; }
  /// Whether steps may be taken from what was remembered of equal ones (StepMemo): nobody hears of
  /// their operations then, and spots are not counted. At most so many bytes are held; 0: no.
  void remember_steps(std::uint64_t most_bytes) { most_memo_bytes_ = most_bytes; }
  std::uint64_t memo_bytes() const { return memo_ ? memo_->memory() : 0; }
  /// Whether cuts may take sectors for dead (FlashState::mark_dead).
  void claim_dead(bool claims) { claims_dead_ = claims; }
  /// The part is not what it should be: promises that rest on it are void.
  void note_damage() {
    recall();
    survivor_.is_damaged = true;
    survivor_.promises.on(seen::Damage{true}, lab_.premises);
  }
  /// The first on this path, of any kind.
  Violation violation();

  const Survivor& survivor() {
    recall();
    return survivor_;
  }
  const Wear& wear() const { return survivor_.wear; }
  /// Jumps of time in this power cycle.
  std::uint32_t waits() const { return at_ ? memo_->head(*at_).waits : running_.waits; }
  const ExploredFlash& flash() const { return flash_; }
  Laboratory& lab() { return lab_; }

  /// Everything of the path that runs, to come back to it.
  struct Snapshot {
    Survivor survivor;
    Running running;
    LentContext context;
    SpotCounts spots;
    ExploredFlash::Counted counted;
    std::uint32_t steps;
  };
  Snapshot snapshot();
  void snapshot(Snapshot& out);  ///< into one that is there already: no memory is asked for
  void restore(const Snapshot&);
  /// Makes the next step with the supply failing at `operation`, only to see what is done after it:
  /// nothing may have an effect (D29). The state is worthless afterwards; restore() one.
  Violation rehearse_loss(std::uint32_t operation);

 private:
  // machine.cpp
  Survivor blank() const;
  ota::Hardware hardware();
  Went step();
  Went boot();
  Went application();
  Went deliver(const ota::Event&);
  Went lost();
  Went handle(const Due&);
  Went finish_self_test();
  Went rest();
  Went end(Outcome);
  void break_rule(Promise, const char* what);
  Outcome judge_rest();
  void judge_refusal(const CloudView&);
  void restart(ota::ResetCause);
  bool is_settled();
  void fill_second_slot();
  void push(Due::What, std::uint32_t argument = 0);
  void issue(const CloudView::Execution&);
  bool is_link_away();
  bool must_crash(bool has_settled);
  // machine_world.cpp
  void obey(const ota::Command&);
  void publish(std::string_view topic, std::string_view payload);
  void note_request(std::string_view topic, std::string_view payload);
  void get(const ota::command::HttpGet&);
  std::uint64_t anchor_named(const std::string&) const;
  void incident();
  void drop_what_needs_a_link();
  void take(const CloudGraph::Answer&);
  Went receive(MessageId);
  // machine_seen.cpp
  void see_record(Survivor&);
  void see_arming(Survivor&, const ota::BootRecord&);
  void see_content(Survivor&, ota::Slot);
  void see_loss(Survivor&, const Operation&, Tear);
  void begin_cuts(const Operation&);
  void mark_dead(FlashState&);
  void wear(const WearEvent&);
  void note_slot_change(ota::Region, std::uint32_t offset, std::uint32_t size, FlashOp);
  // machine_memo.cpp
  bool may_remember() const;
  bool is_recording() const { return memo_ && memo_->is_recording(); }
  Went advance_by_memo();
  StepMemo::CoreId core_of_now();
  void locate();
  void recall();
  void leave_memo();
  bool is_unbroken() const;
  // machine_key.cpp
  Key boot_key(const Survivor&, const Key& rest);
  Key rest_of_boot_key(const Survivor&);
  Key records_key(const FlashState&);
  Key whole_key(std::uint64_t domain, const Key& core, const Survivor&);
  Key core_key();
  void write_running(KeyWriter&);
  void write_due(KeyWriter&, std::uint32_t version_number);
  static Key exact_key(const Lasting&);
  static Key exact_key(const Running&, const Violation& rule_broken);
  static Key exact_key(const Records&);

  template <typename Fact>
  void told(const Fact& fact) {
    if (ota::Observer* observer = is_rehearsing_ ? nullptr : listener_.observer()) {
      observer->on(fact);
    }
  }
  template <typename Fact>
  void judged(const Fact& fact) {
    survivor_.promises.on(fact, lab_.premises);
    told(fact);
  }

  // FlashListener
  void on_change(ota::Region, std::uint32_t offset, std::uint32_t size, FlashOp) override;
  void before_operation(const Operation&) override;
  void after_operation(const Operation&) override;
  void on_read(ota::Region, std::uint32_t offset, std::uint32_t size) override;
  void on_flip(ota::Region, std::uint32_t offset) override;
  void read_dead(std::uint32_t sector) override;
  void broke_rule(const char* rule) override;
  void misbehaved(const Operation&, OpFault) override;
  void lost_power(const Operation&) override;
  // ota::Observer
  void on(const ota::fact::StateChanged&) override;
  void on(const ota::fact::BootVerified&) override;
  void on(const ota::fact::BootDecided&) override;
  void on(const ota::fact::Confirmed&) override;
  void on(const ota::fact::RolledBack&) override;
  void on(const ota::fact::SlotWrite&) override;
  void on(const ota::fact::ManifestJudged&) override;
  void on(const ota::fact::JobUpdateSent&) override;
  void on(const ota::fact::RollbackSent&) override;
  void on(const ota::fact::RollbackCleared&) override;
  void on(const ota::fact::AnchorChanged&) override;
  void on(const ota::fact::Quarantined&) override;
  // The little hardware
  bool is_above_floor() override { return flash_.is_powered() && running_.has_power; }
  void feed() override {}
  std::uint64_t next() override;
  ota::JobContext* current() override { return context_.current(); }
  ota::JobContext* open() override { return context_.open(); }
  void close() override { context_.close(); }

  static constexpr std::uint32_t most_steps = 60'000;  ///< of a path; a long update takes 600
  static constexpr std::uint32_t most_waits = 300;     ///< jumps of time in one power cycle

  Laboratory& lab_;
  MachineListener& listener_;
  ota::Identity identity_;
  ExploredFlash flash_;
  ExploredCrypto crypto_;
  Survivor survivor_;
  Running running_;
  LentContext context_;
  SpotCounts spots_;
  Survivor cut_;                    ///< what survivor_of_cut() made last
  FlashState uncut_flash_;          ///< that it begins with
  bool has_begun_cuts_ = false;     ///< of the operation that is about to begin
  std::optional<Key> rest_of_cut_;  ///< rest_of_boot_key(), of those that spare the boot record
  std::optional<Key> keys_of_dead_cut_[2];  ///< by power cut and watchdog, in a sector that is dead
  ota::Commands commands_;
  ota::State phase_ = ota::State::starting;  ///< of the agent when the step began
  bool is_incident_due_ = false;
  bool is_rehearsing_ = false;  ///< the listener has heard of this step
  bool is_silent_ = false;      ///< in the factory
  bool claims_dead_ = true;
  std::uint32_t changes_ = 0;  ///< calls that changed the flash in this boot
  std::uint32_t steps_ = 0;
  Outcome outcome_ = Outcome::unknown;
  Violation rule_broken_;
  std::optional<StepMemo> memo_;
  std::uint64_t most_memo_bytes_ = 0;
  /// Where the path is, if the memo knows; what is above is then behind unless is_recalled_, but
  /// for the slots and the wear.
  std::optional<StepMemo::CoreId> at_;
  bool is_recalled_ = true;
};

}  // namespace cartstorm::sim::explore
