#pragma once
#include <cstdint>
#include <variant>

#include "reports/trace/words.hpp"

/// One record per fact, ordered by (time, seq). Everything is an integer; texts are interned in the
/// stream's TextTable. The vocabulary and its meaning: invariants.md section 1.
///
/// Each struct has fields(f), which calls f(name, value) for every field in a fixed order: hashing,
/// storing and printing are made from it, so a new field is added in one place.
namespace cartstorm::report {

/// Dense number of a cart in this run, 0..carts-1. Its thing name is in its `Cart` record.
enum class CartId : std::uint32_t {};
inline constexpr CartId no_cart{0xffffffffU};

/// Interned text; 0 is the empty text.
enum class TextId : std::uint32_t {};

/// major << 16 | minor << 8 | patch.
enum class Version : std::uint32_t {};

/// First 8 bytes of a SHA-256, big-endian: enough to tell contents of one run apart.
using ShortDigest = std::uint64_t;

struct Run {
  TextId build, scenario, driver, capabilities;
  std::uint64_t seed;
  ShortDigest scenario_digest;
  std::int64_t epoch_unix_s;  ///< server time at virtual time 0
  std::int64_t quiet_from_us, ends_us;
  template <class F>
  void fields(F&& f) const {
    f("build", build), f("scenario", scenario), f("driver", driver);
    f("capabilities", capabilities), f("seed", seed), f("scenario_digest", scenario_digest);
    f("epoch_unix_s", epoch_unix_s), f("quiet_from_us", quiet_from_us), f("ends_us", ends_us);
  }
};
struct Cart {
  CartId cart;
  TextId thing, profile, region, use, tier;
  std::uint32_t hardware_revision;
  Version version;  ///< confirmed at the start
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("thing", thing), f("profile", profile), f("region", region);
    f("use", use), f("tier", tier), f("hardware_revision", hardware_revision);
    f("version", version);
  }
};
struct Image {
  Version version;
  ShortDigest digest;
  std::uint32_t size, security_version;
  std::uint64_t requires_ca;  ///< trust anchor id; 0 = none beyond the factory's
  std::int64_t valid_from_unix_s, valid_until_unix_s;
  template <class F>
  void fields(F&& f) const {
    f("version", version), f("digest", digest), f("size", size);
    f("security_version", security_version), f("requires_ca", requires_ca);
    f("valid_from_unix_s", valid_from_unix_s), f("valid_until_unix_s", valid_until_unix_s);
  }
};
struct Power {
  CartId cart;
  bool on;
  PowerCause cause;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("on", on), f("cause", cause);
  }
};
struct Reset {
  CartId cart;
  ResetCause cause;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("cause", cause);
  }
};
/// One driver call: `ops` device operations (program units or one sector) from `op_index` on. A cut
/// ends the row: `length` is what was asked for, `done` the bytes that are certainly new.
struct FlashOp {
  CartId cart;
  std::uint64_t op_index;
  std::uint32_t ops;
  FlashOpKind op;
  FlashPart part;
  std::uint32_t offset, length, done;
  OpOutcome outcome;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("op_index", op_index), f("ops", ops), f("op", op), f("part", part);
    f("offset", offset), f("length", length), f("done", done), f("outcome", outcome);
  }
};
struct BootVerify {
  CartId cart;
  std::uint32_t boot_no;
  SlotName slot;
  ShortDigest digest;
  bool sig_ok;
  std::uint32_t secver, secver_floor;
  bool verdict_ok;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("boot_no", boot_no), f("slot", slot), f("digest", digest);
    f("sig_ok", sig_ok), f("secver", secver), f("secver_floor", secver_floor);
    f("verdict_ok", verdict_ok);
  }
};
struct BootDecide {
  CartId cart;
  std::uint32_t boot_no;
  SlotName slot;
  BootReason reason;
  BootNote note;
  std::uint8_t attempts_left_before, attempts_left_after;
  std::uint64_t bcb_seq;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("boot_no", boot_no), f("slot", slot), f("reason", reason);
    f("note", note), f("attempts_left_before", attempts_left_before);
    f("attempts_left_after", attempts_left_after), f("bcb_seq", bcb_seq);
  }
};
struct Jump {
  CartId cart;
  std::uint32_t boot_no;
  SlotName slot;
  Version version;
  ShortDigest digest;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("boot_no", boot_no), f("slot", slot), f("version", version);
    f("digest", digest);
  }
};
struct SelfTest {
  CartId cart;
  bool passed;
  std::uint32_t ms;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("passed", passed), f("ms", ms);
  }
};
struct Confirm {
  CartId cart;
  SlotName slot;
  Version version;
  Phase phase;  ///< requested, durable
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("slot", slot), f("version", version), f("phase", phase);
  }
};
struct Rollback {
  CartId cart;
  Version from, to;
  RollbackReason reason;
  std::uint64_t occurrence;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("from", from), f("to", to), f("reason", reason);
    f("occurrence", occurrence);
  }
};
struct SlotWrite {
  CartId cart;
  SlotName slot;
  Version version;
  std::uint32_t offset;
  Phase phase;  ///< begin, end
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("slot", slot), f("version", version), f("offset", offset);
    f("phase", phase);
  }
};
/// The verdict on one offered image: an install attempt begins here (D21).
struct ManifestVerdict {
  CartId cart;
  TextId job;
  std::uint32_t execution;
  Version version;
  bool accepted;
  Reason reason;
  std::int64_t clock_offset_s;  ///< local clock - true time at that instant (for D13)
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("job", job), f("execution", execution), f("version", version);
    f("accepted", accepted), f("reason", reason), f("clock_offset_s", clock_offset_s);
  }
};
/// The cart sent a Jobs update.
struct JobTx {
  CartId cart;
  TextId job;
  std::uint32_t execution;
  JobStatus status;
  Reason reason;
  Version version;
  std::uint32_t expected_version;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("job", job), f("execution", execution), f("status", status);
    f("reason", reason), f("version", version), f("expected_version", expected_version);
  }
};
/// The Jobs service changed an execution (accepted update, service transition), or refused an
/// update.
struct JobRx {
  CartId cart;
  TextId job;
  std::uint32_t execution;
  JobStatus status;
  std::uint32_t version_no;
  bool accepted;
  Reason reason;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("job", job), f("execution", execution), f("status", status);
    f("version_no", version_no), f("accepted", accepted), f("reason", reason);
  }
};
/// The cart sent a telemetry message; `key` is its occurrence or episode.
struct MetricTx {
  CartId cart;
  MetricName metric;
  Version version;
  std::uint64_t key;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("name", metric), f("version", version), f("key", key);
  }
};
/// The cloud received one; `counted` is false for a repetition.
struct MetricRx {
  CartId cart;
  MetricName metric;
  Version version;
  std::uint64_t key;
  bool counted;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("name", metric), f("version", version), f("key", key);
    f("counted", counted);
  }
};
struct RollbackCleared {
  CartId cart;
  std::uint64_t occurrence;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("occurrence", occurrence);
  }
};
/// One answer of the object store. `job` is the job whose document carried the URL.
struct Http {
  CartId cart;
  std::uint32_t range_first;
  std::uint16_t status;
  std::uint32_t bytes;
  Version version;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("range_first", range_first), f("status", status), f("bytes", bytes);
    f("version", version);
  }
};
struct Clock {
  CartId cart;
  std::int64_t offset_s;
  ClockEvent event;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("offset_s", offset_s), f("event", event);
  }
};
struct Stage {
  TextId rollout;
  std::uint32_t stage;
  TextId stage_name;
  StageEvent event;
  TextId actor, reason;
  std::uint32_t hold_id;  ///< of hold and release
  std::uint32_t carts;    ///< fixed denominator of the stage
  template <class F>
  void fields(F&& f) const {
    f("rollout", rollout), f("stage", stage), f("stage_name", stage_name), f("event", event);
    f("actor", actor), f("reason", reason), f("hold_id", hold_id), f("carts", carts);
  }
};
struct Target {
  TextId rollout;
  std::uint32_t stage;
  CartId cart;
  TargetEvent event;
  TextId reason;
  template <class F>
  void fields(F&& f) const {
    f("rollout", rollout), f("stage", stage), f("cart", cart), f("event", event);
    f("reason", reason);
  }
};
struct Anchor {
  CartId cart;
  std::uint64_t anchor;
  AnchorEvent event;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("ca_id", anchor), f("event", event);
  }
};
struct Fault {
  CartId cart;
  TextId fault;
  FaultEvent event;
  std::int64_t parameter;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("fault", fault), f("event", event), f("parameter", parameter);
  }
};
struct StateChange {
  CartId cart;
  AgentState from, to;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("from", from), f("to", to);
  }
};
/// An application error episode on the cart (whether or not the cloud ever hears of it).
struct Error {
  CartId cart;
  Version version;
  std::uint32_t code;
  std::uint64_t episode;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("version", version), f("code", code), f("episode", episode);
  }
};
/// Device time of one version in one minute as the cloud saw it (connected and reporting).
struct Exposure {
  Version version;
  std::int64_t minute;  ///< of virtual time, floor
  std::uint64_t device_ms;
  std::uint32_t errors;  ///< counted episodes in that minute
  template <class F>
  void fields(F&& f) const {
    f("version", version), f("minute", minute), f("device_ms", device_ms), f("errors", errors);
  }
};
struct HaltEval {
  TextId rollout;
  std::uint32_t stage;
  TextId rule;
  std::uint64_t x, y;                ///< errors (or devices) of new and old arm
  std::uint64_t e_new_ms, e_old_ms;  ///< exposures (or devices counted)
  Verdict verdict;
  template <class F>
  void fields(F&& f) const {
    f("rollout", rollout), f("stage", stage), f("rule", rule), f("x", x), f("y", y);
    f("e_new", e_new_ms), f("e_old", e_old_ms), f("verdict", verdict);
  }
};
struct Operator {
  TextId actor, action;
  std::uint32_t hold_id;
  TextId reason;
  template <class F>
  void fields(F&& f) const {
    f("actor", actor), f("action", action), f("hold_id", hold_id), f("reason", reason);
  }
};
struct Consent {
  CartId cart;
  TextId tier;
  ConsentEvent event;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("tier", tier), f("event", event);
  }
};
struct Transport {
  CartId cart;
  LinkEvent event;
  TextId reason;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("event", event), f("reason", reason);
  }
};
/// A hardware call after power was lost, or a command of such a step that was discarded (D29).
struct AfterPowerLoss {
  CartId cart;
  std::uint32_t calls;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("calls", calls);
  }
};
struct Quarantine {
  CartId cart;
  Version version;
  template <class F>
  void fields(F&& f) const {
    f("cart", cart), f("version", version);
  }
};

using Payload =
    std::variant<Run, Cart, Image, Power, Reset, FlashOp, BootVerify, BootDecide, Jump, SelfTest,
                 Confirm, Rollback, SlotWrite, ManifestVerdict, JobTx, JobRx, MetricTx, MetricRx,
                 RollbackCleared, Http, Clock, Stage, Target, Anchor, Fault, StateChange, Error,
                 Exposure, HaltEval, Operator, Consent, Transport, AfterPowerLoss, Quarantine>;

/// `time_us` counts from the start of the rollout (0) and is negative during warm-up.
struct Record {
  std::int64_t time_us;
  std::uint64_t seq;
  Payload payload;
};

}  // namespace cartstorm::report
