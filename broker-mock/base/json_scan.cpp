#include "broker-mock/base/json_scan.hpp"

#include <array>

#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker {
namespace {

constexpr int max_depth = 32;
constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Inline: our own uplinks have none, and it is asked for around every member.
inline void skip_space(std::string_view& text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
}

bool take(std::string_view& text, char wanted) {
  if (text.empty() || text.front() != wanted) return false;
  text.remove_prefix(1);
  return true;
}

bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

bool take_hex4(std::string_view& text, std::uint32_t& value) {
  if (text.size() < 4) return false;
  value = 0;
  for (const char c : text.substr(0, 4)) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<std::uint32_t>((c | 0x20) - 'a') + 10;
    } else {
      return false;
    }
    value = value << 4 | digit;
  }
  text.remove_prefix(4);
  return true;
}

/// After `\u`: one scalar value, from one escape or from a surrogate pair.
bool take_unicode_escape(std::string_view& text, std::uint32_t& code_point) {
  if (!take_hex4(text, code_point)) return false;
  if (code_point < 0xd800 || code_point > 0xdfff) return true;
  std::uint32_t low = 0;
  if (code_point > 0xdbff || !take_word(text, "\\u") || !take_hex4(text, low) || low < 0xdc00 ||
      low > 0xdfff) {
    return false;
  }
  code_point = 0x10000 + ((code_point - 0xd800) << 10) + (low - 0xdc00);
  return true;
}

/// After the backslash.
bool take_escape(std::string_view& text, std::uint32_t& code_point) {
  if (text.empty()) return false;
  const char c = text.front();
  text.remove_prefix(1);
  switch (c) {
    case '"':
    case '\\':
    case '/':
      code_point = static_cast<unsigned char>(c);
      return true;
    case 'b':
      code_point = '\b';
      return true;
    case 'f':
      code_point = '\f';
      return true;
    case 'n':
      code_point = '\n';
      return true;
    case 'r':
      code_point = '\r';
      return true;
    case 't':
      code_point = '\t';
      return true;
    case 'u':
      return take_unicode_escape(text, code_point);
    default:
      return false;
  }
}

/// Nothing that ends a string, escapes in it or needs a closer look.
constexpr std::array<bool, 256> plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0x20; c < 0x7f; ++c) table[c] = c != '"' && c != '\\';
  return table;
}();

inline void skip_plain(std::string_view& text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end && plain[static_cast<unsigned char>(*at)]) ++at;
  text.remove_prefix(static_cast<std::size_t>(at - text.data()));
}

/// After the opening quote; leaves `text` behind the closing one.
bool take_string(std::string_view& text, JsonValue& value) {
  value.kind = JsonKind::string;
  value.has_escapes = false;
  const char* const begin = text.data();
  while (skip_plain(text), !text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '"') {
      value.raw = {begin, static_cast<std::size_t>(text.data() - begin)};
      text.remove_prefix(1);
      return true;
    }
    std::uint32_t ignored = 0;
    if (c == '\\') {
      value.has_escapes = true;
      text.remove_prefix(1);
      if (!take_escape(text, ignored)) return false;
    } else if (c >= 0x20 && c < 0x80) {
      text.remove_prefix(1);
    } else if (c < 0x20 || !take_code_point(text)) {
      return false;
    }
  }
  return false;
}

std::size_t take_digits(std::string_view& text) {
  std::size_t n = 0;
  while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
  text.remove_prefix(n);
  return n;
}

void set_integer(JsonValue& value, std::string_view digits, bool is_negative) {
  if (digits.size() > 16) return;
  std::int64_t number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  if (number > max_integer) return;
  value.kind = JsonKind::integer;
  value.integer = is_negative ? -number : number;
}

bool take_number(std::string_view& text, JsonValue& value) {
  const std::string_view begin = text;
  value.kind = JsonKind::real;
  const bool is_negative = take(text, '-');
  const std::string_view whole = text;
  const std::size_t digits = take_digits(text);
  if (digits == 0 || (digits > 1 && whole.front() == '0')) return false;
  bool is_integer = true;
  if (take(text, '.')) {
    is_integer = false;
    if (take_digits(text) == 0) return false;
  }
  if (!text.empty() && (text.front() | 0x20) == 'e') {
    is_integer = false;
    text.remove_prefix(1);
    if (!take(text, '+')) take(text, '-');
    if (take_digits(text) == 0) return false;
  }
  value.raw = begin.substr(0, begin.size() - text.size());
  if (is_integer) set_integer(value, whole.substr(0, digits), is_negative);
  return true;
}

bool take_literal(std::string_view& text, JsonValue& value) {
  const std::string_view begin = text;
  if (take_word(text, "null")) {
    value.kind = JsonKind::null;
  } else if (take_word(text, "true")) {
    value.kind = JsonKind::boolean;
    value.boolean = true;
  } else if (take_word(text, "false")) {
    value.kind = JsonKind::boolean;
    value.boolean = false;
  } else {
    return false;
  }
  value.raw = begin.substr(0, begin.size() - text.size());
  return true;
}

bool take_value(std::string_view& text, JsonValue& value, int depth);

bool take_member(std::string_view& text, int depth) {
  JsonValue ignored;
  skip_space(text);
  if (!take(text, '"') || !take_string(text, ignored)) return false;
  skip_space(text);
  return take(text, ':') && take_value(text, ignored, depth);
}

bool take_container(std::string_view& text, JsonValue& value, int depth) {
  if (depth >= max_depth) return false;
  const std::string_view begin = text;
  const bool is_object = text.front() == '{';
  const char close = is_object ? '}' : ']';
  text.remove_prefix(1);
  skip_space(text);
  bool is_closed = take(text, close);
  while (!is_closed) {
    JsonValue ignored;
    if (is_object ? !take_member(text, depth + 1) : !take_value(text, ignored, depth + 1)) {
      return false;
    }
    skip_space(text);
    is_closed = take(text, close);
    if (!is_closed && !take(text, ',')) return false;
  }
  value.kind = is_object ? JsonKind::object : JsonKind::array;
  value.raw = begin.substr(0, begin.size() - text.size());
  return true;
}

bool take_value(std::string_view& text, JsonValue& value, int depth) {
  skip_space(text);
  if (text.empty()) return false;
  switch (text.front()) {
    case '"':
      text.remove_prefix(1);
      return take_string(text, value);
    case '{':
    case '[':
      return take_container(text, value, depth);
    case '-':
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return take_number(text, value);
    default:
      return take_literal(text, value);
  }
}

enum class Step : std::uint8_t { element, end, error };

/// Goes to the next element of the outermost container, over brackets and commas.
Step take_separator(std::string_view& rest, bool& is_open, char open, char close) {
  skip_space(rest);
  const bool is_first = !is_open;
  if (is_first && !take(rest, open)) return Step::error;
  is_open = true;
  skip_space(rest);
  if (take(rest, close)) {
    skip_space(rest);
    return rest.empty() ? Step::end : Step::error;
  }
  if (is_first) return Step::element;
  return take(rest, ',') ? Step::element : Step::error;
}

}  // namespace

std::string_view text_of(const JsonValue& value, std::string& scratch) {
  if (!value.has_escapes) return value.raw;
  scratch.clear();
  std::string_view rest = value.raw;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    std::uint32_t code_point = 0;
    if (c != '\\') {
      scratch.push_back(c);
    } else if (take_escape(rest, code_point)) {
      append_utf8(scratch, code_point);
    }
  }
  return scratch;
}

bool ObjectScan::next() {
  if (is_over_) return false;
  const Step step = take_separator(rest_, is_open_, '{', '}');
  JsonValue key;
  if (step == Step::element) {
    skip_space(rest_);
    if (take(rest_, '"') && take_string(rest_, key)) {
      key_ = text_of(key, key_scratch_);
      skip_space(rest_);
      if (take(rest_, ':') && take_value(rest_, value_, 1)) return true;
    }
  }
  is_over_ = true;
  is_complete_ = step == Step::end;
  return false;
}

bool ArrayScan::next() {
  if (is_over_) return false;
  const Step step = take_separator(rest_, is_open_, '[', ']');
  if (step == Step::element && take_value(rest_, value_, 1)) return true;
  is_over_ = true;
  is_complete_ = step == Step::end;
  return false;
}

bool is_json_object(std::string_view text) {
  ObjectScan scan{text};
  while (scan.next()) {
  }
  return scan.is_valid();
}

}  // namespace cartstorm::broker
