#pragma once
#include <deque>
#include <functional>
#include <set>

#include "board.hpp"
#include "mini_cloud.hpp"
#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/journal.hpp"

namespace ota::test {

/// How the object store behaves; tests change what they are about.
struct Store {
  std::vector<std::byte> object;
  std::string etag = "\"etag-1\"";
  std::vector<std::byte> patch;  ///< under another URL
  std::string patch_etag = "\"patch-1\"";
  std::deque<std::uint16_t> statuses;  ///< answers to the next GETs instead of the object
  std::string error_body;
  std::uint32_t retry_after_s = 0;
  std::uint32_t cut_body_after = 0xffffffff;  ///< bytes of one answer, then the connection breaks
  std::uint32_t piece = 4096;                 ///< most bytes handed over at once
  bool ignores_range = false;
  bool goes_silent = false;  ///< after the head nothing comes
  bool is_endless = false;   ///< more bytes than the object has
  int gets = 0;
  std::vector<std::uint32_t> firsts;  ///< first byte asked for by each GET
  std::vector<std::string> fetched;   ///< what each GET asked for: image or patch, and from where
  std::vector<std::string> urls;      ///< of each GET
};

/// Looks at a world from outside, and stands in its way; every function may be left out.
class Bystander {
 public:
  virtual ~Bystander() = default;
  virtual void before_boot(ResetCause) {}
  virtual void before_event(const Event&) {}
  virtual void after_event(const Commands&) {}
  virtual void on_uplink(const Message&) {}
  virtual void on_get(std::string_view /*url*/) {}
  /// The cloud answers. True: the bystander carries the message itself, or loses it.
  virtual bool takes(const Message&) { return false; }
};

/// A cart, its cloud and its store in virtual time. Drives the agent the way a driver must.
class World {
 public:
  World();

  /// Starts the cart: bootloader, then Started and LinkUp.
  void boot(ResetCause cause = ResetCause::power_on);
  /// Delivers one event and carries out the commands.
  void deliver(const Event& event);
  /// Delivers the message after everything that is under way now.
  void send(const Message&);
  /// One queued event, or the agent's deadline. False when there is nothing to do.
  bool advance();
  /// Goes on until the agent rests with nothing to report, or `limit` events.
  void run(int limit = 3000);
  /// Goes on until the agent is in this state, or gives up.
  bool run_to(State state, int limit = 3000);
  /// Goes on for this much virtual time.
  void run_for(std::uint64_t ms);
  bool is_settled() const;

  BootRecord boot_record();
  Journal journal();
  Counters counters();

  Board board;
  MiniCloud cloud;
  Store store;
  Tuning tuning;
  Agent agent;
  BootDecision decision;
  Uptime now{};
  bool link = true;
  bool reboots = true;              ///< carry out Reboot
  std::set<std::uint32_t> crashes;  ///< versions that hang at once, until the watchdog bites
  std::set<std::uint32_t> self_test_fails;
  Bystander* bystander = nullptr;
  std::function<void()> on_power_back;  ///< called once, when the supply is back after a cut
  int boots = 0;
  int overflows = 0;
  std::uint64_t elapsed_ms = 0;  ///< over all boots

 private:
  void obey(const Command&);
  void on(const command::Publish&);
  void on(const command::HttpGet&);
  void on(const command::HttpNext&);
  void send_piece(std::uint32_t size);
  void later(std::function<void()> what) { queue_.push_back(std::move(what)); }

  std::deque<std::function<void()>> queue_;
  std::uint32_t body_at_ = 0;
  std::uint32_t body_sent_ = 0;
  std::vector<std::byte> body_;
  int http_generation_ = 0;
};

}  // namespace ota::test
