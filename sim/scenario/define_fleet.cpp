#include <fmt/format.h>

#include <cmath>

#include "sim/scenario/definitions.hpp"
#include "sim/scenario/durations.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

std::optional<double> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hour = parse_count(text.substr(0, 2));
  const auto minute = parse_count(text.substr(3, 2));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > 24 * 60) return std::nullopt;
  return static_cast<double>(*hour * 60 + *minute) / 60;
}

std::optional<LocalHours> parse_hours(std::string_view text) {
  if (text == "always") return LocalHours{};
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  const auto from = parse_time_of_day(text.substr(0, 5));
  const auto to = parse_time_of_day(text.substr(6));
  // The seam reads equal ends as "always"; written out they would more likely be a mistake.
  if (!from || !to || *from == *to) return std::nullopt;
  return LocalHours{*from, *to};
}

std::string time_of_day(double hours) {
  const auto minutes = std::llround(hours * 60);
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

Type<int> utc_offset() {
  return scalar<int>(
      "whole hours from -12h to 14h",
      [](std::string_view text) -> std::optional<int> {
        const auto us = parse_duration(text);
        if (!us || *us % hour_us != 0 || *us < -12 * hour_us || *us > 14 * hour_us) {
          return std::nullopt;
        }
        return static_cast<int>(*us / hour_us);
      },
      [](const int& hours) { return Json(fmt::format("{}h", hours)); },
      {{"type", "string"}, {"pattern", "^[-+]?[0-9]+h$"}});
}

/// `none` says nothing in the canonical form, so digests of older tables stay what they are.
Type<DaylightSaving> daylight_saving() {
  auto type = one_of<DaylightSaving>(
      "daylight saving rule",
      {{"none", DaylightSaving::none}, {"eu", DaylightSaving::eu}, {"us", DaylightSaving::us}});
  type.show = [show = type.show](const DaylightSaving& rule) {
    return rule == DaylightSaving::none ? Json(nullptr) : show(rule);
  };
  return type;
}

}  // namespace

Type<LocalHours> local_hours() {
  return scalar<LocalHours>(
      "local hours such as 08:00-20:00, or always", parse_hours,
      [](const LocalHours& h) -> Json {
        if (h.from == h.to) return "always";
        return Json(time_of_day(h.from) + "-" + time_of_day(h.to));
      },
      {{"type", "string"}, {"pattern", "^(always|[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2})$"}});
}

const Mapping<Profile>& profile_definition() {
  static const Mapping<Profile> definition = [] {
    Mapping<Profile> keys("profile", "Carts that share hardware, sensors, place and habits.");
    keys.required("profile", word(), &Profile::name, "Name of this configuration.")
        .required("share", positive_share(), &Profile::share,
                  "Share of the fleet; the shares of a table sum to 100%.")
        .required("hardware_revision", count_between(0, 31), &Profile::hardware_revision,
                  "Revision of the board, a bit in the hardware mask of a manifest.")
        .required("sensors", list_of("sensors", word()), &Profile::sensors,
                  "Sensors on this cart; faults select by them.")
        .required("region", word(), &Profile::region, "Where it stands; faults select by it.")
        .required("use", word(), &Profile::use, "How it is used; cohorts are stratified by it.")
        .key("tier", word(), &Profile::tier, "Update tier that the customer opted into.")
        .required("powered", local_hours(), &Profile::powered,
                  "Local hours in which the cart is powered, or always.")
        .key("maintenance", local_hours(), &Profile::maintenance,
             "Local hours in which it may restart into a new image, or always.")
        .required("utc_offset", utc_offset(), &Profile::utc_offset_h,
                  "Local standard time minus UTC, in whole hours.")
        .key("daylight_saving", daylight_saving(), &Profile::daylight_saving,
             "Whose rule moves the clocks an hour twice a year: none, eu or us.");
    return keys;
  }();
  return definition;
}

const Mapping<ProfileTable>& profile_table_definition() {
  static const Mapping<ProfileTable> definition = [] {
    Mapping<ProfileTable> keys("profile_table", "A fleet as it is deployed, by configuration.");
    keys.required("profiles", word(), &ProfileTable::name, "Name of the table and of its file.")
        .required("why", sentence(), &ProfileTable::why, "Which fleet this represents.")
        .required("table", list_of("profiles", profile_definition().type()),
                  &ProfileTable::profiles, "One entry per configuration.");
    return keys;
  }();
  return definition;
}

const Mapping<Fleet>& fleet_definition() {
  static const Mapping<Fleet> definition = [] {
    Mapping<Fleet> keys("fleet", "The carts that take part.");
    keys.inherited()
        .required("carts", count_between(1, largest_fleet), &Fleet::carts, "Number of carts.")
        .required("profiles", word(), &Fleet::profiles_name,
                  "Profile table: hardware, sensors, region, use and power-on hours. The name of "
                  "a file in the nearest folder profiles/ or scenarios/profiles/ above.")
        .key("on_older", optional_of(who_type()), &Fleet::on_older,
             "Carts that come with images.older instead of images.old: a share, or who; absent: "
             "none.");
    return keys;
  }();
  return definition;
}

const Mapping<Network>& network_definition() {
  static const Mapping<Network> definition = [] {
    Mapping<Network> keys("network", "The way between cart and cloud.");
    keys.key("latency", duration(), &Network::latency_us, "Least delay of a message.")
        .key("jitter", duration(), &Network::jitter_us, "Additional delay, drawn from 0 to this.")
        .key("bandwidth", rate(), &Network::bandwidth_bytes_per_s, "Of one cart's download.")
        .key("loss", share(), &Network::loss, "Share of messages lost in each direction.");
    return keys;
  }();
  return definition;
}

}  // namespace cartstorm::sim
