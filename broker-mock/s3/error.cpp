#include "broker-mock/s3/error.hpp"

namespace cartstorm::broker::s3 {
namespace {

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out.append("&amp;");
        break;
      case '<':
        out.append("&lt;");
        break;
      case '>':
        out.append("&gt;");
        break;
      case '"':
        out.append("&quot;");
        break;
      default:
        // XML 1.0 has no spelling for other control characters, not even as a reference.
        out.push_back(static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c);
    }
  }
}

void append_element(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">");
  append_escaped(out, text);
  out.append("</").append(name).append(">");
}

}  // namespace

std::string to_xml(const Error& error, std::string_view request_id) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>";
  append_element(out, "Code", error.code);
  append_element(out, "Message", error.message);
  for (const auto& [name, text] : error.details) append_element(out, name, text);
  append_element(out, "RequestId", request_id);
  append_element(out, "HostId", "bW9jaw==");
  out.append("</Error>");
  return out;
}

}  // namespace cartstorm::broker::s3
