#include "broker-mock/s3/xml.hpp"

#include "broker-mock/base/utf8.hpp"

namespace cartstorm::broker::s3 {
namespace {

void append_control(std::string& out, unsigned char c, Controls controls) {
  if (controls == Controls::question_mark) {
    out.push_back('?');
    return;
  }
  constexpr std::string_view digits = "0123456789abcdef";
  out.append("&#x");
  if (c >= 16) out.push_back(digits[c >> 4]);
  out.push_back(digits[c & 15]);
  out.push_back(';');
}

/// What a client gets to read must be UTF-8, whatever it sent.
std::string with_question_marks(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    std::string_view rest = text;
    if (take_code_point(rest)) {
      out.append(text.substr(0, text.size() - rest.size()));
    } else {
      out.push_back('?');
      rest = text.substr(1);
    }
    text = rest;
  }
  return out;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text, Controls controls) {
  std::string readable;
  if (controls == Controls::question_mark && !is_utf8(text)) {
    readable = with_question_marks(text);
    text = readable;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out.append("&amp;");
    } else if (c == '<') {
      out.append("&lt;");
    } else if (c == '>') {
      out.append("&gt;");
    } else if (c == '"') {
      out.append("&quot;");
    } else if (byte < 0x20 && c != '\n' && c != '\t') {
      append_control(out, byte, controls);
    } else {
      out.push_back(c);
    }
  }
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">");
  append_escaped(out, text, Controls::reference);
  out.append("</").append(name).append(">");
}

void append_element(std::string& out, std::string_view name, std::uint64_t number) {
  append_element(out, name, std::to_string(number));
}

const XmlElement* XmlElement::only(std::string_view child) const {
  const XmlElement* found = nullptr;
  for (const XmlElement& element : children) {
    if (element.name != child) continue;
    if (found != nullptr) return nullptr;
    found = &element;
  }
  return found;
}

}  // namespace cartstorm::broker::s3
