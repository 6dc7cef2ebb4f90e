#include "broker-mock/telemetry/uplinks.hpp"

#include <algorithm>
#include <array>

#include "broker-mock/base/members.hpp"

namespace cartstorm::broker::telemetry {
namespace {

constexpr std::int64_t max_code = 0xffffffff;
constexpr std::int64_t max_security_version = 0xffffffff;
constexpr std::size_t max_word = 24;
constexpr std::array<std::string_view, 5> rollback_reasons{
    "attempts_spent", "verify_failed", "self_test_failed", "cancelled", "after_confirm"};

bool is_rollback_reason(ObjectScan& scan) {
  return scan.value().kind == JsonKind::string &&
         std::find(rollback_reasons.begin(), rollback_reasons.end(), scan.text()) !=
             rollback_reasons.end();
}

bool is_word_member(ObjectScan& scan) {
  return scan.value().kind == JsonKind::string && is_word(scan.text(), max_word);
}

}  // namespace

bool parse(std::string_view payload, RollbackUplink& uplink) {
  return read_members(payload, 31, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
    if (key == "occurrence") return read_id(scan, uplink.occurrence) ? 1 : broken;
    if (key == "target") return read_version(scan, uplink.target) ? 2 : broken;
    if (key == "running") return read_version(scan, uplink.running) ? 4 : broken;
    if (key == "reason") return is_rollback_reason(scan) ? 8 : broken;
    if (key == "attempt") return read_id(scan, uplink.attempt) ? 16 : broken;
    return 0;
  });
}

bool parse(std::string_view payload, ErrorUplink& uplink) {
  return read_members(payload, 7, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
    if (key == "version") return read_version(scan, uplink.version) ? 1 : broken;
    if (key == "code") {
      std::int64_t code = 0;
      if (!read_number(scan, max_code, code)) return broken;
      uplink.code = static_cast<std::uint32_t>(code);
      return 2;
    }
    if (key == "episode") return read_id(scan, uplink.episode) ? 4 : broken;
    return 0;
  });
}

bool parse(std::string_view payload, HeartbeatUplink& uplink) {
  return read_members(payload, 31, [&](std::string_view key, ObjectScan& scan) -> std::uint32_t {
    std::int64_t security_version = 0;
    if (key == "version") return read_version(scan, uplink.version) ? 1 : broken;
    if (key == "slot") return is_word_member(scan) ? 2 : broken;
    if (key == "state") {
      if (!is_word_member(scan)) return broken;
      uplink.is_recovery = scan.text() == "recovery";
      return 4;
    }
    if (key == "secver") {
      return read_number(scan, max_security_version, security_version) ? 8 : broken;
    }
    if (key == "anchors") {
      uplink.anchors_json = scan.value().raw;
      return scan.value().kind == JsonKind::array ? 16 : broken;
    }
    return 0;
  });
}

}  // namespace cartstorm::broker::telemetry
