#include "json.hpp"

#include <algorithm>
#include <cstring>

namespace ota {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) {
    ++at;
  }
  return at;
}

/// The number grammar of RFC 8259.
bool is_number(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  std::size_t end = skip_digits(text, at);
  if (end == at || (text[at] == '0' && end > at + 1)) {
    return false;
  }
  if (end < text.size() && text[end] == '.') {
    at = end + 1;
    end = skip_digits(text, at);
    if (end == at) {
      return false;
    }
  }
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      ++at;
    }
    end = skip_digits(text, at);
    if (end == at) {
      return false;
    }
  }
  return end == text.size();
}

bool is_primitive(std::string_view text) {
  return text == "true" || text == "false" || text == "null" || is_number(text);
}

bool has_no_control_character(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

/// Nearly all of what comes: four at a time, then the rest.
std::size_t skip_ascii(std::string_view text, std::size_t at) {
  std::uint32_t four = 0;
  while (text.size() - at >= sizeof four) {
    std::memcpy(&four, text.data() + at, sizeof four);
    if ((four & 0x80808080) != 0) {
      break;
    }
    at += sizeof four;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) {
    ++at;
  }
  return at;
}

/// Length of the UTF-8 sequence beyond ASCII that starts with `lead`, 0 if none does.
std::size_t sequence_length(unsigned char lead) {
  if (lead >= 0xc2 && lead < 0xe0) {
    return 2;
  }
  if (lead >= 0xe0 && lead < 0xf0) {
    return 3;
  }
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

/// Excludes overlong forms, surrogates and what lies beyond U+10FFFF.
bool is_second_byte(unsigned char lead, unsigned char second) {
  const unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high;
}

int hex_value(char c) {
  if (is_digit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The character of `\uXXXX`, or 0 unless it is ASCII.
char ascii_of(std::string_view four) {
  int value = 0;
  for (const char c : four) {
    const int digit = hex_value(c);
    if (digit < 0) {
      return 0;
    }
    value = value * 16 + digit;
  }
  return value < 0x80 ? static_cast<char>(value) : '\0';
}

char escaped(char c) {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;  // the tokenizer lets only \" \\ and \/ come here
  }
}

}  // namespace

std::size_t place_of(std::string_view text, char c) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == c) {
      return at;
    }
  }
  return std::string_view::npos;
}

std::size_t place_of(std::string_view text, std::string_view part) {
  for (std::size_t at = 0; at + part.size() <= text.size(); ++at) {
    if (slice(text, at, part.size()) == part) {
      return at;
    }
  }
  return std::string_view::npos;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = skip_ascii(text, 0); at < text.size(); at = skip_ascii(text, at)) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || length > text.size() - at) {
      return false;
    }
    for (std::size_t i = 1; i < length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if ((byte & 0xc0) != 0x80 || (i == 1 && !is_second_byte(lead, byte))) {
        return false;
      }
    }
    at += length;
  }
  return true;
}

std::size_t unescape_json(std::string_view text, char* out, std::size_t capacity) {
  // What stands before the first escape, most often all of it, is taken as a whole.
  const std::size_t plain = std::min(text.find('\\'), text.size());
  if (plain > capacity) {
    return 0;
  }
  if (out != nullptr) {
    std::copy_n(text.begin(), plain, out);
  }
  std::size_t size = plain;
  for (std::size_t at = plain; at < text.size(); ++at) {
    char c = text[at];
    if (c == '\\' && at + 1 < text.size()) {
      ++at;
      c = text[at] == 'u' ? ascii_of(slice(text, at + 1, 4)) : escaped(text[at]);
      at += text[at] == 'u' ? 4 : 0;
      if (c == '\0') {
        return 0;
      }
    }
    if (size == capacity) {
      return 0;
    }
    if (out != nullptr) {
      out[size] = c;
    }
    ++size;
  }
  return size;
}

JsonReader::Verdict JsonReader::parse(std::string_view text) {
  text_ = text;
  is_sound_ = true;
  count_ = 0;
  if (text.size() > text_capacity) {
    return Verdict::too_large;
  }
  count_ = tokenize_json(text, tokens_);
  if (count_ == -2) {
    count_ = 0;
    return Verdict::too_large;
  }
  if (count_ < 1 || tokens_[root].kind != JsonToken::Kind::object || !is_utf8(text) ||
      !is_well_formed()) {
    count_ = 0;
    return Verdict::malformed;
  }
  return Verdict::ok;
}

/// The tokenizer accepts texts with missing or extra separators and words like `trux`; this
/// closes the gaps, so that a truncated or spliced document is never half understood.
bool JsonReader::is_well_formed() const {
  if (!is_only_separator(0, outer_start(root), '\0') ||
      !is_only_separator(outer_end(root), text_.size(), '\0')) {
    return false;
  }
  for (int i = 0; i < count_; ++i) {
    const JsonToken& token = tokens_[i];
    const bool is_fine = token.kind == JsonToken::Kind::primitive ? is_primitive(text_of(i))
                         : token.kind == JsonToken::Kind::string
                             ? has_no_control_character(text_of(i))
                             : is_container_well_formed(i);
    if (!is_fine) {
      return false;
    }
  }
  return true;
}

bool JsonReader::is_container_well_formed(int container) const {
  const bool is_object = tokens_[container].kind == JsonToken::Kind::object;
  std::size_t at = tokens_[container].start + 1u;
  int child = container + 1;
  for (int i = 0; i < tokens_[container].size; ++i) {
    if (child >= count_ || !is_only_separator(at, outer_start(child), i == 0 ? '\0' : ',')) {
      return false;
    }
    if (is_object) {
      const int value = child + 1;
      if (tokens_[child].kind != JsonToken::Kind::string || tokens_[child].size != 1 ||
          value >= count_ || !is_only_separator(outer_end(child), outer_start(value), ':')) {
        return false;
      }
      child = value;
    }
    at = outer_end(child);
    child = next_sibling(child);
  }
  return is_only_separator(at, tokens_[container].end - 1u, '\0');
}

/// True if only white space and, unless it is '\0', exactly one separator stand there.
bool JsonReader::is_only_separator(std::size_t from, std::size_t to, char separator) const {
  if (from > to) {
    return false;
  }
  bool is_due = separator != '\0';
  for (const char c : slice(text_, from, to - from)) {
    if (is_due && c == separator) {
      is_due = false;
    } else if (!is_space(c)) {
      return false;
    }
  }
  return !is_due;
}

std::size_t JsonReader::outer_start(int token) const {
  const JsonToken& t = tokens_[token];
  return t.kind == JsonToken::Kind::string ? t.start - 1u : t.start;
}

std::size_t JsonReader::outer_end(int token) const {
  const JsonToken& t = tokens_[token];
  return t.kind == JsonToken::Kind::string ? t.end + 1u : t.end;
}

std::string_view JsonReader::text_of(int token) const {
  const JsonToken& t = tokens_[token];
  return slice(text_, t.start, static_cast<std::size_t>(t.end - t.start));
}

int JsonReader::next_sibling(int token) const {
  const std::uint16_t end = tokens_[token].end;
  int next = token + 1;
  while (next < count_ && tokens_[next].start < end) {
    ++next;
  }
  return next;
}

int JsonReader::find(int object, std::string_view key) {
  if (object == absent || count_ == 0) {
    return absent;
  }
  int found = absent;
  int child = object + 1;
  for (int i = 0; i < tokens_[object].size; ++i) {
    if (text_of(child) == key) {
      is_sound_ = is_sound_ && found == absent;
      found = child + 1;
    }
    child = next_sibling(child + 1);
  }
  return found;
}

bool JsonReader::wrong(int token, JsonToken::Kind kind) {
  if (token == absent) {
    return true;
  }
  if (tokens_[token].kind != kind) {
    is_sound_ = false;
    return true;
  }
  return false;
}

int JsonReader::object(int parent, std::string_view key) {
  const int token = find(parent, key);
  return wrong(token, JsonToken::Kind::object) ? absent : token;
}

bool JsonReader::string(int parent, std::string_view key, std::string_view& out) {
  const int token = find(parent, key);
  if (wrong(token, JsonToken::Kind::string)) {
    return false;
  }
  out = text_of(token);
  return true;
}

bool JsonReader::number(int parent, std::string_view key, std::uint64_t& out) {
  constexpr std::uint64_t largest = (1ull << 53) - 1;
  const int token = find(parent, key);
  if (wrong(token, JsonToken::Kind::primitive)) {
    return false;
  }
  std::uint64_t value = 0;
  for (const char c : text_of(token)) {
    if (!is_digit(c) || value > largest / 10) {
      is_sound_ = false;
      return false;
    }
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  is_sound_ = is_sound_ && value <= largest;
  out = value;
  return value <= largest;
}

}  // namespace ota
