#include "blank.hpp"

#include <cctype>

namespace cartstorm::lint {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Walks over C++ text and blanks what is not code.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : text_(text), out_(text) {}

  std::string all() {
    while (at_ < text_.size()) step();
    return std::move(out_);
  }

 private:
  bool sees(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  /// Blanks everything up to `end`, line breaks excepted.
  void blank_until(std::size_t end) {
    if (end > text_.size()) end = text_.size();
    for (; at_ < end; ++at_) {
      if (out_[at_] != '\n') out_[at_] = ' ';
    }
  }

  void step() {
    if (sees("//")) {
      blank_until(text_.find('\n', at_));
    } else if (sees("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      blank_until(end == std::string_view::npos ? end : end + 2);
    } else if (sees("R\"") && !is_word(before())) {
      blank_raw();
    } else if (text_[at_] == '"' || (text_[at_] == '\'' && !is_word(before()))) {
      blank_quoted(text_[at_]);
    } else if (text_[at_] == '#' && is_first_of_line()) {
      blank_directive();
    } else {
      ++at_;
    }
  }

  char before() const { return at_ == 0 ? '\n' : text_[at_ - 1]; }

  bool is_first_of_line() const {
    std::size_t i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t')) --i;
    return i == 0 || text_[i - 1] == '\n';
  }

  void blank_raw() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string_view::npos) return blank_until(open);
    const std::string close = ")" + std::string(text_.substr(at_ + 2, open - at_ - 2)) + "\"";
    const std::size_t end = text_.find(close, open);
    blank_until(end == std::string_view::npos ? end : end + close.size());
  }

  /// The quotes stay: `f("x")` keeps its argument.
  void blank_quoted(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
      end += text_[end] == '\\' ? 2 : 1;
    }
    ++at_;
    blank_until(end);
    ++at_;
  }

  void blank_directive() {
    std::size_t end = at_;
    do {
      end = text_.find('\n', end + 1);
    } while (end != std::string_view::npos && text_[end - 1] == '\\');
    blank_until(end);
  }

  std::string_view text_;
  std::string out_;
  std::size_t at_ = 0;
};

}  // namespace

std::string blank(std::string_view text) { return Blanker(text).all(); }

}  // namespace cartstorm::lint
