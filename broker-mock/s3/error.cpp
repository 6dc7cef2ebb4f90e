#include "broker-mock/s3/error.hpp"

#include "broker-mock/s3/xml.hpp"

namespace cartstorm::broker::s3 {
namespace {

void append(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">");
  append_escaped(out, text, Controls::question_mark);
  out.append("</").append(name).append(">");
}

}  // namespace

std::string to_xml(const Error& error, std::string_view request_id) {
  std::string out{xml_declaration};
  out.append("<Error>");
  append(out, "Code", error.code);
  append(out, "Message", error.message);
  for (const auto& [name, text] : error.details) append(out, name, text);
  append(out, "RequestId", request_id);
  append(out, "HostId", "bW9jaw==");
  out.append("</Error>");
  return out;
}

}  // namespace cartstorm::broker::s3
