#include "broker-mock/net/chaos.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "broker-mock/net/json_members.hpp"

namespace cartstorm::broker::net {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 3> certificate_words = {"valid", "expired", "wrong_name"};

/// Each settings struct names its members once, for reading and for showing.
template <class Visit, class Wire>
void members(Visit&& visit,
             Wire& wire) requires std::same_as<std::remove_const_t<Wire>, WireChaos> {
  visit("latency_ms", wire.latency_ms, 600'000U);
  visit("bytes_per_second", wire.bytes_per_second, UINT64_MAX);
  visit("stops_reading", wire.stops_reading, true);
  visit("refuses", wire.refuses, true);
  visit("half_open", wire.half_open, true);
}

template <class Visit, class Packets>
void members(Visit&& visit,
             Packets& packets) requires std::same_as<std::remove_const_t<Packets>, PacketChaos> {
  visit("lost_puback", packets.lost_puback, 1000U);
  visit("doubled_puback", packets.doubled_puback, 1000U);
  visit("lost_notify", packets.lost_notify, 1000U);
  visit("doubled_notify", packets.doubled_notify, 1000U);
  visit("late_notify", packets.late_notify, 1000U);
}

template <class Visit, class S3>
void members(Visit&& visit, S3& s3) requires std::same_as<std::remove_const_t<S3>, s3::Chaos> {
  constexpr std::uint16_t all{1000};
  visit("slow_down", s3.slow_down, all);
  visit("internal_error", s3.internal_error, all);
  visit("expired_url", s3.expired_url, all);
  visit("ignored_range", s3.ignored_range, all);
  visit("changed_object", s3.changed_object, all);
  visit("truncated_body", s3.truncated_body, all);
  visit("wrong_length", s3.wrong_length, all);
}

template <class Settings>
void read_group(JsonMembers& of, std::string_view key, Settings& settings, std::string& problem) {
  const json::value* const found = of.find(key);
  if (found == nullptr) return;
  JsonMembers group{*found, std::string{key}, problem};
  members(
      [&]<class T>(std::string_view name, T& value, T most) {
        if constexpr (std::same_as<T, bool>) {
          group.flag(name, value);
        } else {
          std::uint64_t wide = value;
          group.whole(name, wide);
          if (wide > most) return group.refuse(name, fmt::format("expected at most {}", most));
          value = static_cast<T>(wide);
        }
      },
      settings);
}

template <class Settings>
void show_group(json::object& out, std::string_view key, const Settings& settings) {
  json::object group;
  members(
      [&]<class T>(std::string_view name, const T& value, T) {
        if (value != T{}) group[name] = value;
      },
      settings);
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
  of.refuse("certificate", "expected valid, expired or wrong_name");
}

}  // namespace

std::string read_chaos(std::string_view text, Chaos& chaos) {
  boost::system::error_code error;
  const json::value document = json::parse({text.data(), text.size()}, error);
  if (error) return fmt::format("not JSON: {}", error.message());
  std::string problem;
  {
    JsonMembers of{document, "", problem};
    read_group(of, "mqtt", chaos.mqtt, problem);
    read_group(of, "http", chaos.http, problem);
    read_group(of, "packets", chaos.packets, problem);
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
  show_group(out, "s3", chaos.s3);
  if (chaos.certificate != ServerCertificate::valid) {
    out["certificate"] = certificate_words[static_cast<std::size_t>(chaos.certificate)];
  }
  if (chaos.disk_full) out["disk_full"] = true;
  if (chaos.backlog > 0) out["backlog"] = chaos.backlog;
  return json::serialize(out);
}

}  // namespace cartstorm::broker::net
