#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "broker-mock/base/deadline_queue.hpp"
#include "broker-mock/base/things.hpp"

namespace cartstorm::broker::rollout {

/// Why a cart counts as bad. One cart is bad once, however many reasons it gathers.
enum class Bad : std::uint8_t { failed, rejected, timed_out, rolled_back, silent };
inline constexpr std::size_t bad_kinds = 5;
std::string_view name(Bad kind);

/// One of a rollout's own jobs, by its place among them.
using JobIndex = std::uint32_t;
inline constexpr JobIndex no_job = 0xffffffffU;

/// What is known of every cart of one rollout, from messages alone, with totals kept as they come:
/// no tick ever walks the fleet.
class CartLedger {
 public:
  CartLedger(Version target, std::int64_t silent_after_ms)
      : target_{target}, silent_after_ms_{silent_after_ms} {}

  // What happens to a cart.
  void target(ThingId thing, std::uint32_t stage, JobIndex job, bool is_connected, ServerTime now);
  /// A cancelled execution was queued again under another job.
  void retarget(ThingId thing, JobIndex job);
  void seen(ThingId thing, ServerTime now);
  void execution_changed(ThingId thing, JobIndex job, JobStatus status, std::string_view reason);
  void rolled_back(ThingId thing, Version version);
  /// Its owner does not want it any more, and it had not begun.
  void opted_out(ThingId thing);
  void reported_version(ThingId thing, Version version);
  /// Marks those that were reached after they were targeted and then not heard of for too long.
  void find_silent(ServerTime now);
  /// A person accepted what is bad now: the same carts do not hold again.
  struct Acknowledged {
    std::vector<ThingId> lasting;  ///< bad for good
    std::vector<ThingId> silent;   ///< for nothing but silence: a word from it, and it is new again
  };
  Acknowledged acknowledge_bad();
  /// Of one cart, if it is bad.
  void acknowledge(ThingId thing);

  bool is_targeted(ThingId thing) const {
    return index(thing) < carts_.size() && carts_[index(thing)].is_targeted;
  }
  // Of a targeted cart.
  JobIndex job_of(ThingId thing) const { return carts_[index(thing)].job; }
  std::uint32_t stage_of(ThingId thing) const { return carts_[index(thing)].stage; }
  bool has_opted_out(ThingId thing) const { return carts_[index(thing)].has_opted_out; }
  ServerTime last_seen(ThingId thing) const { return last_seen_[index(thing)]; }
  std::uint64_t targeted() const { return targeted_; }
  /// Bad and not acknowledged.
  std::uint64_t bad() const { return bad_; }
  std::uint64_t bad(Bad kind) const { return by_kind_[static_cast<std::size_t>(kind)]; }

  struct StageTally {
    std::uint64_t carts = 0;    ///< fixed when the stage starts
    std::uint64_t good = 0;     ///< succeeded, and the last heartbeat says the target version
    std::uint64_t excused = 0;  ///< opted out after they were targeted, or acknowledged as bad
  };
  StageTally stage(std::uint32_t number) const {
    return number < stages_.size() ? stages_[number] : StageTally{};
  }

 private:
  struct Cart {
    Version version;
    std::uint32_t stage = 0;
    JobIndex job = no_job;
    std::uint8_t bad = 0;  ///< bit per Bad
    bool is_targeted = false, is_reached = false, is_acknowledged = false;
    bool has_succeeded = false, has_opted_out = false;
  };
  Cart& cart(ThingId thing);
  bool is_excused(const Cart& cart) const;
  template <class Change>
  void change(Cart& cart, Change&& apply);
  void add_to_totals(const Cart& cart, bool is_added);
  void set_bad(Cart& cart, Bad kind);
  void watch(ThingId thing);

  Version target_;
  std::int64_t silent_after_ms_;
  std::vector<Cart> carts_;
  std::vector<ServerTime> last_seen_;  ///< of carts_; apart, because every message changes it
  std::vector<StageTally> stages_;
  std::array<std::uint64_t, bad_kinds> by_kind_{};
  std::uint64_t targeted_ = 0, bad_ = 0;
  DeadlineQueue silence_;
};

}  // namespace cartstorm::broker::rollout
