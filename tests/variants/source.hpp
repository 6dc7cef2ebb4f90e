#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::variants {

/// One line of a source. Offsets into the text; `code` without comments, literals and blanks around
/// it, so that an empty one holds no code.
struct Line {
  std::size_t begin = 0, end = 0;  ///< without the line break
  std::size_t indent = 0;
  std::string_view code;
  std::string_view function;  ///< name of the function that it belongs to; empty: none
};

/// Lines first..last of one statement that stands alone on them.
struct Statement {
  std::size_t first = 0, last = 0;
  std::string code;  ///< in one line
};

/// A C++ source as the generator of mutants sees it: text, the same with all that is no code
/// blanked, lines and the statements in functions. Reliable on formatted code, not a parser.
class Source {
 public:
  Source(std::string path, std::string text);
  Source(const Source&) = delete;  // lines are views into the text
  Source& operator=(const Source&) = delete;

  const std::string& path() const { return path_; }
  const std::string& text() const { return text_; }
  const std::string& code() const { return code_; }
  const std::vector<Line>& lines() const { return lines_; }
  const std::vector<Statement>& statements() const { return statements_; }
  /// Names that this file declares constexpr.
  const std::vector<std::string>& constants() const { return constants_; }

  std::size_t line_of(std::size_t offset) const;
  /// The next line with code; the number of lines if there is none.
  std::size_t next_code(std::size_t line) const;

 private:
  void split();
  void name_functions();
  void find_statements();
  void find_constants();

  std::string path_, text_, code_;
  std::vector<Line> lines_;
  std::vector<Statement> statements_;
  std::vector<std::string> constants_;
  std::vector<std::string> names_;
};

/// `text` with what stands in parentheses, brackets and braces left out, and these themselves.
std::string outside_brackets(std::string_view text);

bool is_word(char c);

}  // namespace cartstorm::variants
