#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reports/check/expectation.hpp"

/// The typed form of a scenario file. Durations are microseconds of virtual time, sizes bytes;
/// time 0 is the start of the rollout.
namespace cartstorm::sim {

/// Where something stands in a file, 1-based.
struct Where {
  std::string file;
  int line = 0;
  int column = 0;
};

/// major << 16 | minor << 8 | patch.
struct Version {
  std::uint32_t value = 0;
  auto operator<=>(const Version&) const = default;
};
std::string to_string(Version);

struct Profile;

/// Selects carts. A share is drawn per cart and fault from the seed, never "the first n".
struct Who {
  std::optional<double> share;  ///< 0..1; absent: all that match the rest
  std::string region, use, profile, sensor, tier;
  /// Whether carts of this profile are among those of which the share is drawn.
  bool matches(const Profile&) const;
};

/// One line of a profile table: carts that share hardware, sensors, place and habits.
/// Hours of the day in local time, [from, to); equal: always.
struct LocalHours {
  double from = 0, to = 0;
  bool operator==(const LocalHours&) const = default;
};

/// Whose rule moves the clocks twice a year.
enum class DaylightSaving : std::uint8_t { none, eu, us };

struct Profile {
  std::string name;
  double share = 0;  ///< of the fleet; a table's shares sum to 1
  std::uint32_t hardware_revision = 0;
  std::vector<std::string> sensors;
  std::string region;
  std::string use;  ///< retail, warehouse, ...
  std::string tier = "standard";
  LocalHours powered{};
  LocalHours maintenance{};  ///< in which it may restart into a new image
  int utc_offset_h = 0;      ///< of standard time
  DaylightSaving daylight_saving = DaylightSaving::none;
};

struct Fleet {
  std::uint32_t carts = 0;
  std::string profiles_name;
  std::vector<Profile> profiles;
  std::optional<Who> on_older;  ///< who comes with the image `older`; absent: nobody
  /// Share of the carts that `on_older` is expected to name.
  double share_on_older() const;
};

enum class ImageQuirk : std::uint8_t {
  local_clock_validity,   ///< judges issued/expires by the cart's own clock
  retry_without_backoff,  ///< after a rejection or rollback tries the same job again at once
  no_anchor_channel,      ///< neither asks for trust anchors nor takes them
  local_clock_self_test,  ///< its self test fails while the cart's clock is off by over an hour
};

struct Image {
  Version version;
  std::uint32_t size = 512 * 1024;
  double errors_per_hour = 2;  ///< error episodes per powered hour and cart
  std::vector<ImageQuirk> quirks;
  std::int64_t valid_from_us = -7LL * 24 * 3'600'000'000;
  std::int64_t valid_until_us = 365LL * 24 * 3'600'000'000;
  std::uint32_t security_version = 1;
  std::string signed_by = "ca-current";  ///< name of the trust anchor; keys derive from the seed
  std::optional<std::int64_t> anchor_until_us;  ///< end of `signed_by`; absent: 20 years
  std::vector<std::uint32_t> hardware;          ///< revisions it is signed for; empty: all
  std::optional<double> changes;  ///< share of the old image's sectors; none: unrelated, no patch
  bool has(ImageQuirk) const;
};

struct Stage {
  std::string name;
  std::uint32_t carts = 0;
  double percent = 0;
  std::int64_t soak_us = 0;
  std::vector<std::string> tiers{};  ///< that it may take; empty: all
};
enum class OnHold : std::uint8_t { cancel_queued, let_run };
/// Who of the eligible carts a stage takes: one of each configuration first, or anybody.
enum class CohortPick : std::uint8_t { stratified, random };
enum class RolloutQuirk : std::uint8_t { no_ca_gate };

/// The halt rules; what each of them is stands in broker-mock/rollout/README.md.
struct RatioRule {
  bool enabled = true;
  double ratio = 1.5;
  std::int64_t window_us = 1'800'000'000;
  double min_expected = 90;
};
struct RatioAtPromotionRule {
  bool enabled = false;
  double ratio = 1.5;
  std::int64_t window_us = 1'800'000'000;
  double min_expected = 0;
};
struct PersistenceRule {
  bool enabled = false;
  double ratio = 1.5;
  std::int64_t window_us = 1'800'000'000;
  std::uint32_t looks = 15;
  double min_expected = 0;
  std::optional<double> baseline_errors_per_hour;  ///< none: the old arm of the same minutes
};
struct PoissonExactRule {
  bool enabled = false;
  double alpha = 0.05;
  std::int64_t window_us = 1'800'000'000;
  double min_expected = 90;
  std::optional<double> baseline_errors_per_hour;
};
struct SprtRule {
  bool enabled = false;
  double theta1 = 2;
  double alpha = 0.05, beta = 0.2;
  std::int64_t window_us = 1'800'000'000;
  std::optional<double> baseline_errors_per_hour;
};
struct EValueRule {
  bool enabled = false;
  double alpha = 0.05;
  std::vector<double> grid = {1.25, 1.5, 2, 3, 5, 10};
  std::int64_t restart_us = 3'600'000'000;  ///< 0: never
  double certify = 1.5;
};
struct DevicesRule {
  bool enabled = true;
  double tolerate = 0.01;
  double alpha = 0.01;
};
struct HaltRules {
  RatioRule ratio;
  RatioAtPromotionRule ratio_at_promotion;
  PersistenceRule persistence;
  PoissonExactRule poisson_exact;
  SprtRule sprt;
  EValueRule e_value;
  DevicesRule devices;
};
/// When there is too little data to go on.
struct Limits {
  double min_sample = 0.95;  ///< share of a stage's carts that must have an outcome
  std::int64_t silent_after_us = 30LL * 3'600'000'000;
  double silent_share = 0.05;  ///< of all targeted carts, at most
  bool operator==(const Limits&) const = default;
};
/// A person releases a hold `after_us` after it began.
struct Release {
  std::string stage;                  ///< empty: any stage
  std::optional<std::uint32_t> hold;  ///< the number that the person names; absent: the right one
  std::int64_t after_us = 0;
  std::string person, reason;
};
/// A person pauses the rollout `after_us` after a stage began.
struct Pause {
  std::string stage;
  std::int64_t after_us = 0;
  std::optional<std::int64_t> lasts_us;  ///< then the same person resumes it; absent: never
  std::string person, reason;
  bool operator==(const Pause&) const = default;
};
/// A newer rollout takes this one's place `after_us` after a stage began. It brings the image
/// `newer`; where there is none, the same image again.
struct Supersession {
  std::string stage;
  std::int64_t after_us = 0;
  std::string person;
  std::vector<Stage> stages;  ///< of the newer one; all else is as planned
};
struct Rollout {
  std::string plan_name = "standard";
  std::vector<Stage> stages;
  HaltRules rules;
  OnHold on_hold = OnHold::cancel_queued;
  CohortPick cohort = CohortPick::stratified;
  Limits limits;
  LocalHours window{};  ///< of the carts' own days, in which executions are queued
  std::vector<RolloutQuirk> quirks;
  std::vector<Release> releases;
  std::vector<Pause> pauses;
  std::optional<Supersession> superseded;
  bool patch_only = false;                           ///< nobody is to fetch the whole image
  std::optional<std::int64_t> execution_timeout_us;  ///< of Jobs, from IN_PROGRESS on
  bool has(RolloutQuirk) const;
};

struct Network {
  std::int64_t latency_us = 40'000;
  std::int64_t jitter_us = 40'000;
  std::uint64_t bandwidth_bytes_per_s = 256 * 1024;  ///< of one cart's download
  double loss = 0;  ///< share of MQTT messages lost, each direction
};

/// What the cloud's account may be asked a second, of each operation; absent: all is answered.
struct Quotas {
  std::optional<std::uint32_t> jobs_reads_per_s;
  std::optional<std::uint32_t> jobs_writes_per_s;
  std::optional<std::uint32_t> control_calls_per_s;
  bool operator==(const Quotas&) const = default;
};
struct CloudAccount {
  Quotas quotas;
  bool operator==(const CloudAccount&) const = default;
};

/// When a timed fault strikes a cart.
struct PowerCut {
  Who who;
  /// By operation: cut inside the n-th flash operation after the update began to write the slot.
  std::optional<std::uint64_t> at_operation;
  /// By time: uniform in [from, until) after the cart's update entered `during`; or at `at` of
  /// virtual time if `during` is empty.
  std::string during;  ///< an agent state: downloading, verifying, staged, trial, ...
  std::int64_t from_us = 0;
  std::int64_t until_us = 0;
  std::optional<std::int64_t> at_us;
  std::int64_t off_us = 60'000'000;  ///< how long the supply stays away
  std::uint32_t times = 1;           ///< cuts per cart
};
struct ClockSkew {
  Who who;
  std::int64_t offset_us = 0;
  std::optional<std::int64_t> heals_at_us;
};
/// Carts whose factory did not install this trust anchor.
struct CaMissing {
  Who who;
  std::string anchor = "ca-next";
};
/// The image panics at every boot on carts with this sensor.
struct SensorBootCrash {
  std::string sensor;
  std::string image = "new";
  std::int64_t after_us = 2'000'000;  ///< after the jump
};
enum class MetricKind : std::uint8_t { rollback, error, heartbeat };
/// Which telemetry messages a fault of the metric channel touches.
struct MetricPart {
  std::optional<MetricKind> metric;      ///< absent: all three
  std::optional<std::int64_t> from_us;   ///< absent: from the beginning, warm-up included
  std::optional<std::int64_t> until_us;  ///< absent: until the quiet phase
};
/// Telemetry uplinks vanish on their way to the cloud.
struct MetricLost {
  Who who;
  double share = 1;  ///< of the messages
  MetricPart part{};
};
/// Errors of an image are multiplied from `at` on.
struct Regression {
  std::string image = "new";
  double factor = 1;
  std::int64_t at_us = 0;
};
/// The rollout controller dies and comes back; the rest of the cloud works on. Exactly one of the
/// two ways to say when.
struct ControllerKilled {
  std::optional<std::int64_t> at_us;
  std::optional<std::uint64_t> at_write;  ///< before the n-th thing that it writes or does
  std::int64_t down_us = 600'000'000;
};
/// Telemetry uplinks come more than once.
struct MetricDuplicated {
  Who who;
  double share = 1;           ///< of the messages
  std::uint32_t copies = 1;   ///< beside the message itself
  std::int64_t after_us = 0;  ///< between one copy and the next
  MetricPart part{};
};
/// Telemetry uplinks come late; Jobs and everything else come in time.
struct MetricDelayed {
  Who who;
  double share = 1;  ///< of the messages
  std::int64_t least_us = 0;
  std::optional<std::int64_t> most_us;  ///< uniform up to here; absent: exactly `least_us`
  MetricPart part{};
};
/// Telemetry uplinks of a cart overtake each other: each waits for a time of its own.
struct MetricReordered {
  Who who;
  double share = 1;  ///< of the messages
  std::int64_t within_us = 0;
  MetricPart part{};
};
/// The image panics at every boot, whatever the cart's sensors.
struct BootCrash {
  Who who;
  std::string image = "new";
  std::int64_t after_us = 2'000'000;  ///< after the jump
};
enum class SilenceAfter : std::uint8_t { rolled_back, boot_crash, confirm };
/// The cart is never heard of again after something happened to it on the new image.
struct GoesSilent {
  Who who;
  SilenceAfter after = SilenceAfter::rolled_back;
  std::int64_t wait_us = 0;  ///< between that and the silence
};
/// All carts of a region lose their network.
struct RegionalOutage {
  std::string region;
  std::int64_t from_us = 0, until_us = 0;
};
/// All selected carts lose their supply at once and get it back at once.
struct GridOutage {
  Who who;
  std::int64_t from_us = 0, until_us = 0;
};
/// The image panics some time after it was confirmed, and again after every boot.
struct CrashAfterConfirm {
  Who who;
  std::string image = "new";
  std::int64_t after_us = 0;           ///< after the confirm
  std::int64_t again_us = 60'000'000;  ///< after each later boot
};
/// The object store serves another artifact under the name of the new image.
struct ImageSwapped {
  std::int64_t at_us = 0;
};
/// A workshop puts an image and the factory's trust anchors on the cart, and nobody tells the
/// cloud.
struct Reflashed {
  Who who;
  std::string image = "new";
  std::string without;  ///< a trust anchor that the workshop lacks
  std::int64_t at_us = 0;
};
/// The customer refuses updates.
struct OptedOut {
  Who who;
  std::int64_t at_us = 0;
  std::optional<std::int64_t> until_us;
};
struct Fault {
  Where where;
  std::string name;  ///< as written: power_cut, clock_skew, ca_missing, ...
  std::variant<PowerCut, ClockSkew, CaMissing, SensorBootCrash, MetricLost, Regression,
               MetricDuplicated, MetricDelayed, MetricReordered, GoesSilent, RegionalOutage,
               GridOutage, CrashAfterConfirm, ImageSwapped, Reflashed, OptedOut, ControllerKilled,
               BootCrash>
      body;
};

struct Scenario {
  Where where;
  std::string name, why;
  std::vector<std::string> tags;
  std::int64_t ends_us = 0;
  std::int64_t quiet_us = 3'600'000'000;
  std::int64_t epoch_unix_s = 1'780'000'000;  ///< server time at time 0
  std::optional<std::uint32_t> seed;          ///< the only one that this scenario runs with
  Fleet fleet;
  /// `old` and `new`; `older`, where carts come with it; `newer`, where one supersedes `new`.
  std::map<std::string, Image> images;
  Rollout rollout;
  Network network;
  CloudAccount cloud;
  std::vector<Fault> faults;
  std::vector<report::Expectation> expect;
  std::uint64_t digest = 0;  ///< of everything above, after `extends`
};

}  // namespace cartstorm::sim
