#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ota/types.hpp"

namespace cartstorm::cli {

/// What a command found out: named values in order, for people and for machines. A name is the key
/// of the JSON object and the word at the left of the line.
class Facts {
 public:
  Facts& text(std::string_view name, std::string_view value);
  Facts& number(std::string_view name, std::uint64_t value);
  /// One value that is `shown` to people and written as `json` for machines.
  Facts& both(std::string_view name, std::string shown, std::string json);
  Facts& time(std::string_view name, ota::UnixTime);
  Facts& parts(std::string_view name, const std::vector<Facts>&);

  /// One line per value: `version           2.0.0`.
  std::string shown() const { return shown_below(0); }
  std::string json() const;

 private:
  struct Fact {
    std::string name;
    std::string shown;
    std::string json;
    std::vector<Facts> parts;
  };
  std::string shown_below(std::size_t depth) const;

  std::vector<Fact> facts_;
};

/// `2.0.0`
std::string version_text(ota::Version);
/// `2026-06-01T00:00:00Z`, or the seconds if no calendar has them.
std::string time_text(ota::UnixTime);
/// Lower-case digits.
std::string hex_text(ota::Bytes);
/// 16 lower-case digits.
std::string anchor_text(ota::AnchorId);

}  // namespace cartstorm::cli
