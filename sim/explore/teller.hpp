#pragma once
#include "sim/explore/machine.hpp"
#include "sim/explore/replay.hpp"

namespace cartstorm::sim::explore {

/// Writes down what a machine does, and strikes at the points of an address: by operation, or by
/// spot when the address is portable.
class Teller final : public MachineListener, ota::Observer {
 public:
  Teller(Replay& out, std::vector<Point> points, bool is_exact);

  /// Must be set before the machine runs.
  void watch(Machine& machine) { machine_ = &machine; }
  void begin_power_cycle();
  void add(ReplayKind, std::string text);
  /// The point that comes next, if any is left.
  const Point* awaited() const { return next_ < points_.size() ? &points_[next_] : nullptr; }
  bool has_struck_all() const { return next_ == points_.size(); }
  const std::vector<Point>& struck() const { return points_; }
  void flush();

 private:
  void on_operation(const Operation&) override;
  void on_operation_done(const Operation&) override;
  void on_loss(const Operation&) override;
  void on_reset(ota::ResetCause) override;
  void on_uplink(std::string_view topic, std::string_view payload) override;
  void on_message(const CloudMessage&) override;
  void on_incident(Happening) override;
  void on_wait(std::uint64_t ms) override;
  ota::Observer* observer() override { return this; }

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

  bool is_here(const Operation&) const;
  void strike(const Operation&);
  std::vector<std::byte> sector_of(const Operation&) const;

  /// Operations in a row on one region, told as one line.
  struct Run {
    FlashOp kind{};
    ota::Region region{};
    std::uint32_t from = 0, to = 0, count = 0;
  };

  Replay& out_;
  std::vector<Point> points_;
  bool is_exact_;
  std::size_t next_ = 0;
  Machine* machine_ = nullptr;
  std::uint32_t cycle_ = 0, operations_ = 0;
  Run run_;
};

}  // namespace cartstorm::sim::explore
