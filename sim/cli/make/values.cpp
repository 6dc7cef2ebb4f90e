#include "sim/cli/make/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>

#include "ota/patch.hpp"
#include "sim/scenario/units.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::size_t longest_name = 64;  // ub-common-name of X.509
constexpr std::size_t longest_url = 2048;
constexpr std::int64_t us_per_s = 1'000'000;

std::string expected(std::string_view what, std::string_view typed) {
  return fmt::format("expected {}, found \"{}\"", what, typed);
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// Bytes of the UTF-8 character at the front; 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(0);
  const std::size_t size = first < 0x80   ? 1
                           : first < 0xc2 ? 0
                           : first < 0xe0 ? 2
                           : first < 0xf0 ? 3
                                          : 4;
  if (size == 0 || first > 0xf4 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return 0;
  }
  const unsigned second = size > 1 ? byte(1) : 0;
  const bool is_overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool is_surrogate = first == 0xed && second >= 0xa0;
  const bool is_beyond = first == 0xf4 && second >= 0x90;
  return is_overlong || is_surrogate || is_beyond ? 0 : size;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = utf8_length(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

/// Adds `7` or `0-4` to the mask.
bool add_revisions(std::string_view text, std::uint32_t& mask) {
  std::uint64_t first = 0, last = 0;
  const std::size_t dash = text.find('-');
  if (!read_number(std::string(text.substr(0, dash)), 0, 31, first).empty()) return false;
  last = first;
  if (dash != std::string_view::npos &&
      !read_number(std::string(text.substr(dash + 1)), first, 31, last).empty()) {
    return false;
  }
  for (std::uint64_t n = first; n <= last; ++n) mask |= std::uint32_t{1} << n;
  return true;
}

}  // namespace

std::string read_text(const std::string& typed, std::string& out) {
  if (typed.empty()) return expected("a value", typed);
  out = typed;
  return "";
}

std::string read_name(const std::string& typed, std::string& out) {
  const bool is_name = !typed.empty() && typed.size() <= longest_name && is_utf8(typed) &&
                       std::none_of(typed.begin(), typed.end(), is_control);
  if (!is_name) {
    return fmt::format(
        "expected a name of 1 to 64 bytes of UTF-8 without control characters, "
        "found {} bytes",
        typed.size());
  }
  out = typed;
  return "";
}

std::string read_size(const std::string& typed, std::uint32_t& out) {
  const auto size = sim::parse_size(typed);
  if (!size || *size == 0 || *size > ota::patch_largest_image) {
    return expected("a size from 1B to 128MiB, with B, KiB or MiB, such as 512KiB", typed);
  }
  out = *size;
  return "";
}

std::string read_sector(const std::string& typed, std::uint32_t& out) {
  const auto size = sim::parse_size(typed);
  if (!size || !std::has_single_bit(*size) || *size < ota::patch_smallest_sector ||
      *size > ota::patch_largest_sector) {
    return expected("a power of two from 256B to 128KiB, with B or KiB, such as 4KiB", typed);
  }
  out = *size;
  return "";
}

std::string read_time(const std::string& typed, TimeWish& out) {
  if (typed == "now") {
    out = {0, true};
    return "";
  }
  if (const auto duration = sim::parse_duration(typed)) {
    out = {*duration / us_per_s, true};
    return "";
  }
  const bool is_day = typed.size() == std::string_view("2026-06-01").size();
  if (const auto date = sim::parse_date(is_day ? typed + "T00:00:00Z" : typed)) {
    out = {*date, false};
    return "";
  }
  return expected(
      "a time such as 2026-06-01, 2026-06-01T12:00:00Z (years 1970 to 2199), now, 90d or -2h",
      typed);
}

std::string read_version(const std::string& typed, ota::Version& out) {
  const auto version = sim::parse_version(typed);
  if (!version) return expected("a version up to 65535.255.255 such as 2.0.0", typed);
  out = {version->value};
  return "";
}

std::string read_hardware(const std::string& typed, std::uint32_t& mask) {
  std::uint32_t all = 0;
  std::string_view rest = typed;
  for (;;) {
    const std::size_t comma = rest.find(',');
    if (!add_revisions(rest.substr(0, comma), all)) {
      return expected("hardware revisions from 0 to 31 such as 2,3 or 0-4", typed);
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  mask = all;
  return "";
}

std::string read_number(const std::string& typed, std::uint64_t least, std::uint64_t most,
                        std::uint64_t& out) {
  std::uint64_t value = 0;
  const char* end = typed.data() + typed.size();
  const auto [stop, problem] = std::from_chars(typed.data(), end, value);
  if (problem != std::errc{} || stop != end || value < least || value > most) {
    return expected(fmt::format("a whole number from {} to {}", least, most), typed);
  }
  out = value;
  return "";
}

std::string read_url(const std::string& typed, std::string& out) {
  const bool is_url = !typed.empty() && std::all_of(typed.begin(), typed.end(), [](char c) {
    return c > ' ' && static_cast<unsigned char>(c) < 0x7f;
  });
  if (!is_url) return expected("a URL of printable ASCII characters without a space", typed);
  if (typed.size() > longest_url) {
    return fmt::format("expected a URL of at most {} characters, found {}", longest_url,
                       typed.size());
  }
  out = typed;
  return "";
}

}  // namespace cartstorm::cli
