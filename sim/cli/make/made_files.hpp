#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "sim/cli/make/outcome.hpp"

/// The files that are taken and made. What is read is bounded, and what is written appears whole or
/// not at all.
namespace cartstorm::cli {

inline constexpr std::int64_t day_s = 86'400;

/// All bytes of a regular file: at least one, at most `limit`. `what` says what was expected.
Outcome<std::vector<std::byte>> read_bytes(const std::filesystem::path&, std::size_t limit,
                                           std::string_view what);

/// Nothing, or why `path` must not be written: it is a key or a certificate, no regular file, or
/// one of `inputs`.
std::string why_not_written(const std::filesystem::path& path,
                            const std::vector<std::filesystem::path>& inputs);

/// Writes or replaces a result; `inputs` are safe from it. The way out is in the problem.
Outcome<std::size_t> write_result(const std::filesystem::path&, const std::vector<std::byte>&,
                                  const std::vector<std::filesystem::path>& inputs);

/// Creates OUT.key.pem, which nobody else can read, and OUT.cert.pem: both or none. Files that are
/// there already are never replaced.
Outcome<std::filesystem::path> write_pair(const std::filesystem::path& out, std::string_view key,
                                          std::string_view certificate);

std::filesystem::path key_path(const std::filesystem::path& name);          ///< NAME.key.pem
std::filesystem::path certificate_path(const std::filesystem::path& name);  ///< NAME.cert.pem

}  // namespace cartstorm::cli
