#include "broker-mock/cloud/cloud.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/outbox.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/cloud/controller_host.hpp"
#include "broker-mock/cloud/store_views.hpp"
#include "broker-mock/device_services/anchors.hpp"
#include "broker-mock/device_services/consent.hpp"
#include "broker-mock/iot/job_view.hpp"
#include "broker-mock/iot/presence.hpp"
#include "broker-mock/iot/router.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "broker-mock/telemetry/ledger.hpp"

namespace cartstorm::broker {
namespace {

iot::ControlSettings control_settings(const CloudConfig& config) {
  iot::ControlSettings settings = config.control;
  settings.account = {config.region, config.account};
  return settings;
}

}  // namespace

/// Hears of everything and passes it on twice: to the trace as a fact, to the rollout as the
/// message it was.
struct Cloud::Parts : jobs::Listener, telemetry::Listener, services::AnchorListener {
  Parts(const CloudConfig& config, Observer& facts)
      : observer{facts},
        outbox{things, config.delivers_to_absent},
        signer{s3::role_credentials(config.seed), config.region},
        store{signer, config.seed},
        minter{signer, config.seed, config.s3_endpoint},
        urls{minter},
        artifacts{store},
        documents{store},
        events{{config.region, config.account}, config.seed},
        registry{things, engine, events, config.seed},
        presence{events, config.seed},
        control{control_settings(config), things, engine, registry, documents},
        controller{{things, engine, ledger, ledger.exposure(), anchors, consent, artifacts, effects,
                    effects, config.seed, config.region, config.url_expires_s}} {
    engine.set_groups(registry);
  }

  void on(const jobs::ExecutionChange& change) override {
    observer.on(fact::ExecutionChanged{change.thing, change.job_id, change.execution, change.status,
                                       change.version_no, change.accepted, change.reason});
    controller.tell([&](rollout::Controller& c) { c.on(change); });
    if (change.accepted && events.is_on()) {
      events.execution(change.record, change.job_id, things.name(change.thing));
    }
  }
  void job_changed(const jobs::Job& job, jobs::JobEvent event, ServerTime now) override {
    if (event == jobs::JobEvent::created && !job.spec.group.empty()) {
      registry.adopt_group(job.spec.group, job.spec.targets, now);
    }
    if (events.is_on()) {
      events.job(job, event, iot::target_arns(job, things, events.account()), now);
    }
  }
  void execution_deleted(const jobs::Execution& execution, const jobs::Job& job,
                         ServerTime now) override {
    events.execution_deleted(execution, job.spec.id, things.name(execution.thing), now);
  }
  void on(const fact::MetricReceived& metric) override {
    observer.on(metric);
    controller.tell([&](rollout::Controller& c) { c.on(metric); });
  }
  void on(const fact::ExposureMinute& minute) override { observer.on(minute); }
  void on(const fact::AnchorChanged& change) override { observer.on(change); }
  void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) override {
    controller.tell([&](rollout::Controller& c) { c.possession_changed(thing, anchor, has_it); });
  }

  ServerTime deadline() const {
    return std::min({engine.deadline(), ledger.deadline(), controller.deadline()});
  }
  ServerTime enter(ServerTime claimed);
  bool route(ThingId thing, std::string_view topic, std::string_view payload, ServerTime now);
  bool jobs_topic(ThingId thing, std::string_view suffix, std::string_view payload, ServerTime now);
  bool cart_topic(ThingId thing, std::string_view suffix, std::string_view payload, ServerTime now);
  bool heartbeat(ThingId thing, std::string_view payload, ServerTime now);
  void heard(ThingId thing, ServerTime now) {
    things.heard(thing, now);
    controller.tell([&](rollout::Controller& c) { c.seen(thing, now); });
  }
  /// What was refused to a person is what an investigation asks for first, so it is a fact.
  std::optional<Refusal> told(std::optional<Refusal> refusal, std::string_view person,
                              std::string_view action, std::uint32_t hold_id) {
    if (refusal && !refusal->is_down) {
      observer.on(fact::OperatorActed{person, action, hold_id, refusal->message});
    }
    return refusal;
  }
  void count_malformed(bool is_well_formed) {
    if (!is_well_formed) ++dropped.malformed;
  }

  Observer& observer;
  ServerTime latest{INT64_MIN};
  Dropped dropped;
  Things things;
  Outbox outbox;
  http::Signer signer;
  s3::Store store;
  s3::Minter minter;
  DocumentUrls urls;
  StoredArtifacts artifacts;
  StoredDocuments documents;
  jobs::Engine engine{things, outbox, urls, *this};
  iot::Events events;
  iot::Registry registry;
  iot::Presence presence;
  iot::ControlPlane control;
  iot::DataPlane data{things, engine};
  telemetry::Ledger ledger{things, outbox, *this};
  services::Anchors anchors{things, outbox, *this};
  services::Consent consent;
  rollout::MemoryStore records;
  rollout::Effects effects{records, engine, anchors, observer};
  ControllerHost controller;
};

/// Time never runs backwards, and what was due before a message happens before it.
ServerTime Cloud::Parts::enter(ServerTime claimed) {
  latest = std::max(latest, claimed);
  if (deadline() <= latest) {
    ledger.advance(latest);
    engine.advance(latest);
    controller.advance(latest);
  }
  return latest;
}

/// False if nothing here serves the topic.
bool Cloud::Parts::route(ThingId thing, std::string_view topic, std::string_view payload,
                         ServerTime now) {
  const auto take = [&topic](std::string_view front) {
    const bool is_there = topic.starts_with(front);
    if (is_there) topic.remove_prefix(front.size());
    return is_there;
  };
  if (take("carts/")) {
    return take(things.name(thing)) && take("/") && cart_topic(thing, topic, payload, now);
  }
  return take("$aws/things/") && take(things.name(thing)) && take("/jobs/") &&
         jobs_topic(thing, topic, payload, now);
}

bool Cloud::Parts::jobs_topic(ThingId thing, std::string_view suffix, std::string_view payload,
                              ServerTime now) {
  const jobs::Handled handled = engine.handle(thing, suffix, payload, now);
  count_malformed(handled != jobs::Handled::malformed);
  return handled != jobs::Handled::unroutable;
}

bool Cloud::Parts::cart_topic(ThingId thing, std::string_view suffix, std::string_view payload,
                              ServerTime now) {
  if (suffix == "error") {
    count_malformed(ledger.error(thing, payload, now));
  } else if (suffix == "heartbeat") {
    count_malformed(heartbeat(thing, payload, now));
  } else if (suffix == "rollback") {
    count_malformed(ledger.rollback(thing, payload, now));
  } else if (suffix == "ca/request") {
    count_malformed(anchors.request(thing, payload));
  } else if (suffix == "ca/ack") {
    count_malformed(anchors.acknowledge(thing, payload));
  } else if (suffix == "consent") {
    const bool is_well_formed = consent.received(thing, payload);
    count_malformed(is_well_formed);
    if (is_well_formed) {
      controller.advise([&](rollout::Controller& c) { c.consent_changed(thing, now); });
    }
  } else {
    return false;
  }
  return true;
}

/// Half of a heartbeat is never taken: anchors are judged before anything is counted.
bool Cloud::Parts::heartbeat(ThingId thing, std::string_view payload, ServerTime now) {
  telemetry::HeartbeatUplink uplink;
  return telemetry::parse(payload, uplink) && anchors.announced(thing, uplink.anchors_json) &&
         ledger.heartbeat(thing, uplink, now);
}

Cloud::Cloud(const CloudConfig& config, Observer& observer)
    : parts_{std::make_unique<Parts>(config, observer)} {}
Cloud::~Cloud() = default;

ThingId Cloud::register_thing(const ThingAttributes& attributes) {
  return parts_->things.add(attributes);
}

const Things& Cloud::things() const { return parts_->things; }

void Cloud::put_object(std::string_view bucket, std::string_view key,
                       std::span<const std::byte> content) {
  parts_->store.put(bucket, key, content);
}

void Cloud::declare_object(std::string_view bucket, std::string_view key,
                           rollout::StoredObject object) {
  parts_->artifacts.declare({std::string{bucket}, std::string{key}}, std::move(object));
}

void Cloud::forget_object(std::string_view bucket, std::string_view key) {
  parts_->artifacts.forget({std::string{bucket}, std::string{key}});
  parts_->store.remove(bucket, key);
}

std::optional<rollout::StoredObject> Cloud::object(std::string_view bucket,
                                                   std::string_view key) const {
  return parts_->artifacts.find(bucket, key);
}

void Cloud::add_anchor(const AnchorCertificate& anchor) { parts_->anchors.add(anchor); }

void Cloud::connected(ThingId thing, ServerTime claimed) {
  if (!parts_->things.has(thing)) return;
  const ServerTime now = parts_->enter(claimed);
  parts_->things.set_connected(thing, true);
  parts_->ledger.connected(thing, now);
  parts_->heard(thing, now);
  parts_->anchors.connected(thing);
}

void Cloud::disconnected(ThingId thing, ServerTime claimed) {
  if (!parts_->things.has(thing)) return;
  const ServerTime now = parts_->enter(claimed);
  parts_->things.set_connected(thing, false);
  parts_->ledger.disconnected(thing, now);
  parts_->heard(thing, now);
}

void Cloud::received(ThingId thing, std::string_view topic, std::string_view payload,
                     ServerTime claimed) {
  if (!parts_->things.has(thing)) {
    ++parts_->dropped.unroutable;
    return;
  }
  const ServerTime now = parts_->enter(claimed);
  parts_->heard(thing, now);
  if (!parts_->route(thing, topic, payload, now)) ++parts_->dropped.unroutable;
}

HttpResponse Cloud::http(const HttpRequest& request, ServerTime claimed) {
  return parts_->store.handle(request, parts_->enter(claimed));
}

http::Response Cloud::iot(const http::Request& request, std::string_view service,
                          ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return iot::route(parts_->control, parts_->data, request, service, now);
}

void Cloud::set_events(iot::EventSink& sink) { parts_->events.set_sink(&sink); }

iot::Presence& Cloud::presence() { return parts_->presence; }

void Cloud::subscribe(ThingId thing, bool notify, bool notify_next) {
  if (parts_->things.has(thing)) parts_->engine.subscribe(thing, notify, notify_next);
}

void Cloud::set_job_quotas(const jobs::Quotas& quotas) { parts_->engine.set_quotas(quotas); }

void Cloud::set_control_quota(std::uint32_t calls_per_s) {
  parts_->control.set_calls_per_s(calls_per_s);
}

const jobs::Quotas& Cloud::job_quotas() const { return parts_->engine.quotas(); }

std::uint32_t Cloud::control_quota() const { return parts_->control.calls_per_s(); }

ThingId Cloud::meet_thing(const std::string& name) { return parts_->things.meet(name); }

ServerTime Cloud::deadline() const { return parts_->deadline(); }

void Cloud::advance(ServerTime now) { parts_->enter(now); }

std::span<const Delivery> Cloud::take_deliveries() { return parts_->outbox.take(); }

namespace {

std::optional<Cloud::Refusal> refusal_of(std::string message) {
  if (message.empty()) return std::nullopt;
  return Cloud::Refusal{std::move(message), false};
}

/// Asks the controller, if there is one.
template <class Call>
std::optional<Cloud::Refusal> ask(ControllerHost& host, Call&& call) {
  bool is_down = false;
  std::string message = host.ask(is_down, call);
  if (message.empty()) return std::nullopt;
  return Cloud::Refusal{std::move(message), is_down};
}

}  // namespace

std::optional<Cloud::Refusal> Cloud::create_rollout(const RolloutSpec& spec, ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return ask(parts_->controller, [&](rollout::Controller& c) { return c.create(spec, now); });
}

std::optional<Cloud::Refusal> Cloud::release(std::string_view rollout, std::uint32_t hold_id,
                                             std::string_view person, std::string_view reason,
                                             ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return parts_->told(
      ask(parts_->controller,
          [&](rollout::Controller& c) { return c.release(rollout, hold_id, person, reason, now); }),
      person, "release_refused", hold_id);
}

std::optional<Cloud::Refusal> Cloud::abort(std::string_view rollout, std::string_view person,
                                           std::string_view reason, ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return parts_->told(
      ask(parts_->controller,
          [&](rollout::Controller& c) { return c.abort(rollout, person, reason, now); }),
      person, "abort_refused", 0);
}

std::optional<Cloud::Refusal> Cloud::pause(std::string_view rollout, std::string_view person,
                                           std::string_view reason, ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return parts_->told(
      ask(parts_->controller,
          [&](rollout::Controller& c) { return c.pause(rollout, person, reason, now); }),
      person, "pause_refused", 0);
}

std::optional<Cloud::Refusal> Cloud::resume(std::string_view rollout, std::string_view person,
                                            std::string_view reason, ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  return parts_->told(
      ask(parts_->controller,
          [&](rollout::Controller& c) { return c.resume(rollout, person, reason, now); }),
      person, "resume_refused", 0);
}

void Cloud::kill_controller() { parts_->controller.kill(); }

void Cloud::kill_controller_at(std::uint64_t point) { parts_->controller.kill_at(point); }

std::uint64_t Cloud::controller_points() const { return parts_->controller.points(); }

bool Cloud::is_controller_up() const { return parts_->controller.is_up(); }

std::optional<Cloud::Refusal> Cloud::restart_controller(ServerTime claimed) {
  return refusal_of(parts_->controller.restart(parts_->enter(claimed)));
}

std::optional<Cloud::Refusal> Cloud::cancel_job(std::string_view job_id, bool force,
                                                std::string_view person, std::string_view reason,
                                                ServerTime claimed) {
  const ServerTime now = parts_->enter(claimed);
  auto refusal = refusal_of(parts_->engine.cancel(job_id, force, now).message);
  if (!refusal) parts_->observer.on(fact::OperatorActed{person, "cancel_job", 0, reason});
  return refusal;
}

std::optional<Cloud::Refusal> Cloud::install_anchor(std::uint64_t anchor,
                                                    const std::vector<ThingId>& things,
                                                    std::string_view person,
                                                    std::string_view reason, ServerTime claimed) {
  parts_->enter(claimed);
  if (!parts_->anchors.can_install(anchor)) {
    return refusal_of("there is no certificate of anchor " + hex(anchor) + "; add it first");
  }
  parts_->observer.on(fact::OperatorActed{person, "install_anchor", 0, reason});
  parts_->anchors.distribute(anchor, things);
  return std::nullopt;
}

std::optional<Cloud::Refusal> Cloud::remove_anchor(std::uint64_t anchor,
                                                   const std::vector<ThingId>& things,
                                                   std::string_view person, std::string_view reason,
                                                   ServerTime claimed) {
  parts_->enter(claimed);
  // What it needs is not forgotten while it is down, only unknown.
  const rollout::Controller* const controller = parts_->controller.controller();
  if (controller == nullptr) return Refusal{std::string{controller_is_down}, true};
  if (auto why = controller->why_needed(anchor); !why.empty()) return refusal_of(std::move(why));
  parts_->observer.on(fact::OperatorActed{person, "remove_anchor", 0, reason});
  parts_->anchors.withdraw(anchor, things);
  return std::nullopt;
}

Cloud::Dropped Cloud::dropped() const { return parts_->dropped; }

Cloud::RollbackCount Cloud::rollbacks(Version target) const {
  const telemetry::RollbackTotals totals = parts_->ledger.rollbacks(target);
  return {totals.occurrences, totals.things};
}

}  // namespace cartstorm::broker
