#include "sim/scenario/definitions.hpp"

namespace cartstorm::sim {

namespace {

using Images = std::map<std::string, Image>;

/// One of the images; an absent one reads as a fresh image.
struct ImageNamed {
  std::string name;
  Image& operator()(Images& images) const { return images[name]; }
  const Image& operator()(const Images& images) const {
    static const Image absent;
    const auto found = images.find(name);
    return found == images.end() ? absent : found->second;
  }
};

/// Only where it is written; every image that is has a version.
Type<Image> optional_image() {
  Type<Image> type = image_definition().type();
  type.show = [show = type.show](const Image& image) {
    return image.version == Version{} ? Json(nullptr) : show(image);
  };
  return type;
}

const Mapping<Images>& images_definition() {
  static const Mapping<Images> definition = [] {
    Mapping<Images> keys("images", "What runs at the start and what is rolled out.");
    keys.inherited()
        .required("old", image_definition().type(), ImageNamed{"old"}, "Runs at the start.")
        .required("new", image_definition().type(), ImageNamed{"new"}, "Is rolled out.")
        .key("older", optional_image(), ImageNamed{"older"},
             "Runs at the start on the carts of `fleet.on_older`; absent: all come with old.")
        .key("newer", optional_image(), ImageNamed{"newer"},
             "Is brought by the rollout of `rollout.superseded`; absent: that one brings new "
             "again.");
    return keys;
  }();
  return definition;
}

/// Was followed before the definitions see the merged tree.
Type<Scenario> extends_type() {
  Type<Scenario> type;
  type.read = [](const Node&, Scenario&, Reader&) {};
  type.show = [](const Scenario&) { return Json(nullptr); };
  type.schema = file_name().schema;
  return type;
}

}  // namespace

const Mapping<Scenario>& scenario_definition() {
  static const Mapping<Scenario> definition = [] {
    Mapping<Scenario> keys("scenario",
                           "One run of a fleet, what goes wrong in it, and what must "
                           "come of it.");
    const auto self = [](auto& scenario) -> auto& { return scenario; };
    keys.inherited()
        .required("scenario", word(), &Scenario::name, "Name of the scenario and of its file.")
        .key("extends", extends_type(), self,
             "A scenario to start from, relative to this file. Mappings merge, lists replace.")
        .required("why", sentence(), &Scenario::why, "What this scenario is there to show.")
        .key("tags", list_of("tags", word()), &Scenario::tags, "For `list --tag` and `run --tag`.")
        .required("ends", positive_duration(), &Scenario::ends_us,
                  "End of the run; 0 is the start of the rollout.")
        .key("quiet", duration(), &Scenario::quiet_us,
             "Last part of the run: network up, no new faults, so that liveness can be judged.")
        .key("epoch", date(), &Scenario::epoch_unix_s, "Server time at the rollout start.")
        .key("seed", optional_of(count_between(0, UINT32_MAX)), &Scenario::seed,
             "The one seed of every run of this scenario, whatever --seed says, for what one draw "
             "in many shows; absent: that of the command line.")
        .required("fleet", fleet_definition().type(), &Scenario::fleet, "The carts.")
        .required("images", images_definition().type(), &Scenario::images,
                  "The images: old runs at the start, new is rolled out. Where they are written, "
                  "older runs on the carts of fleet.on_older, and newer is brought by the rollout "
                  "of rollout.superseded.")
        .required("rollout", rollout_definition().type(), &Scenario::rollout, "The plan.")
        .key("network", network_definition().type(), &Scenario::network, "The network.")
        .key("cloud", shown_unless({}, cloud_definition().type()), &Scenario::cloud,
             "The account in which the rollout runs.")
        .key("faults", faults_type(), &Scenario::faults, "What goes wrong.")
        .required("expect", expect_type(), &Scenario::expect,
                  "What must come of it. All promises are judged anyway; one that is named here "
                  "must also have been put to the test.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim
