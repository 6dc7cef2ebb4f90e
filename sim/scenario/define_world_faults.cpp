#include "sim/scenario/define_fault.hpp"

namespace cartstorm::sim {

namespace {

Mapping<RegionalOutage> regional_outage() {
  Mapping<RegionalOutage> keys(
      "regional_outage", "All carts of a region lose their network, and get it back at once.");
  keys.discriminator("fault", "regional_outage")
      .required("region", word(), &RegionalOutage::region, "Region of the profile.")
      .required("from", duration(), &RegionalOutage::from_us, "Time since the rollout start.")
      .required("until", positive_duration(), &RegionalOutage::until_us,
                "Time since the rollout start.");
  return keys;
}

Mapping<GridOutage> grid_outage() {
  Mapping<GridOutage> keys(
      "grid_outage",
      "Carts lose their supply at the same moment, and get it back at the same "
      "moment: a cold start storm.");
  keys.discriminator("fault", "grid_outage")
      .key("who", who_type(), &GridOutage::who, "Carts on that grid; absent: all.")
      .required("from", duration(), &GridOutage::from_us, "Time since the rollout start.")
      .required("until", positive_duration(), &GridOutage::until_us,
                "Time since the rollout start.");
  return keys;
}

Mapping<ImageSwapped> image_swapped() {
  Mapping<ImageSwapped> keys("image_swapped",
                             "The object store serves the old image under the name of the new one: "
                             "somebody uploaded the wrong artifact.");
  keys.discriminator("fault", "image_swapped")
      .required("at", duration(), &ImageSwapped::at_us, "Time since the rollout start.");
  return keys;
}

void check_controller_killed(const Node& node, const ControllerKilled&, Reader& reader) {
  const bool has_time = node.find("at") != nullptr;
  const bool has_write = node.find("at_write") != nullptr;
  if (has_time != has_write) return;
  reader.complain(node.place, "expected either at or at_write in " + reader.here() + ", found " +
                                  (has_time ? "both" : "neither"));
}

Mapping<ControllerKilled> controller_killed() {
  Mapping<ControllerKilled> keys("controller_killed",
                                 "The rollout controller dies, and another one takes over. Jobs, "
                                 "telemetry and the object store work on meanwhile.");
  keys.discriminator("fault", "controller_killed")
      .key("at", optional_of(duration()), &ControllerKilled::at_us, "Time since the rollout start.")
      .key("at_write", optional_of(operation_number()), &ControllerKilled::at_write,
           "Just before the n-th thing that it writes down or does to others, counted from the "
           "start of the run.")
      .key("down", positive_duration(), &ControllerKilled::down_us,
           "How long nobody runs the rollout.")
      .rule(check_controller_killed);
  return keys;
}

}  // namespace

std::vector<Alternative<Fault>> world_fault_kinds() {
  return {kind_of(regional_outage()), kind_of(grid_outage()), kind_of(image_swapped()),
          kind_of(controller_killed())};
}

}  // namespace cartstorm::sim
