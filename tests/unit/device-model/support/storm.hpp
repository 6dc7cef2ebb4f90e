#pragma once
#include <array>
#include <deque>

#include "judge.hpp"
#include "watched_flash.hpp"
#include "world.hpp"

namespace ota::test {

/// What can happen to a cart from outside; what two more numbers mean depends on it.
enum class WireFault : std::uint8_t {
  lose_link,
  find_link,
  lose_reply,
  double_reply,
  hold_reply,
  replay,
  notify,
  notify_storm,
  throttle,
  acknowledgements,
};
enum class CloudFault : std::uint8_t {
  cancel,
  supersede,
  queue_job,
  redeliver,
  reuse_id,
  time_jump,
};
enum class StoreFault : std::uint8_t {
  expired_url,
  http_status,
  wrong_bytes,
  cut_body,
  swap_object,
  ignore_range,
  silence,
};
enum class CartFault : std::uint8_t {
  cut,
  reset,
  self_test,
  crash,
  crash_confirmed,
  low_supply,
  supply_back,
  consent,
  in_use,
  change_ca,
  rot,
  wait,
};
using Fault = std::variant<WireFault, CloudFault, StoreFault, CartFault>;

/// After `gap` events, this happens.
struct Strike {
  std::uint8_t gap = 0;
  Fault fault = CartFault::wait;
  std::uint8_t a = 0, b = 0;
};

/// A world in which a script of strikes happens, and a checker that sees all of it.
class Storm final : Observer, Bystander, FlashWatcher {
 public:
  Storm();

  void run(const std::vector<Strike>& script);

  World world;
  Judge judge;

 private:
  // What is seen.
  void on_read(Region, std::uint32_t offset, std::uint32_t size) override;
  void on_change(Region, std::uint32_t offset, std::uint32_t size, bool is_erase, Status) override;
  void before_boot(ResetCause) override;
  void before_event(const Event&) override;
  void after_event(const Commands&) override;
  void on_uplink(const Message&) override;
  void on_get(std::string_view url) override;
  bool takes(const Message&) override;
  void on(const fact::StateChanged&) override {}
  void on(const fact::BootVerified&) override;
  void on(const fact::BootDecided&) override;
  void on(const fact::Confirmed&) override;
  void on(const fact::RolledBack& f) override { judge.on(f); }
  void on(const fact::SlotWrite&) override {}
  void on(const fact::ManifestJudged& f) override { judge.on(f); }
  void on(const fact::JobUpdateSent& f) override { judge.on(f); }
  void on(const fact::RollbackSent&) override {}
  void on(const fact::RollbackCleared&) override {}
  void on(const fact::AnchorChanged&) override;
  void on(const fact::Quarantined&) override {}
  void see_record();
  void see_content(Slot);
  void see_message(const event::Received&);
  void see_loss(std::size_t commands);
  void fork();
  bool can_boot(host::RamFlash flash);

  // What happens.
  void strike(WireFault, std::uint8_t a, std::uint8_t b);
  void strike(CloudFault, std::uint8_t a, std::uint8_t b);
  void strike(StoreFault, std::uint8_t a, std::uint8_t b);
  void strike(CartFault, std::uint8_t a, std::uint8_t b);
  void offer(const std::string& job, std::size_t image);
  void replay(std::size_t number);
  void redeliver(bool only_pending);
  bool is_kept(Version);
  void crash_at_start(Version, bool crashes);
  void change_ca(const host::PrivateKey& key, bool removes);
  void rot(std::uint32_t offset, unsigned bit);
  void end_pending(const char* status);
  static Manifest issued_manifest(const std::string& document);
  void say(const std::string& topic, const std::string& payload);
  void notify();
  void rest();

  struct Request {
    std::string token, job, status;
    std::uint32_t execution = 0;
    std::uint64_t sent_ms = 0;
    bool is_update = false;
  };

  WatchedFlash flash_;
  Board fork_;
  std::optional<Request> request_;
  std::optional<std::uint64_t> sequence_;
  std::deque<Message> past_, held_;
  std::uint32_t changes_ = 0, calls_at_boot_ = 0, changes_at_boot_ = 0;
  std::uint64_t operations_at_loss_ = 0;
  int lose_ = 0, double_ = 0, hold_ = 0, throttle_ = 0, jobs_ = 0;
  bool is_booting_ = false, is_bytes_wrong_ = false;
  bool installs_on_request_ = false, lacked_a_ca_ = false, is_damaged_ = false;
  std::string etag_suffix_;
};

}  // namespace ota::test
