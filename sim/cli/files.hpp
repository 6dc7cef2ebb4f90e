#pragma once
#include <filesystem>
#include <string>
#include <string_view>

/// Writing that either happens completely or says why not. Each function returns an empty text, or
/// one sentence with the path and the system's reason.
namespace cartstorm::cli {

/// Replaces `path` with `text`: readers see the old file or the new one, never a part.
std::string write_file(const std::filesystem::path& path, std::string_view text);

/// Creates `path` with these permissions. What stands there already, a link included, is left as it
/// is and is a problem.
std::string write_new_file(const std::filesystem::path& path, std::string_view text, unsigned mode);

/// Creates the folder and those above it.
std::string make_folders(const std::filesystem::path&);

/// Lets the symbolic link `link` name `target`. Anything else that stands there is left alone.
std::string point_link(const std::filesystem::path& link, const std::filesystem::path& target);

/// "cannot <what> <path>: <reason of errno>"
std::string system_problem(std::string_view what, const std::filesystem::path&, int error_number);

}  // namespace cartstorm::cli
