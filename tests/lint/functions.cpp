#include "functions.hpp"

#include <array>
#include <optional>
#include <string_view>

namespace cartstorm::lint {
namespace {

enum class Block : std::uint8_t { scope, function, other };

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// A brace after `=` opens a value, except after `operator==` and in default arguments.
bool has_assignment(std::string_view head) {
  int depth = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '(' || head[i] == '<') ++depth;
    if (head[i] == ')' || head[i] == '>') --depth;
    if (head[i] == '=' && depth <= 0) return head.find("operator") == std::string_view::npos;
  }
  return false;
}

class Finder {
 public:
  explicit Finder(const File& file) : file_(file) {}

  std::vector<Function> all() {
    for (line_ = 1; line_ <= file_.code.size(); ++line_) {
      for (const char c : file_.code[line_ - 1]) take(c);
      add(' ');
    }
    return std::move(found_);
  }

 private:
  void add(char c) {
    if (c == ' ' && (head_.empty() || head_.back() == ' ')) return;
    if (head_.empty()) head_line_ = line_;
    head_ += c;
  }

  void take(char c) {
    if (c == '{') {
      open();
    } else if (c == '}') {
      close();
    } else if (c == ';') {
      head_.clear();
      last_closed_.reset();
    } else {
      add(c);
    }
  }

  bool is_inside_function() const { return !blocks_.empty() && blocks_.back() != Block::scope; }

  Block kind_of_head() const {
    const std::string_view head = trimmed(head_);
    // `: a_{x}, b_{y} {`: braces of an initialiser list, then of the body they belong to.
    const bool goes_on = head.empty() || head.front() == ',';
    if (goes_on && last_closed_) return Block::function;
    constexpr std::array scopes = {"namespace", "struct", "class", "union", "enum", "extern"};
    for (const std::string_view word : scopes) {
      if (head.starts_with(word)) return word == "enum" ? Block::other : Block::scope;
    }
    if (head.starts_with("template") && head.find('(') == std::string_view::npos) {
      return Block::scope;
    }
    const bool is_function = head.find('(') != std::string_view::npos && !has_assignment(head);
    return is_function ? Block::function : Block::other;
  }

  void open() {
    const Block kind = is_inside_function() ? Block::other : kind_of_head();
    if (kind == Block::function) {
      const bool goes_on = last_closed_ && (trimmed(head_).empty() || trimmed(head_)[0] == ',');
      current_ = goes_on ? *last_closed_ : Function{std::string(trimmed(head_)), head_line_, 0};
    }
    blocks_.push_back(kind);
    head_.clear();
    last_closed_.reset();
  }

  void close() {
    head_.clear();
    last_closed_.reset();
    if (blocks_.empty()) return;
    const Block kind = blocks_.back();
    blocks_.pop_back();
    if (kind != Block::function) return;
    current_.last_line = line_;
    if (!found_.empty() && found_.back().first_line == current_.first_line &&
        found_.back().head == current_.head) {
      found_.pop_back();
    }
    found_.push_back(current_);
    last_closed_ = current_;
  }

  const File& file_;
  std::vector<Function> found_;
  std::vector<Block> blocks_;
  std::string head_;
  std::size_t head_line_ = 0, line_ = 0;
  Function current_{};
  std::optional<Function> last_closed_;
};

}  // namespace

std::vector<Function> functions_of(const File& file) { return Finder(file).all(); }

}  // namespace cartstorm::lint
