#include "source.hpp"

#include <algorithm>
#include <cctype>

#include "tests/lint/blank.hpp"
#include "tests/lint/functions.hpp"

namespace cartstorm::variants {
namespace {

constexpr std::size_t longest_statement = 8;  // lines

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// `Status Turn::on(const X& x)` is `on`. Of operators and lambdas what stands before the `(`.
std::string name_in(std::string_view head) {
  const std::size_t end = std::min(head.find('('), head.size());
  std::size_t begin = end;
  while (begin > 0 && is_word(head[begin - 1])) --begin;
  return std::string(head.substr(begin, end - begin));
}

int depth_change(std::string_view code) {
  int depth = 0;
  for (const char c : code) {
    depth += c == '(' || c == '{' || c == '[' ? 1 : 0;
    depth -= c == ')' || c == '}' || c == ']' ? 1 : 0;
  }
  return depth;
}

bool ends_statement(std::string_view code) {
  return code.empty() || code.ends_with(';') || code.ends_with('{') || code.ends_with('}') ||
         code.ends_with(':');
}

}  // namespace

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string outside_brackets(std::string_view text) {
  std::string out;
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' || c == '{' || c == '[' ? 1 : 0;
    if (depth == 0) out += c;
    depth -= c == ')' || c == '}' || c == ']' ? 1 : 0;
  }
  return out;
}

Source::Source(std::string path, std::string text)
    : path_(std::move(path)), text_(std::move(text)), code_(lint::blank(text_)) {
  split();
  name_functions();
  find_statements();
  find_constants();
}

void Source::split() {
  for (std::size_t begin = 0; begin < code_.size();) {
    const std::size_t end = std::min(code_.find('\n', begin), code_.size());
    Line line{begin, end, 0, {}, {}};
    const std::string_view whole = std::string_view{code_}.substr(begin, end - begin);
    line.code = trimmed(whole);
    line.indent = line.code.empty() ? 0 : whole.find_first_not_of(' ');
    lines_.push_back(line);
    begin = end + 1;
  }
}

void Source::name_functions() {
  const std::vector<lint::Function> functions = lint::functions_of(lint::make_file(path_, text_));
  names_.reserve(functions.size());  // lines keep views of them
  for (const lint::Function& function : functions) {
    names_.push_back(name_in(function.head));
    for (std::size_t n = function.first_line; n <= function.last_line && n <= lines_.size(); ++n) {
      lines_[n - 1].function = names_.back();
    }
  }
}

void Source::find_statements() {
  std::string_view before;
  for (std::size_t first = 0; first < lines_.size(); ++first) {
    const Line& line = lines_[first];
    if (line.code.empty()) continue;
    const bool begins = ends_statement(before) && !line.function.empty();
    before = line.code;
    if (!begins || line.code.starts_with('}')) continue;
    Statement statement{first, first, {}};
    int depth = 0;
    for (std::size_t at = first; at < std::min(first + longest_statement, lines_.size()); ++at) {
      const std::string_view code = lines_[at].code;
      depth += depth_change(code);
      statement.code += (statement.code.empty() || code.empty() ? "" : " ") + std::string(code);
      if (depth < 0 || code.ends_with('{')) break;
      if (depth == 0 && code.ends_with(';')) {
        statement.last = at;
        statements_.push_back(statement);
        break;
      }
    }
  }
}

void Source::find_constants() {
  for (const Line& line : lines_) {
    const std::size_t equals = line.code.find(" = ");
    if (line.code.find("constexpr ") == std::string_view::npos ||
        equals == std::string_view::npos) {
      continue;
    }
    // One declaration may name several: `constexpr int a = 1, b = 2;`.
    for (std::size_t at = equals; at != std::string_view::npos;
         at = line.code.find(" = ", at + 3)) {
      std::size_t begin = at;
      while (begin > 0 && is_word(line.code[begin - 1])) --begin;
      if (begin < at) constants_.emplace_back(line.code.substr(begin, at - begin));
    }
  }
}

std::size_t Source::line_of(std::size_t offset) const {
  const auto after = std::ranges::upper_bound(lines_, offset, {}, &Line::begin);
  return static_cast<std::size_t>(after - lines_.begin()) - 1;
}

std::size_t Source::next_code(std::size_t line) const {
  do {
    ++line;
  } while (line < lines_.size() && lines_[line].code.empty());
  return line;
}

}  // namespace cartstorm::variants
