#include "sim/scenario/define_fault.hpp"

namespace cartstorm::sim {

namespace {

/// Keys that say which messages are meant, the same for every fault of the channel.
template <class Body>
Mapping<Body>& add_part(Mapping<Body>& keys) {
  const auto metric = one_of<MetricKind>("metric", {{"rollback", MetricKind::rollback},
                                                    {"error", MetricKind::error},
                                                    {"heartbeat", MetricKind::heartbeat}});
  return keys
      .key(
          "metric", optional_of(metric), [](auto& body) -> auto& { return body.part.metric; },
          "Only messages of this kind: rollback, error or heartbeat; absent: all.")
      .key(
          "from", optional_of(duration()), [](auto& body) -> auto& { return body.part.from_us; },
          "Time since the rollout start; absent: from the beginning.")
      .key(
          "until", optional_of(duration()), [](auto& body) -> auto& { return body.part.until_us; },
          "Time since the rollout start; absent: until the quiet phase.");
}

template <class Body>
Mapping<Body> messages_of(std::string name, std::string doc) {
  Mapping<Body> keys(name, std::move(doc));
  keys.discriminator("fault", name)
      .key("who", who_type(), &Body::who, "Carts whose messages are meant; absent: all.")
      .key("share", positive_share(), &Body::share, "Share of the messages that it happens to.");
  return keys;
}

Mapping<MetricLost> metric_lost() {
  Mapping<MetricLost> keys("metric_lost",
                           "Rollback, error and heartbeat messages vanish on their way up.");
  keys.discriminator("fault", "metric_lost")
      .key("who", who_type(), &MetricLost::who, "Carts whose messages vanish; absent: all.")
      .key("share", positive_share(), &MetricLost::share, "Share of the messages that vanish.");
  return add_part(keys);
}

Mapping<MetricDuplicated> metric_duplicated() {
  auto keys = messages_of<MetricDuplicated>(
      "metric_duplicated", "Rollback, error and heartbeat messages come more than once.");
  keys.key("copies", count_between(1, 20), &MetricDuplicated::copies,
           "How often, beside the message itself.")
      .key("after", duration(), &MetricDuplicated::after_us, "Time between one copy and the next.");
  return add_part(keys);
}

void check_delay(const Node& node, const MetricDelayed& delayed, Reader& reader) {
  if (!delayed.most_us || *delayed.most_us >= delayed.least_us) return;
  reader.complain(node.find("most")->place,
                  "expected most not to be below least in " + reader.here());
}

Mapping<MetricDelayed> metric_delayed() {
  auto keys = messages_of<MetricDelayed>(
      "metric_delayed", "Rollback, error and heartbeat messages come late; Jobs is in time.");
  keys.required("least", positive_duration(), &MetricDelayed::least_us,
                "By how much, and exactly so without most.")
      .key("most", optional_of(positive_duration()), &MetricDelayed::most_us,
           "Each message is late by a time between least and this.")
      .rule(check_delay);
  return add_part(keys);
}

Mapping<MetricReordered> metric_reordered() {
  auto keys = messages_of<MetricReordered>(
      "metric_reordered", "Rollback, error and heartbeat messages of a cart overtake each other.");
  keys.required("within", positive_duration(), &MetricReordered::within_us,
                "Each message waits for a time between 0 and this.");
  return add_part(keys);
}

}  // namespace

std::vector<Alternative<Fault>> metric_fault_kinds() {
  return {kind_of(metric_lost()), kind_of(metric_duplicated()), kind_of(metric_delayed()),
          kind_of(metric_reordered())};
}

}  // namespace cartstorm::sim
