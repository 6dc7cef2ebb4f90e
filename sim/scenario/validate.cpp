#include "sim/scenario/validate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/selection.hpp"
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
void validate_anchor_ends(const Reading& reading, const char* name, const Image& image,
                          const char* earlier_name, const Image& earlier) {
  if (earlier.signed_by != image.signed_by || !earlier.anchor_until_us || !image.anchor_until_us ||
      earlier.anchor_until_us == image.anchor_until_us) {
    return;
  }
  reading.complain(fmt::format("images.{}.anchor_until", name),
                   fmt::format("{} ends at {} here and at {} in images.{}; say it once",
                               image.signed_by, duration_text(*image.anchor_until_us),
                               duration_text(*earlier.anchor_until_us), earlier_name));
}

/// What some carts come with instead of images.old is from before it. Whole, and of the same CA:
/// the patch is made from images.old, and the rotation of a CA begins there.
void validate_older(const Reading& reading, const Image& older) {
  const Image& old = reading.scenario.images.at("old");
  const Version released = reading.scenario.images.at("new").version;
  if (older.version >= old.version || older.version == released) {
    reading.complain("images.older.version",
                     fmt::format("expected a version below {}, that of images.old, and not that of "
                                 "images.new, found {}",
                                 to_string(old.version), to_string(older.version)));
  }
  if (older.changes) {
    reading.complain("images.older.changes",
                     "only images.new can be made from another image; leave it out here");
  }
  const std::uint32_t floor = reading.scenario.images.at("new").security_version;
  if (older.security_version > floor) {
    reading.complain("images.older.security_version",
                     fmt::format("expected at most {}, that of images.new, which these carts would "
                                 "all reject, found {}",
                                 floor, older.security_version));
  }
  if (older.signed_by != old.signed_by) {
    reading.complain("images.older.signed_by", fmt::format("expected {}, by which images.old is "
                                                           "signed, found {}",
                                                           old.signed_by, older.signed_by));
  }
  validate_anchor_ends(reading, "older", older, "old", old);
  validate_anchor_ends(reading, "older", older, "new", reading.scenario.images.at("new"));
  if (reading.is_sound("fleet") && !reading.scenario.fleet.on_older) {
    reading.complain("images.older", "no cart runs it: give fleet.on_older, the carts that do");
  }
}

/// A share so small that it picks nobody.
void validate_expected(const Reading& reading) {
  const Fleet& fleet = reading.scenario.fleet;
  const double carts = fleet.share_on_older() * fleet.carts;
  const bool is_asked_for = std::ranges::any_of(
      fleet.profiles, [&](const Profile& profile) { return fleet.on_older->matches(profile); });
  if (!is_asked_for || carts >= 0.5) return;
  reading.complain("fleet.on_older",
                   fmt::format("no cart of profile table {} matches all of fleet.on_older: {:.2g} "
                               "of {} carts are expected to",
                               fleet.profiles_name, carts, fleet.carts));
}

/// Somebody of the fleet, and not everybody: then images.old would be an image that nobody runs.
void validate_on_older(const Reading& reading) {
  const Fleet& fleet = reading.scenario.fleet;
  if (!fleet.on_older || !reading.is_sound("fleet")) return;
  const Who& who = *fleet.on_older;
  validate_selection(reading, "fleet.on_older",
                     {who.region, who.use, who.profile, who.sensor, who.tier});
  if (reading.is_sound("images") && !reading.scenario.images.contains("older")) {
    reading.complain("fleet.on_older", "there is no images.older that they could run; give it");
  }
  validate_expected(reading);
  const bool are_all = std::ranges::all_of(
      fleet.profiles, [&](const Profile& profile) { return who.matches(profile); });
  if (who.share.value_or(1) == 1 && are_all && !fleet.profiles.empty()) {
    reading.complain("fleet.on_older",
                     "all carts would run images.older, and none images.old, "
                     "which is what the fleet comes from");
  }
}

/// What takes the place of images.new comes after it, as a whole image, and from a CA that carts
/// have or are about to get.
void validate_newer(const Reading& reading, const Image& newer) {
  const Image& before = reading.scenario.images.at("new");
  const Image& old = reading.scenario.images.at("old");
  if (reading.is_sound("rollout") && !reading.scenario.rollout.superseded) {
    reading.complain("images.newer",
                     "nobody rolls it out: give rollout.superseded, whose rollout "
                     "brings it");
  }
  if (newer.version <= before.version || newer.version == old.version) {
    reading.complain("images.newer.version",
                     fmt::format("expected a version above {}, that of images.new, and not that of "
                                 "images.old, found {}",
                                 to_string(before.version), to_string(newer.version)));
  } else if (const auto older = reading.scenario.images.find("older");
             older != reading.scenario.images.end() && older->second.version == newer.version) {
    reading.complain("images.newer.version",
                     fmt::format("expected another version than {}, that of images.older: carts "
                                 "that come with it would have nothing to update to",
                                 to_string(newer.version)));
  }
  if (newer.changes) {
    reading.complain("images.newer.changes",
                     "only images.new can be made from another image; leave it out here");
  }
  if (newer.signed_by != before.signed_by && newer.signed_by != old.signed_by) {
    reading.complain("images.newer.signed_by",
                     fmt::format("expected {}, by which images.new is signed, or {}, by which "
                                 "images.old is, found {}",
                                 before.signed_by, old.signed_by, newer.signed_by));
  }
  validate_anchor_ends(reading, "newer", newer, "old", old);
  validate_anchor_ends(reading, "newer", newer, "new", before);
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
  validate_image(reading, "older");
  validate_image(reading, "old");
  validate_image(reading, "new");
  validate_image(reading, "newer");
  const auto& images = reading.scenario.images;
  if (!reading.is_sound("images") || !images.contains("old") || !images.contains("new")) return;
  if (images.at("old").changes) {
    reading.complain("images.old.changes",
                     "only images.new can be made from another image; move it there");
  }
  validate_anchor_ends(reading, "new", images.at("new"), "old", images.at("old"));
  const Version version = images.at("new").version;
  if (version == images.at("old").version) {
    reading.complain("images.new.version", "both images have version " + to_string(version) +
                                               ": nothing would be rolled out");
  }
  if (const auto older = images.find("older"); older != images.end()) {
    validate_older(reading, older->second);
  }
  if (const auto newer = images.find("newer"); newer != images.end()) {
    validate_newer(reading, newer->second);
  }
}

void validate(const Reading& reading) {
  validate_times(reading);
  validate_images(reading);
  validate_on_older(reading);
  validate_stages(reading);
  validate_cloud(reading);
  validate_rules(reading);
  validate_faults(reading);
  validate_expectations(reading);
}

}  // namespace cartstorm::sim
