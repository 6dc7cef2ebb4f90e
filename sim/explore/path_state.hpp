#pragma once
#include <array>
#include <cstdint>

#include "ota/job_context.hpp"
#include "sim/explore/cloud_graph.hpp"
#include "sim/explore/flash_state.hpp"
#include "sim/explore/promises.hpp"
#include "sim/explore/wear.hpp"

namespace cartstorm::sim::explore {

/// What of a path outlives the supply besides its flash: the rest of the world, and what is judged.
struct Lasting {
  CloudGraph::Node cloud = 0;
  Promises promises;
  ota::ResetCause cause = ota::ResetCause::power_on;  ///< of the boot that comes
  bool has_happened = false;                          ///< the incident of the story
  bool is_opted_in = true;
  bool is_damaged = false;          ///< the part is not what it should be
  bool is_last_cycle = false;       ///< it had come to rest, and was switched off and on once more
  std::uint8_t crashes = 0;         ///< of an image that crashes at rest
  std::uint64_t armed_attempt = 0;  ///< that a checker was told of
};

/// All of a path that outlives the supply.
struct Survivor : Lasting {
  Survivor(Lasting lasting, FlashState state, Wear worn)
      : Lasting(lasting), flash(std::move(state)), wear(worn) {}

  FlashState flash;
  Wear wear;
};

/// What is due in the application's world, in this order.
struct Due {
  enum class What : std::uint8_t {
    link_up,
    link_down,
    consent,
    message,  ///< argument: its number
    next_step,
    http_head,   ///< argument: the exchange
    http_piece,  ///< argument: the exchange
    self_test_done,
    reboot,
    power_back,
  };
  What what{};
  std::uint32_t argument = 0;
  bool operator==(const Due&) const = default;
};

/// Bounded first-in first-out queue.
class DueQueue {
 public:
  bool is_empty() const { return count_ == 0; }
  std::uint32_t size() const { return count_; }
  /// False if there is no room: more is under way than any device asks for.
  bool push(Due due) {
    if (count_ == capacity) {
      return false;
    }
    items_[(first_ + count_++) % capacity] = due;
    return true;
  }
  Due pop() {
    const Due due = items_[first_];
    first_ = (first_ + 1) % capacity;
    --count_;
    return due;
  }
  const Due& at(std::uint32_t i) const { return items_[(first_ + i) % capacity]; }
  void clear() { count_ = 0; }

 private:
  static constexpr std::uint32_t capacity = 32;
  std::array<Due, capacity> items_;
  std::uint32_t first_ = 0, count_ = 0;
};

/// The one Jobs request that waits for its answer, as somebody who listens to the wire knows it.
struct OpenRequest {
  bool is_open = false, is_update = false, is_final = false;
  std::uint32_t execution = 0;
  std::array<char, 40> token{};
  std::array<char, 65> job{};
};

struct HttpExchange {
  std::uint32_t number = 0;  ///< tells a stale event
  bool is_open = false;
  std::uint32_t answer = 0;  ///< of the cloud graph
  std::uint32_t given = 0;   ///< bytes of the body that the agent has
  std::uint32_t asked = 0;
};

/// The job context, copied only while a job is open: it is most of what a path weighs.
class LentContext {
 public:
  LentContext() {}  // Opening it makes it zero.
  LentContext(const LentContext& other) { *this = other; }
  LentContext& operator=(const LentContext& other) {
    is_open_ = other.is_open_;
    if (is_open_) {
      context_ = other.context_;
    }
    return *this;
  }

  ota::JobContext* open() {
    context_ = ota::JobContext{};
    is_open_ = true;
    return &context_;
  }
  void close() { is_open_ = false; }
  ota::JobContext* current() { return is_open_ ? &context_ : nullptr; }
  const ota::JobContext* current() const { return is_open_ ? &context_ : nullptr; }

 private:
  bool is_open_ = false;
  ota::JobContext context_;
};

/// What dies with the supply, but for the lent context.
struct Running {
  bool must_boot = true;
  bool is_booting = false;
  bool has_power = true;  ///< the supply is above its floor
  bool is_linked = false;
  bool is_testing = false;  ///< a slow self-test runs; it ends at the next rest
  std::uint8_t draws = 0;   ///< of randomness, modulo 4
  ota::Uptime now{};
  ota::BootDecision decision{};
  ota::Agent agent;
  DueQueue due;
  OpenRequest request;
  HttpExchange http;
  MessageId last_described = 0;  ///< 1 + its number; 0: none
  std::uint32_t waits = 0;       ///< jumps of time since the last power cycle began
};

/// Operations of one power cycle by phase, region and kind: what a portable address counts.
struct SpotCounts {
  /// One more for the bootloader.
  static constexpr std::size_t phases = ota::state_count + 1;
  std::array<std::uint16_t, phases * ota::region_count * 2> counts{};
};

}  // namespace cartstorm::sim::explore
