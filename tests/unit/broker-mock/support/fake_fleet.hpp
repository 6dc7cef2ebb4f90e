#pragma once
#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "broker-mock/cloud/cloud.hpp"
#include "tests/unit/broker-mock/support/recorder.hpp"

namespace cartstorm::broker::test {

inline constexpr std::int64_t minute_ms = 60'000;
inline constexpr std::int64_t hour_ms = 3'600'000;
inline constexpr Version old_version{0x00010800};
inline constexpr Version new_version{0x00020000};

/// Of the image that the fleet is offered: four bytes of 7.
inline constexpr std::string_view image_sha256_hex =
    "b451d8a7cc6defde9cb05a0bdc0b13e9c01860479d86fce7db4d093e0793b349";

/// What a cart does with a job.
enum class Behaviour : std::uint8_t {
  updates,       ///< IN_PROGRESS, SUCCEEDED, heartbeat of the new version
  fails,         ///< IN_PROGRESS, FAILED
  rejects,       ///< REJECTED, wrong_hardware
  opts_out,      ///< REJECTED, opted_out
  rolls_back,    ///< IN_PROGRESS, rollback occurrence, still IN_PROGRESS
  reverts,       ///< SUCCEEDED on the new version, then a rollback occurrence and the old one
  goes_dark,     ///< IN_PROGRESS, then nothing any more
  stays_queued,  ///< hears of it and does nothing
};

/// Carts made of messages: they know the wire and nothing else. Server time 0 is a whole hour.
class FakeFleet {
 public:
  /// `utc_offsets_min` are those of carts 0, 1, 2, ... in turn.
  explicit FakeFleet(std::uint32_t carts, std::uint64_t seed = 1,
                     std::vector<std::int32_t> utc_offsets_min = {0})
      : cloud{config_of(seed), facts}, utc_offsets_min_{std::move(utc_offsets_min)} {
    for (std::uint32_t i = 0; i < carts; ++i) add_cart();
    cloud.put_object("firmware", "2.0.0.bin", image_);
  }
  /// Registers one more; its number.
  std::uint32_t add_cart() {
    // Two by two by five cells, so that a canary of ten cannot cover all of them.
    const auto i = static_cast<std::uint32_t>(carts_.size());
    cloud.register_thing({thing_name(i), i % 2, i / 2 % 2 == 0 ? "eu" : "us", "retail", "standard",
                          "sensors-" + std::to_string(i / 4 % 5),
                          utc_offsets_min_[i % utc_offsets_min_.size()]});
    carts_.emplace_back();
    return i;
  }

  static std::string thing_name(std::uint32_t cart) { return fmt::format("cart-{:05}", cart); }

  /// Canary of 10, then half, then all.
  static RolloutSpec spec(std::int64_t soak_ms = hour_ms) {
    RolloutSpec spec;
    spec.name = "fw-2";
    spec.version = new_version;
    spec.base = old_version;
    spec.bucket = "firmware";
    spec.key = "2.0.0.bin";
    spec.size = 4;
    spec.sha256_hex = image_sha256_hex;
    spec.manifest_base64 = "AAAA";
    spec.chain_base64 = "AAAA";
    spec.plan.stages = {
        {"canary", 10, 0, soak_ms}, {"half", 0, 50, soak_ms}, {"full", 0, 100, soak_ms}};
    return spec;
  }

  void connect(std::uint32_t cart) {
    carts_[cart].is_on = true;
    cloud.connected(ThingId{cart}, now());
    beat(cart);
    pump();
  }
  void connect_all() {
    for (std::uint32_t i = 0; i < carts_.size(); ++i) connect(i);
  }
  void disconnect(std::uint32_t cart) {
    carts_[cart].is_on = false;
    cloud.disconnected(ThingId{cart}, now());
  }
  std::string start(const RolloutSpec& of) { return answer(cloud.create_rollout(of, now())); }
  std::string release(std::uint32_t hold, std::string_view person = "ada",
                      std::string_view reason = "looked at it") {
    return answer(cloud.release("fw-2", hold, person, reason, now()));
  }
  std::string pause() { return answer(cloud.pause("fw-2", "ada", "fair weekend", now())); }
  std::string resume() { return answer(cloud.resume("fw-2", "bob", "it is over", now())); }
  std::string abort() { return answer(cloud.abort("fw-2", "ada", "wrong build", now())); }

  void send(std::uint32_t cart, std::string_view suffix, std::string_view payload) {
    if (!carts_[cart].is_on) return;
    cloud.received(ThingId{cart}, "carts/" + thing_name(cart) + "/" + std::string{suffix}, payload,
                   now());
  }
  void consent(std::uint32_t cart, std::string_view updates, std::string_view tier = "standard") {
    send(cart, "consent", fmt::format(R"({{"tier":"{}","updates":"{}"}})", tier, updates));
    pump();
  }
  void beat(std::uint32_t cart) {
    const std::string anchors = holds_anchor && holds_anchor(cart) ? "\"6b1f0c2ad9e35587\"" : "";
    send(cart, "heartbeat",
         fmt::format(R"({{"version":"{}","slot":"a","state":"idle","secver":1,"anchors":[{}]}})",
                     to_text(carts_[cart].version), anchors));
  }
  void roll_back(std::uint32_t cart) {
    if (!sends_metrics) return;
    send(cart, "rollback",
         fmt::format(R"({{"occurrence":"{:016x}","target":"2.0.0","running":"1.8.0",)"
                     R"("reason":"attempts_spent","attempt":"0000000000000001"}})",
                     ++carts_[cart].occurrences));
  }

  /// What a cart does after it has connected: asks for the job that may be waiting.
  void ask(std::uint32_t cart) {
    cloud.received(ThingId{cart}, "$aws/things/" + thing_name(cart) + "/jobs/$next/get", "{}",
                   now());
    pump();
  }
  /// The cart does what it was queued for after all.
  void take(std::uint32_t cart, const std::string& job) {
    update(cart, job, R"({"status":"IN_PROGRESS"})");
    succeed(cart, job);
  }

  /// Lets time pass: the cloud's deadlines, error episodes every minute, and the heartbeats
  /// of this fleet, every 4 h.
  void run_until(std::int64_t until_ms) {
    while (ms < until_ms) {
      const std::int64_t next_step = (ms / step_ms + 1) * step_ms;
      const std::int64_t deadline = std::max(ms, cloud.deadline().unix_ms - start_ms);
      ms = std::min({until_ms, next_step, std::max(deadline, ms + 1)});
      cloud.advance(now());
      pump();
      if (ms % minute_ms == 0) each_minute();
    }
  }
  ServerTime now() const { return {start_ms + ms}; }

  /// Lines of executions that end so.
  std::size_t executions(std::string_view end) const {
    return static_cast<std::size_t>(
        std::count_if(facts.executions.begin(), facts.executions.end(),
                      [end](const std::string& line) { return line.ends_with(end); }));
  }
  /// Whether the cart took an anchor that was sent to it.
  bool has_acknowledged(std::uint32_t cart) const { return carts_[cart].has_anchor; }
  std::size_t on_new() const {
    return static_cast<std::size_t>(
        std::count_if(carts_.begin(), carts_.end(),
                      [](const Cart& cart) { return cart.version == new_version; }));
  }
  std::vector<std::uint32_t> targeted() const {
    std::vector<std::uint32_t> carts;
    for (const auto& t : facts.targets) {
      if (t.event == fact::TargetEvent::queued)
        carts.push_back(static_cast<std::uint32_t>(t.thing));
    }
    return carts;
  }

  static constexpr std::int64_t start_ms = 1'780'000'000LL / 3600 * 3600 * 1000;
  Recorder facts;
  Cloud cloud;
  std::int64_t ms = 0;
  std::function<Behaviour(std::uint32_t)> behaviour = [](auto) { return Behaviour::updates; };
  std::function<bool(std::uint32_t)> holds_anchor;
  std::function<bool(std::uint32_t)> takes_anchor = [](auto) { return true; };
  std::int64_t step_ms = minute_ms;  ///< in which run_until() goes; errors need minutes
  bool sends_metrics = true;
  bool is_beating = true;
  std::uint64_t old_errors_per_hour = 2, new_errors_per_hour = 2;  ///< of every connected cart
  std::vector<std::string> deliveries;                             ///< cart, topic below the thing
  std::int64_t restarts_after_ms = -1;         ///< of a controller that was killed; below 0: never
  std::function<void(FakeFleet&)> on_revival;  ///< just before

 private:
  std::string answer(const std::optional<Cloud::Refusal>& refusal) {
    pump();
    return refusal ? refusal->message : "";
  }
  struct Cart {
    bool is_on = false, has_anchor = false;
    Version version = old_version;
    std::uint64_t occurrences = 0, episodes = 0;
  };

  static CloudConfig config_of(std::uint64_t seed) {
    CloudConfig config;
    config.seed = seed;
    return config;
  }

  /// A controller that is found dead comes back after a while.
  void revive() {
    if (cloud.is_controller_up() || restarts_after_ms < 0) {
      died_at_ms_ = -1;
      return;
    }
    if (died_at_ms_ < 0) died_at_ms_ = ms;
    while (!cloud.is_controller_up() && ms >= died_at_ms_ + restarts_after_ms) {
      if (on_revival) on_revival(*this);
      cloud.restart_controller(now());
    }
  }

  void pump() {
    while (true) {
      revive();
      std::vector<std::tuple<std::uint32_t, std::string, std::string>> batch;
      for (const Delivery& d : cloud.take_deliveries()) {
        batch.emplace_back(static_cast<std::uint32_t>(d.thing), d.topic, d.payload);
      }
      if (batch.empty()) return;
      for (const auto& [cart, topic, payload] : batch) deliver(cart, topic, payload);
    }
  }

  void deliver(std::uint32_t cart, const std::string& topic, const std::string& payload) {
    deliveries.push_back(
        fmt::format("{} {}", cart, topic.substr(topic.find(thing_name(cart)) + 11)));
    if (topic.ends_with("/notify-next") || topic.ends_with("/$next/get/accepted")) {
      const std::size_t at = payload.find("\"jobId\":\"");
      if (at == std::string::npos) return;
      const std::size_t from = at + 9;
      take_job(cart, payload.substr(from, payload.find('"', from) - from));
    } else if (topic.ends_with("/ca/install") && takes_anchor(cart)) {
      carts_[cart].has_anchor = true;
      send(cart, "ca/ack", R"({"anchors":["6b1f0c2ad9e35587"]})");
    }
  }

  void update(std::uint32_t cart, const std::string& job, std::string_view body) {
    if (!carts_[cart].is_on) return;
    cloud.received(ThingId{cart}, "$aws/things/" + thing_name(cart) + "/jobs/" + job + "/update",
                   body, now());
  }
  void succeed(std::uint32_t cart, const std::string& job) {
    carts_[cart].version = new_version;
    update(cart, job, R"({"status":"SUCCEEDED","statusDetails":{"version":"2.0.0"}})");
    beat(cart);
  }
  void take_job(std::uint32_t cart, const std::string& job) {
    constexpr std::string_view progress = R"({"status":"IN_PROGRESS"})";
    switch (behaviour(cart)) {
      case Behaviour::updates:
        update(cart, job, progress);
        return succeed(cart, job);
      case Behaviour::fails:
        update(cart, job, progress);
        return update(cart, job,
                      R"({"status":"FAILED","statusDetails":{"reason":"digest_mismatch"}})");
      case Behaviour::rejects:
        return update(cart, job,
                      R"({"status":"REJECTED","statusDetails":{"reason":"wrong_hardware"}})");
      case Behaviour::opts_out:
        return update(cart, job, R"({"status":"REJECTED","statusDetails":{"reason":"opted_out"}})");
      case Behaviour::rolls_back:
        update(cart, job, progress);
        return roll_back(cart);
      case Behaviour::reverts:
        update(cart, job, progress);
        succeed(cart, job);
        carts_[cart].version = old_version;
        roll_back(cart);
        return beat(cart);
      case Behaviour::goes_dark:
        update(cart, job, progress);
        return disconnect(cart);
      case Behaviour::stays_queued:
        return;
    }
  }

  void each_minute() {
    credit_ms_[0] += connected(old_version) * old_errors_per_hour;
    credit_ms_[1] += connected(new_version) * new_errors_per_hour;
    for (std::size_t arm = 0; arm < 2; ++arm) {
      for (; credit_ms_[arm] >= 60; credit_ms_[arm] -= 60)
        send_error(arm == 0 ? old_version : new_version);
    }
    if (is_beating && ms % (4 * hour_ms) == 0) {
      for (std::uint32_t i = 0; i < carts_.size(); ++i) beat(i);
    }
    pump();
  }
  std::uint64_t connected(Version version) const {
    return static_cast<std::uint64_t>(std::count_if(
        carts_.begin(), carts_.end(),
        [version](const Cart& cart) { return cart.is_on && cart.version == version; }));
  }
  /// The carts of a version take turns.
  void send_error(Version version) {
    if (!sends_metrics) return;
    for (std::size_t tries = 0; tries < carts_.size(); ++tries) {
      const auto cart = static_cast<std::uint32_t>(turn_++ % carts_.size());
      if (!carts_[cart].is_on || carts_[cart].version != version) continue;
      send(cart, "error",
           fmt::format(R"({{"version":"{}","code":17,"episode":"{:016x}"}})", to_text(version),
                       ++carts_[cart].episodes));
      return;
    }
  }

  std::vector<Cart> carts_;
  std::vector<std::int32_t> utc_offsets_min_;
  std::vector<std::byte> image_{4, std::byte{7}};
  std::int64_t died_at_ms_ = -1;
  std::uint64_t credit_ms_[2] = {0, 0};
  std::uint64_t turn_ = 0;
};

}  // namespace cartstorm::broker::test
