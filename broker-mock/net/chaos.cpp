#include "broker-mock/net/chaos.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/json_text.hpp"

namespace cartstorm::broker::net {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> certificate_words = {"valid", "expired", "wrong_name",
                                                               "unknown_ca"};
constexpr std::int64_t all = 1000;  // per mille

/// The members of a group: each is named once, with its range, for reading, for showing and for
/// what is said of a wrong one. The first argument only says which group.
template <class Visit>
void members(const WireChaos&, Visit&& visit) {
  visit("latency_ms", &WireChaos::latency_ms, 0, 600'000);
  visit("bytes_per_second", &WireChaos::bytes_per_second, 0, INT64_MAX);
  visit("stops_reading", &WireChaos::stops_reading, 0, 1);
  visit("refuses", &WireChaos::refuses, 0, 1);
  visit("half_open", &WireChaos::half_open, 0, 1);
  visit("silences", &WireChaos::silences, 0, 1);
}

template <class Visit>
void members(const PacketChaos&, Visit&& visit) {
  visit("lost_puback", &PacketChaos::lost_puback, 0, all);
  visit("doubled_puback", &PacketChaos::doubled_puback, 0, all);
  visit("late_puback", &PacketChaos::late_puback, 0, all);
  visit("lost_notify", &PacketChaos::lost_notify, 0, all);
  visit("doubled_notify", &PacketChaos::doubled_notify, 0, all);
  visit("late_notify", &PacketChaos::late_notify, 0, all);
  visit("refused_connect", &PacketChaos::refused_connect, 0, all);
}

template <class Visit>
void members(const ApiChaos&, Visit&& visit) {
  visit("internal_error", &ApiChaos::internal_error, 0, all);
  visit("unavailable", &ApiChaos::unavailable, 0, all);
  visit("throttled", &ApiChaos::throttled, 0, all);
}

template <class Visit>
void members(const s3::Chaos&, Visit&& visit) {
  using s3::Chaos;
  constexpr std::int64_t gibibyte = std::int64_t{1} << 30;
  visit("slow_down", &Chaos::slow_down, 0, all);
  visit("internal_error", &Chaos::internal_error, 0, all);
  visit("expired_url", &Chaos::expired_url, 0, all);
  visit("ignored_range", &Chaos::ignored_range, 0, all);
  visit("changed_object", &Chaos::changed_object, 0, all);
  visit("truncated_body", &Chaos::truncated_body, 0, all);
  visit("reset_body", &Chaos::reset_body, 0, all);
  visit("kept_per_mille", &Chaos::kept_per_mille, 0, all - 1);
  visit("wrong_length", &Chaos::wrong_length, 0, all);
  visit("length_error", &Chaos::length_error, -gibibyte, gibibyte);
  visit("endless_body", &Chaos::endless_body, 0, all);
  visit("endless_chunks", &Chaos::endless_chunks, 0, all);
}

template <class Settings>
void read_group(JsonMembers& of, std::string_view key, Settings& settings, std::string& problem) {
  const json::value* const found = of.find(key);
  if (found == nullptr) return;
  JsonMembers group{*found, std::string{key}, problem};
  members(settings, [&](std::string_view name, auto member, std::int64_t least, std::int64_t most) {
    auto& value = settings.*member;
    using Value = std::remove_reference_t<decltype(value)>;
    if constexpr (std::same_as<Value, bool>) {
      group.flag(name, value);
    } else {
      auto wide = static_cast<std::int64_t>(value);
      group.whole(name, wide, least, most);
      value = static_cast<Value>(wide);
    }
  });
}

template <class Settings>
void show_group(json::object& out, std::string_view key, const Settings& settings) {
  json::object group;
  const Settings usual;
  members(settings, [&](std::string_view name, auto member, std::int64_t, std::int64_t) {
    if (settings.*member != usual.*member) group[name] = settings.*member;
  });
  if (!group.empty()) out[key] = std::move(group);
}

void read_certificate(JsonMembers& of, ServerCertificate& certificate) {
  std::string text{certificate_words[0]};
  of.text("certificate", text);
  for (std::size_t i = 0; i < certificate_words.size(); ++i) {
    if (certificate_words[i] != text) continue;
    certificate = static_cast<ServerCertificate>(i);
    return;
  }
  of.refuse("certificate", fmt::format("expected {}", fmt::join(certificate_words, ", ")));
}

}  // namespace

std::string read_chaos(std::string_view text, Chaos& chaos) {
  std::string problem;
  const json::value document = read_json(text, problem);
  {
    JsonMembers of{document, "", problem};
    read_group(of, "mqtt", chaos.mqtt, problem);
    read_group(of, "http", chaos.http, problem);
    read_group(of, "packets", chaos.packets, problem);
    read_group(of, "control", chaos.control, problem);
    read_group(of, "data", chaos.data, problem);
    read_group(of, "s3", chaos.s3, problem);
    read_certificate(of, chaos.certificate);
    of.flag("disk_full", chaos.disk_full);
    of.whole("backlog", chaos.backlog, 0, 65'535);
  }
  return problem;
}

std::string show_chaos(const Chaos& chaos) {
  json::object out;
  show_group(out, "mqtt", chaos.mqtt);
  show_group(out, "http", chaos.http);
  show_group(out, "packets", chaos.packets);
  show_group(out, "control", chaos.control);
  show_group(out, "data", chaos.data);
  show_group(out, "s3", chaos.s3);
  if (chaos.certificate != ServerCertificate::valid) {
    out["certificate"] = certificate_words[static_cast<std::size_t>(chaos.certificate)];
  }
  if (chaos.disk_full) out["disk_full"] = true;
  if (chaos.backlog > 0) out["backlog"] = chaos.backlog;
  return json::serialize(out);
}

}  // namespace cartstorm::broker::net
