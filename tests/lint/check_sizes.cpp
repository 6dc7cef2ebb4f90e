#include "functions.hpp"
#include "rules.hpp"

namespace cartstorm::lint {
namespace {

constexpr std::size_t columns = 100;
constexpr std::size_t file_soft = 400, file_hard = 700;
constexpr std::size_t function_soft = 40, function_hard = 70;

/// Code points, not bytes: `–` is one column.
std::size_t width(std::string_view line) {
  std::size_t count = 0;
  for (const char c : line) count += (static_cast<unsigned char>(c) & 0xc0U) != 0x80U ? 1 : 0;
  return count;
}

/// Bytes of a wire message stay in one piece: a raw literal cannot be broken without changing it.
bool is_excused(const File& file, std::size_t i) {
  return file.is_cpp() && file.lines[i].find("R\"") != std::string::npos;
}

bool has_columns(const File& file) {
  return file.is_cpp() || file.path.ends_with(".cmake") || file.path.ends_with(".sh") ||
         file.path == "cartstorm" || file.path == ".ci/run";
}

void judge(const File& file, std::size_t line, std::string_view what, std::size_t size,
           std::size_t soft, std::size_t hard, Findings& findings) {
  if (size <= soft) return;
  const std::string limit = std::to_string(size > hard ? hard : soft);
  findings.push_back({file.path, line, "size",
                      std::string(what) + " has " + std::to_string(size) + " lines, at most " +
                          limit + (size > hard ? " are allowed" : " are aimed at"),
                      size <= hard});
}

}  // namespace

void check_sizes(const Tree& tree, Findings& findings) {
  for (const File& file : tree.files) {
    if (!has_columns(file)) continue;
    judge(file, 0, "the file", file.lines.size(), file_soft, file_hard, findings);
    for (const Function& function : functions_of(file)) {
      judge(file, function.first_line, function.head.substr(0, 50), function.lines(), function_soft,
            function_hard, findings);
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::size_t wide = width(file.lines[i]);
      if (wide > columns && !is_excused(file, i)) {
        findings.push_back({file.path, i + 1, "columns",
                            "the line has " + std::to_string(wide) + " columns, at most 100"});
      }
    }
  }
}

}  // namespace cartstorm::lint
