#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::sim {

/// A place in one of the files that make up a scenario. Lines and columns count from 1, columns in
/// bytes; line 0 is the file as a whole.
struct Place {
  std::uint32_t file = 0;
  int line = 0;
  int column = 0;
};

/// Larger files are refused: a scenario is written by a person.
inline constexpr std::size_t max_source_bytes = 1024 * 1024;

/// The texts that a scenario was read from, kept so that a complaint can show its line.
class Sources {
 public:
  std::uint32_t add(std::string name, std::string text);
  const std::string& name(std::uint32_t file) const { return files_[file].name; }
  const std::string& text(std::uint32_t file) const { return files_[file].text; }
  /// Without its line end; empty if the file has no such line.
  std::string_view line(std::uint32_t file, int number) const;

 private:
  struct Source {
    std::string name, text;
  };
  std::vector<Source> files_;
};

/// The bytes of a file, or why there are none.
struct ReadText {
  std::string text;
  std::string error;  ///< empty: it was read
};
ReadText read_text(const std::filesystem::path&);

}  // namespace cartstorm::sim
