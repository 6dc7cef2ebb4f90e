#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "sim/cli/make/outcome.hpp"
#include "sim/cli/make/recognise.hpp"

/// The files that are taken and made. What is read is bounded, and what is written appears whole or
/// not at all.
namespace cartstorm::cli {

inline constexpr std::int64_t day_s = 86'400;

/// All bytes of a regular file: at least one, at most `limit`. `what` says what was expected.
Outcome<std::vector<std::byte>> read_bytes(const std::filesystem::path&, std::size_t limit,
                                           std::string_view what);

/// Where a result goes, and what it may replace: nothing, an empty file, or one of its own kind.
struct ResultFile {
  std::filesystem::path path;
  FileKind kind = FileKind::raw_bytes;  ///< of an image; anything unknown is taken for one too
  std::vector<std::filesystem::path> inputs{};  ///< never replaced
};

/// Nothing, or why it must not be written: what stands there is a key or a certificate, no regular
/// file, a link, one of the inputs, or of another kind. The way out is in it.
std::string why_not_written(const ResultFile&);

/// Writes or replaces a result, and makes the folders above it.
Outcome<std::size_t> write_result(const ResultFile&, ota::Bytes);

/// Creates OUT.key.pem, which nobody else can read, and OUT.cert.pem: both or none. Files that are
/// there already are never replaced.
Outcome<std::filesystem::path> write_pair(const std::filesystem::path& out, std::string_view key,
                                          std::string_view certificate);

std::filesystem::path key_path(const std::filesystem::path& name);          ///< NAME.key.pem
std::filesystem::path certificate_path(const std::filesystem::path& name);  ///< NAME.cert.pem

}  // namespace cartstorm::cli
