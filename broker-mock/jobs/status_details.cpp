#include "broker-mock/jobs/status_details.hpp"

#include <algorithm>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/json_scan.hpp"
#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker::jobs {
namespace {

constexpr std::size_t max_pairs = 10;

bool is_details_key(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '_' || c == '-';
  });
}

std::string value_error(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const auto code_point = take_code_point(text);
    if (!code_point || is_control(*code_point)) {
      return "a statusDetails value holds a control character";
    }
    ++characters;
  }
  if (characters == 0) return "a statusDetails value is empty";
  if (characters > limit) {
    return "a statusDetails value is longer than " + std::to_string(limit) + " characters";
  }
  return {};
}

}  // namespace

std::string parse_status_details(std::string_view object, const Knobs& knobs,
                                 StatusDetails& details) {
  details = {};
  std::string json = "{";
  ObjectScan scan{object};
  std::size_t pairs = 0;
  std::string quoted_key;
  while (scan.next()) {
    if (++pairs > max_pairs) return "statusDetails holds more than 10 pairs";
    if (!is_details_key(scan.key())) return "a statusDetails key is not [a-zA-Z0-9:_-]{1,128}";
    if (scan.value().kind != JsonKind::string) return "a statusDetails value is not a string";
    const std::string_view text = scan.text();
    if (auto error = value_error(text, knobs.status_details_value_max); !error.empty()) {
      return error;
    }
    quoted_key.assign("\"").append(scan.key()).append("\":\"");
    if (json.find(quoted_key) != std::string::npos) return "a statusDetails key is given twice";
    append_member(json, scan.key(), text);
    if (scan.key() == "reason") details.reason = text;
  }
  if (pairs > 0) details.json = std::move(json.append("}"));
  return {};
}

}  // namespace cartstorm::broker::jobs
