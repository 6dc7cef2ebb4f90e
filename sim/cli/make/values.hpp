#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "ota/types.hpp"

/// Values as they are typed. Each reader returns an empty text if it understood `typed`; otherwise
/// what was expected and what was found, and `out` is as it was.
namespace cartstorm::cli {

/// A moment, as typed: the command that needs it knows what time it is now.
struct TimeWish {
  std::int64_t s = 0;
  bool is_from_now = true;

  ota::UnixTime at(ota::UnixTime now) const { return {is_from_now ? now.s + s : s}; }
  bool operator==(const TimeWish&) const = default;
};

std::string read_text(const std::string& typed, std::string& out);
/// A common name: 1 to 64 bytes of UTF-8 without control characters.
std::string read_name(const std::string& typed, std::string& out);
/// `512KiB`, at least 1 byte and at most 128 MiB, which is what a patch's numbers can say.
std::string read_size(const std::string& typed, std::uint32_t& out);
/// A power of two from 256B to 128KiB.
std::string read_sector(const std::string& typed, std::uint32_t& out);
/// `now`, `2026-06-01`, `2026-06-01T12:00:00Z`, or relative to now: `90d`, `-2h`.
std::string read_time(const std::string& typed, TimeWish& out);
std::string read_version(const std::string& typed, ota::Version& out);
/// `2,3` or `0-4` or both; bit n stands for revision n, 0 to 31.
std::string read_hardware(const std::string& typed, std::uint32_t& mask);
/// A whole number from `least` to `most`, decimal digits only.
std::string read_number(const std::string& typed, std::uint64_t least, std::uint64_t most,
                        std::uint64_t& out);
/// What a cart takes for a URL: 1 to 2048 printable ASCII characters without a space.
std::string read_url(const std::string& typed, std::string& out);

}  // namespace cartstorm::cli
