#include "json_grammar.hpp"

#include <cstdint>

namespace ota::fuzz {
namespace {

/// One function per rule of the grammar; each takes its part from the front of the text.
class Grammar {
 public:
  Grammar(std::string_view text, int deepest) : left_(text), depth_left_(deepest) {}

  bool document() {
    spaces();
    if (!left_.starts_with('{') || !value()) {
      return false;
    }
    spaces();
    return left_.empty();
  }

 private:
  bool take(char c) {
    const bool is_there = left_.starts_with(c);
    left_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }
  bool word(std::string_view text) {
    const bool is_there = left_.starts_with(text);
    left_.remove_prefix(is_there ? text.size() : 0);
    return is_there;
  }
  bool one_of(std::string_view set) {
    const bool is_there = !left_.empty() && set.find(left_[0]) != std::string_view::npos;
    left_.remove_prefix(is_there ? 1 : 0);
    return is_there;
  }
  void spaces() {
    while (one_of(" \t\r\n")) {
    }
  }
  bool digits() {
    bool has_one = false;
    while (one_of("0123456789")) {
      has_one = true;
    }
    return has_one;
  }
  bool number() {
    take('-');
    if (!take('0') && !digits()) {
      return false;
    }
    if (take('.') && !digits()) {
      return false;
    }
    if (!one_of("eE")) {
      return true;
    }
    one_of("+-");
    return digits();
  }
  bool string() {
    if (!take('"')) {
      return false;
    }
    while (!left_.empty() && !left_.starts_with('"')) {
      if (take('\\') ? !escape() : !character()) {
        return false;
      }
    }
    return take('"');
  }
  bool escape() {
    if (!take('u')) {
      return one_of("\"\\/bfnrt");
    }
    for (int i = 0; i < 4; ++i) {
      if (!one_of("0123456789abcdefABCDEF")) {
        return false;
      }
    }
    return true;
  }
  bool character() {
    const bool is_control = static_cast<unsigned char>(left_[0]) < 0x20;
    left_.remove_prefix(1);
    return !is_control;
  }
  bool member() {
    spaces();
    if (!string()) {
      return false;
    }
    spaces();
    return take(':') && value();
  }
  bool list(char end, bool (Grammar::*item)()) {
    spaces();
    if (take(end)) {
      return true;
    }
    do {
      if (!(this->*item)()) {
        return false;
      }
      spaces();
    } while (take(','));
    return take(end);
  }
  bool value() {
    spaces();
    if (depth_left_ == 0) {
      return false;
    }
    --depth_left_;
    const bool is_fine = take('{')                ? list('}', &Grammar::member)
                         : take('[')              ? list(']', &Grammar::value)
                         : left_.starts_with('"') ? string()
                                                  : literal();
    ++depth_left_;
    return is_fine;
  }
  bool literal() { return word("true") || word("false") || word("null") || number(); }

  std::string_view left_;
  int depth_left_;
};

/// Reads one character; false when it is not the shortest form of one that there is.
bool take_character(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const unsigned more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  if (more >= text.size() || (lead >= 0x80 && lead < 0xc0) || lead >= 0xf8) {
    return false;
  }
  std::uint32_t value = more == 0 ? lead : lead & (0x3fu >> more);
  for (unsigned i = 1; i <= more; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if (next >> 6 != 2) {
      return false;
    }
    value = value << 6 | (next & 0x3fu);
  }
  constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  text.remove_prefix(more + 1);
  return value >= least[more] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
}

}  // namespace

bool is_utf8_text(std::string_view text) {
  while (!text.empty()) {
    if (!take_character(text)) {
      return false;
    }
  }
  return true;
}

bool is_json_object(std::string_view text, int deepest) {
  return is_utf8_text(text) && Grammar{text, deepest}.document();
}

}  // namespace ota::fuzz
