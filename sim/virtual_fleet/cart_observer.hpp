#pragma once
#include <vector>

#include "ota/observer.hpp"
#include "reports/trace/stream.hpp"
#include "sim/hardware/flash_model.hpp"

namespace cartstorm::sim {

/// What the world itself wants to know of a cart's facts: faults wait for states, and the terminal
/// shows who is on the new version.
class CartWatcher {
 public:
  virtual void entered(std::uint32_t cart, ota::State) = 0;
  virtual void began_slot_write(std::uint32_t cart) = 0;
  virtual void confirmed(std::uint32_t cart, ota::Version) = 0;
  virtual void rolled_back(std::uint32_t cart, ota::Version from, ota::Version to) = 0;

 protected:
  ~CartWatcher() = default;
};

/// Turns what carts and their flash report into trace records. One object serves every cart:
/// bind() it before a step.
class CartObserver final : public ota::Observer, public FlashListener {
 public:
  CartObserver(report::Stream& stream, CartWatcher& watcher) : stream_(stream), watcher_(watcher) {}

  void bind(std::uint32_t cart, std::uint32_t boot_no, std::int64_t now_us,
            std::int64_t clock_offset_us);
  /// The step is over. Messages that it announced were sent only if it reached its end.
  void end_step(bool is_done);
  /// Off while the factory works.
  void set_recording(bool is_on) { is_recording_ = is_on; }

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
  void on(const FlashCall&) override;

 private:
  void emit(const report::Payload& payload) {
    if (is_recording_) {
      stream_.emit(now_us_, payload);
    }
  }
  void emit_at_end(const report::Payload& payload) { at_end_.push_back(payload); }
  report::CartId id() const { return static_cast<report::CartId>(cart_); }
  report::TextId text(std::string_view s) { return stream_.texts().intern(s); }

  report::Stream& stream_;
  CartWatcher& watcher_;
  std::vector<report::Payload> at_end_;
  std::uint32_t cart_ = 0;
  std::uint32_t boot_no_ = 0;
  std::int64_t now_us_ = 0;
  std::int64_t clock_offset_us_ = 0;
  bool is_recording_ = true;
};

}  // namespace cartstorm::sim
