#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/cloud/anchor_certificate.hpp"
#include "broker-mock/cloud/facts.hpp"
#include "broker-mock/cloud/messages.hpp"
#include "broker-mock/cloud/thing.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/iot/event_sink.hpp"
#include "broker-mock/iot/settings.hpp"
#include "broker-mock/rollout/plan.hpp"
#include "broker-mock/rollout/stored_object.hpp"

namespace cartstorm::broker {

class Things;

struct CloudConfig {
  std::uint64_t seed = 0;  ///< of presigning keys, tokens and cohort picks
  std::string region = "us-east-1";
  std::string account = "123456789012";
  std::uint32_t url_expires_s = 3600;
  /// Where presigned URLs of job documents lead, such as `http://127.0.0.1:9000`; empty: to the
  /// region's own endpoint.
  std::string s3_endpoint;
  /// Whoever delivers keeps messages for things that are not connected, as MQTT sessions do; else
  /// what is published to an absent thing is gone.
  bool delivers_to_absent = false;
  /// Of the IoT control plane; its account is the one above.
  iot::ControlSettings control{};
};

namespace iot {
class Presence;
}  // namespace iot
namespace jobs {
struct Quotas;
}  // namespace jobs

/// The cores wired together: the same object in virtual time and behind the listeners. Sans-I/O:
/// messages and server time in, deliveries and facts out. Server time never runs backwards: an
/// earlier time than the last one seen is taken as that last one.
class Cloud {
 public:
  Cloud(const CloudConfig&, Observer&);
  ~Cloud();

  ThingId register_thing(const ThingAttributes&);
  const Things& things() const;
  /// The id of a thing that connects, registered or not: one that is not has no executions until
  /// somebody registers it.
  ThingId meet_thing(const std::string& name);
  /// `content` must outlive the cloud; it is not copied.
  void put_object(std::string_view bucket, std::string_view key,
                  std::span<const std::byte> content);
  /// An object of a store that is not ours: all that rollouts need to know of it.
  void declare_object(std::string_view bucket, std::string_view key, rollout::StoredObject object);
  void forget_object(std::string_view bucket, std::string_view key);
  std::optional<rollout::StoredObject> object(std::string_view bucket, std::string_view key) const;
  /// From now on the anchor is sent to things that ask, and (when a rollout requires it) to every
  /// target that lacks it.
  void add_anchor(const AnchorCertificate&);

  void connected(ThingId, ServerTime now);
  void disconnected(ThingId, ServerTime now);
  void received(ThingId, std::string_view topic, std::string_view payload, ServerTime now);
  HttpResponse http(const HttpRequest&, ServerTime now);
  /// One authenticated call of the IoT planes; `service` is that of its credential scope. The
  /// answer is a function of the calls so far, so that replaying them restores everything.
  http::Response iot(const http::Request&, std::string_view service, ServerTime now);

  /// Where `$aws/events/...` go; nowhere, unless told. Must outlive the cloud. Called from within
  /// calls of the cloud, and must not call back.
  void set_events(iot::EventSink&);
  /// Tells of connections, by client id.
  iot::Presence& presence();
  /// Which Jobs notifications a thing is subscribed to: notify-next only, unless told.
  void subscribe(ThingId, bool notify, bool notify_next);
  /// Jobs calls that are answered a second; all of them, unless told.
  void set_job_quotas(const jobs::Quotas&);
  void set_control_quota(std::uint32_t calls_per_s);
  const jobs::Quotas& job_quotas() const;
  std::uint32_t control_quota() const;

  /// When advance() is due next; `never` if nothing is awaited.
  ServerTime deadline() const;
  void advance(ServerTime now);

  /// Messages to deliver, oldest first, only for connected things; cleared by the call.
  /// Views live until the next call.
  std::span<const Delivery> take_deliveries();

  // What an operator can do. Every refusal says why and what to do instead.
  struct Refusal {
    std::string message;
    bool is_down = false;  ///< nobody could answer; what was asked for may have been done or not
  };
  std::optional<Refusal> create_rollout(const RolloutSpec&, ServerTime now);
  std::optional<Refusal> release(std::string_view rollout, std::uint32_t hold_id,
                                 std::string_view person, std::string_view reason, ServerTime now);
  std::optional<Refusal> abort(std::string_view rollout, std::string_view person,
                               std::string_view reason, ServerTime now);
  /// No stage starts or completes and the soak clock stands still until somebody resumes. What is
  /// queued or running stays as it is.
  std::optional<Refusal> pause(std::string_view rollout, std::string_view person,
                               std::string_view reason, ServerTime now);
  std::optional<Refusal> resume(std::string_view rollout, std::string_view person,
                                std::string_view reason, ServerTime now);

  // The rollout controller can die and come back while everything else works on (F14).
  void kill_controller();
  /// Kills it before the n-th thing that it writes or does, counted from 1 since the beginning.
  void kill_controller_at(std::uint64_t point);
  /// How many of them there were.
  std::uint64_t controller_points() const;
  bool is_controller_up() const;
  /// A new one takes up what the old one wrote down. The refusal says which record is damaged.
  std::optional<Refusal> restart_controller(ServerTime now);

  /// Cancels a job as an operator does in the console. Executions in progress only with `force`.
  std::optional<Refusal> cancel_job(std::string_view job_id, bool force, std::string_view person,
                                    std::string_view reason, ServerTime now);

  /// Sends an anchor to those of `things` that lack it, now or when they connect.
  std::optional<Refusal> install_anchor(std::uint64_t anchor, const std::vector<ThingId>& things,
                                        std::string_view person, std::string_view reason,
                                        ServerTime now);
  /// Takes an anchor from those of `things` that have it, now or when they connect. A thing keeps
  /// its last one. Refused while a rollout needs the anchor.
  std::optional<Refusal> remove_anchor(std::uint64_t anchor, const std::vector<ThingId>& things,
                                       std::string_view person, std::string_view reason,
                                       ServerTime now);

  /// What was dropped on the way in. A dropped message never closes a connection.
  struct Dropped {
    std::uint64_t malformed = 0;   ///< the payload broke the wire contract
    std::uint64_t unroutable = 0;  ///< no core serves the topic, or it names another thing
  };
  Dropped dropped() const;
  /// `firmware_rollback_count{target_version}`, and on how many distinct things.
  struct RollbackCount {
    std::uint64_t occurrences = 0;
    std::uint64_t things = 0;
  };
  RollbackCount rollbacks(Version target) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartstorm::broker
