#include "sim/scenario/source.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

namespace cartstorm::sim {

namespace fs = std::filesystem;

std::uint32_t Sources::add(std::string name, std::string text) {
  files_.push_back({std::move(name), std::move(text)});
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view Sources::line(std::uint32_t file, int number) const {
  std::string_view rest = files_[file].text;
  for (int i = 1; i < number; ++i) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  rest = rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
  return rest;
}

namespace {

std::string refusal(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (error && status.type() != fs::file_type::not_found) return error.message();
  if (!fs::exists(status)) return "no such file";
  if (fs::is_directory(status)) return "is a folder, expected a file";
  // A pipe or device could keep us waiting for ever.
  if (!fs::is_regular_file(status)) return "is not a regular file";
  return {};
}

}  // namespace

ReadText read_text(const fs::path& path) {
  if (auto why = refusal(path); !why.empty()) return {{}, why};
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  if (!in) return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  std::string text(max_source_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_source_bytes) return {{}, "is larger than 1 MiB"};
  return {std::move(text), {}};
}

}  // namespace cartstorm::sim
