#include "sim/scenario/validate.hpp"

#include <fmt/format.h>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

void validate_image(const Reading& reading, const char* name) {
  const std::string path = fmt::format("images.{}", name);
  const auto found = reading.scenario.images.find(name);
  if (!reading.is_sound(path) || found == reading.scenario.images.end()) return;
  const Image& image = found->second;
  if (image.size > largest_image_bytes) {
    reading.complain(path + ".size",
                     fmt::format("{} do not fit into a slot, which holds at most {}",
                                 size_text(image.size), size_text(largest_image_bytes)));
  }
  if (image.valid_from_us >= image.valid_until_us) {
    reading.complain(
        path + ".valid",
        fmt::format("expected {}.valid.from to be before until, found {} to {}", path,
                    duration_text(image.valid_from_us), duration_text(image.valid_until_us)));
  }
}

/// One trust anchor has one end, whichever image says it.
void validate_anchor_ends(const Reading& reading, const Image& before, const Image& after) {
  if (before.signed_by != after.signed_by || !before.anchor_until_us || !after.anchor_until_us ||
      before.anchor_until_us == after.anchor_until_us) {
    return;
  }
  reading.complain(
      "images.new.anchor_until",
      fmt::format("{} ends at {} here and at {} in images.old; say it once", after.signed_by,
                  duration_text(*after.anchor_until_us), duration_text(*before.anchor_until_us)));
}

}  // namespace

void validate_times(const Reading& reading) {
  const Scenario& scenario = reading.scenario;
  if (!reading.is_sound("ends") || !reading.is_sound("quiet")) return;
  if (reading.root.find("ends") == nullptr) return;  // said already
  if (scenario.quiet_us > scenario.ends_us) {
    const bool is_written = reading.root.find("quiet") != nullptr;
    reading.complain(
        is_written ? "quiet" : "ends",
        fmt::format("a quiet phase of {} does not fit into a run of {}",
                    duration_text(scenario.quiet_us), duration_text(scenario.ends_us)));
  }
}

void validate_images(const Reading& reading) {
  validate_image(reading, "old");
  validate_image(reading, "new");
  if (!reading.is_sound("images") || reading.scenario.images.size() != 2) return;
  if (reading.scenario.images.at("old").changes) {
    reading.complain("images.old.changes",
                     "only images.new can be made from another image; move it there");
  }
  validate_anchor_ends(reading, reading.scenario.images.at("old"),
                       reading.scenario.images.at("new"));
  const Version version = reading.scenario.images.at("new").version;
  if (version == reading.scenario.images.at("old").version) {
    reading.complain("images.new.version", "both images have version " + to_string(version) +
                                               ": nothing would be rolled out");
  }
}

void validate(const Reading& reading) {
  validate_times(reading);
  validate_images(reading);
  validate_stages(reading);
  validate_cloud(reading);
  validate_rules(reading);
  validate_faults(reading);
  validate_expectations(reading);
}

}  // namespace cartstorm::sim
