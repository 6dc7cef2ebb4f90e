#include <charconv>

#include "broker-mock/base/utf8.hpp"
#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

constexpr std::size_t max_bytes = 2U << 20;
constexpr unsigned max_depth = 8;
constexpr unsigned max_elements = 60'000;

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool starts_name(char c) {
  return is_name(c) && c != '-' && c != '.' && !(c >= '0' && c <= '9');
}

/// Recursive descent; every function says false at the first thing that is not XML. Depth is
/// bounded before anything is entered.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : rest_{text} {}

  bool document(XmlElement& root) {
    take("\xef\xbb\xbf");
    if (take("<?xml") && !declaration()) return false;
    if (!misc() || !element(root, 1)) return false;
    return misc() && rest_.empty();
  }

 private:
  bool take(std::string_view front) {
    const bool is_there = rest_.starts_with(front);
    if (is_there) rest_.remove_prefix(front.size());
    return is_there;
  }
  /// Goes behind the next `mark` and gives what stood before it.
  bool until(std::string_view mark, std::string_view& before) {
    const std::size_t at = rest_.find(mark);
    if (at == std::string_view::npos) return false;
    before = rest_.substr(0, at);
    rest_.remove_prefix(at + mark.size());
    return true;
  }
  bool spaces() {
    const std::size_t before = rest_.size();
    while (!rest_.empty() && is_space(rest_.front())) rest_.remove_prefix(1);
    return rest_.size() != before;
  }
  bool name(std::string_view& out) {
    if (rest_.empty() || !starts_name(rest_.front())) return false;
    std::size_t size = 1;
    while (size < rest_.size() && is_name(rest_[size])) ++size;
    out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return true;
  }
  bool declaration() {
    std::string_view inside;
    return spaces() && until("?>", inside) && inside.find('<') == std::string_view::npos;
  }
  bool comment() {
    std::string_view inside;
    return until("--", inside) && take(">");
  }
  /// Spaces and comments.
  bool misc() {
    for (;;) {
      spaces();
      if (!take("<!--")) return true;
      if (!comment()) return false;
    }
  }
  bool attributes();
  bool element(XmlElement& out, unsigned depth);
  bool content(XmlElement& out, unsigned depth);
  bool piece(XmlElement& out, unsigned depth);
  bool characters(std::string& out);
  bool reference(std::string& out);

  std::string_view rest_;
  unsigned elements_ = 0;
};

bool XmlReader::attributes() {
  for (;;) {
    const bool is_apart = spaces();
    if (rest_.empty()) return false;
    if (rest_.front() == '>' || rest_.front() == '/') return true;
    std::string_view key, value;
    if (!is_apart || !name(key)) return false;
    spaces();
    if (!take("=")) return false;
    spaces();
    const bool is_single = rest_.starts_with('\'');
    if (!is_single && !rest_.starts_with('"')) return false;
    rest_.remove_prefix(1);
    if (!until(is_single ? "'" : "\"", value) || value.find('<') != std::string_view::npos) {
      return false;
    }
  }
}

bool XmlReader::element(XmlElement& out, unsigned depth) {
  std::string_view opened, closed;
  if (depth > max_depth || ++elements_ > max_elements || !take("<") || !name(opened)) return false;
  out.name = opened;
  if (!attributes()) return false;
  if (take("/>")) return true;
  if (!take(">") || !content(out, depth)) return false;
  if (!name(closed) || closed != opened) return false;
  spaces();
  return take(">");
}

/// Up to and including `</`.
bool XmlReader::content(XmlElement& out, unsigned depth) {
  while (!take("</")) {
    if (rest_.empty() || !piece(out, depth)) return false;
  }
  return true;
}

bool XmlReader::piece(XmlElement& out, unsigned depth) {
  if (take("<!--")) return comment();
  if (take("<![CDATA[")) {
    std::string_view inside;
    if (!until("]]>", inside)) return false;
    out.text.append(inside);
    return true;
  }
  if (rest_.front() != '<') return characters(out.text);
  out.children.emplace_back();
  return element(out.children.back(), depth + 1);
}

/// Line ends of all kinds become line feeds (XML 1.0 section 2.11).
bool XmlReader::characters(std::string& out) {
  while (!rest_.empty() && rest_.front() != '<') {
    const char c = rest_.front();
    if (c == '&') {
      if (!reference(out)) return false;
      continue;
    }
    if (rest_.starts_with("]]>")) return false;
    rest_.remove_prefix(1);
    if (c == '\r' && rest_.starts_with('\n')) continue;
    out.push_back(c == '\r' ? '\n' : c);
  }
  return true;
}

/// Control characters may be written as references, against XML 1.0: there are keys with such
/// characters, and no other way to name them here.
bool XmlReader::reference(std::string& out) {
  const std::size_t end = rest_.substr(0, 12).find(';');
  if (end == std::string_view::npos) return false;
  std::string_view inside = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  constexpr std::pair<std::string_view, char> named[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [word, c] : named) {
    if (inside != word) continue;
    out.push_back(c);
    return true;
  }
  if (!inside.starts_with('#')) return false;
  inside.remove_prefix(1);
  const bool is_hex = inside.starts_with('x');
  if (is_hex) inside.remove_prefix(1);
  std::uint32_t code = 0;
  const char* const last = inside.data() + inside.size();
  const auto [stop, error] = std::from_chars(inside.data(), last, code, is_hex ? 16 : 10);
  const bool is_scalar = code != 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  if (error != std::errc{} || stop != last || !is_scalar) return false;
  append_utf8(out, code);
  return true;
}

/// UTF-8 without control characters other than white space.
bool is_text(std::string_view text) {
  while (!text.empty()) {
    const auto code = take_code_point(text);
    if (!code || (*code < 0x20 && *code != '\t' && *code != '\n' && *code != '\r')) return false;
  }
  return true;
}

}  // namespace

std::optional<XmlElement> read_xml(std::string_view text) {
  XmlElement root;
  if (text.size() > max_bytes || !is_text(text) || !XmlReader{text}.document(root)) {
    return std::nullopt;
  }
  return root;
}

}  // namespace cartstorm::broker::s3
