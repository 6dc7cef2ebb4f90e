#include <memory>
#include <utility>

#include "sim/scenario/define_fault.hpp"
#include "sim/scenario/definitions.hpp"
#include "sim/scenario/known_words.hpp"

namespace cartstorm::sim {

namespace {

Type<std::string> agent_state() {
  std::vector<Choice<std::string>> choices;
  for (const auto& state : known_update_states()) choices.push_back({state, state});
  return one_of<std::string>("agent state", choices);
}

/// Exactly one of the three ways to say when, and only the keys that go with it.
void check_power_cut(const Node& node, const PowerCut& cut, Reader& reader) {
  int ways = 0;
  for (const char* key : {"at_operation", "during", "at"}) ways += node.find(key) ? 1 : 0;
  if (ways != 1) {
    return reader.complain(node.place, "expected exactly one of at_operation, during, at in " +
                                           reader.here() + ", found " +
                                           (ways == 0 ? "none" : "several"));
  }
  const bool has_span = cut.from_us != 0 || cut.until_us != 0;
  if (cut.during.empty() && has_span) {
    const Node* span = node.find(cut.from_us != 0 ? "from" : "until");
    reader.complain(span->place, "from and until go with during only, in " + reader.here());
  }
  if (!cut.during.empty() && cut.until_us < cut.from_us) {
    const Node* until = node.find("until");
    reader.complain(until != nullptr ? until->place : node.place,
                    "expected until to be at least from in " + reader.here());
  }
}

Mapping<PowerCut> power_cut() {
  Mapping<PowerCut> keys("power_cut", "The supply is cut and comes back. Torn writes included.");
  keys.discriminator("fault", "power_cut")
      .key("who", who_type(), &PowerCut::who, "Carts that are cut; absent: all.")
      .key("at_operation", optional_of(operation_number()), &PowerCut::at_operation,
           "Cut inside this flash operation, counted from the first write to the slot.")
      .key("during", agent_state(), &PowerCut::during,
           "State of the update in which the cut strikes.")
      .key("from", duration(), &PowerCut::from_us, "Earliest time after the state was entered.")
      .key("until", duration(), &PowerCut::until_us,
           "Latest time after the state was entered; uniform in between.")
      .key("at", optional_of(duration()), &PowerCut::at_us, "Time since the rollout start.")
      .key("off", positive_duration(), &PowerCut::off_us, "How long the supply stays away.")
      .key("times", count_between(1, 100), &PowerCut::times, "Cuts per cart.")
      .rule(check_power_cut);
  return keys;
}

Mapping<ClockSkew> clock_skew() {
  Mapping<ClockSkew> keys("clock_skew", "The cart's own clock is wrong from the start.");
  keys.discriminator("fault", "clock_skew")
      .key("who", who_type(), &ClockSkew::who, "Carts with the wrong clock; absent: all.")
      .required("offset", offset(), &ClockSkew::offset_us, "Cart clock minus true time.")
      .key("heals_at", optional_of(duration()), &ClockSkew::heals_at_us,
           "Time since the rollout start at which the clock is right again.");
  return keys;
}

Mapping<CaMissing> ca_missing() {
  Mapping<CaMissing> keys("ca_missing", "The factory did not install a trust anchor.");
  keys.discriminator("fault", "ca_missing")
      .key("who", who_type(), &CaMissing::who, "Carts without the anchor; absent: all.")
      .key("anchor", anchor_name(), &CaMissing::anchor, "Name of the trust anchor.");
  return keys;
}

Mapping<SensorBootCrash> sensor_boot_crash() {
  Mapping<SensorBootCrash> keys("sensor_config_boot_crash",
                                "An image panics at every boot on carts with a sensor.");
  keys.discriminator("fault", "sensor_config_boot_crash")
      .required("sensor", word(), &SensorBootCrash::sensor, "Sensor of the profile table.")
      .key("image", image_name(), &SensorBootCrash::image, "Image that panics: old or new.")
      .key("after", duration(), &SensorBootCrash::after_us, "Time between the jump and the panic.");
  return keys;
}

Mapping<Regression> regression() {
  Mapping<Regression> keys("regression", "The error rate of an image is multiplied.");
  keys.discriminator("fault", "regression")
      .key("image", image_name(), &Regression::image, "Image that has more errors: old or new.")
      .required("factor", positive_number(), &Regression::factor, "Multiplies errors_per_hour.")
      .key("at", duration(), &Regression::at_us, "Time since the rollout start.");
  return keys;
}

void read_fault(const Node& node, Fault& fault, Reader& reader) {
  if (node.kind != Node::Kind::mapping) {
    return reader.expected("a mapping with fault and its keys", node);
  }
  const Node* name = node.find("fault");
  if (name == nullptr) {
    return reader.complain(node.place, "missing key \"fault\" in " + reader.here());
  }
  std::vector<Choice<std::string>> names;
  for (const auto& kind : fault_kinds()) names.push_back({kind.name, kind.name});
  one_of<std::string>("fault", names).read(*name, fault.name, reader);
  fault.where = reader.where(node.place);
  for (const auto& kind : fault_kinds()) {
    if (kind.name == fault.name) kind.read(node, fault, reader);
  }
}

}  // namespace

const std::vector<Alternative<Fault>>& fault_kinds() {
  static const std::vector<Alternative<Fault>> kinds = [] {
    std::vector<Alternative<Fault>> all{kind_of(power_cut()), kind_of(clock_skew()),
                                        kind_of(ca_missing()), kind_of(sensor_boot_crash()),
                                        kind_of(regression())};
    for (const auto& more : {metric_fault_kinds(), cart_fault_kinds(), world_fault_kinds()}) {
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  }();
  return kinds;
}

Type<std::vector<Fault>> faults_type() {
  Type<Fault> type;
  type.read = read_fault;
  type.show = [](const Fault& fault) -> Json {
    for (const auto& kind : fault_kinds()) {
      if (kind.is_it(fault)) return kind.show(fault);
    }
    return nullptr;
  };
  type.schema = [](SchemaDefs& defs) -> Json {
    boost::json::array kinds;
    for (const auto& kind : fault_kinds()) kinds.push_back(kind.schema(defs));
    return {{"oneOf", std::move(kinds)}};
  };
  return list_of("faults", type);
}

}  // namespace cartstorm::sim
