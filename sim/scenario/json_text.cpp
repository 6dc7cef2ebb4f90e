#include "sim/scenario/json_text.hpp"

#include <boost/json/serialize.hpp>

#include "sim/scenario/units.hpp"

namespace cartstorm::sim {

namespace {

void write(const Json& json, const std::string& indent, std::string& out);

void write_object(const boost::json::object& object, const std::string& indent, std::string& out) {
  const std::string inner = indent + "  ";
  const char* before = "{\n";
  for (const auto& member : object) {
    out += before + inner + boost::json::serialize(boost::json::string(member.key())) + ": ";
    write(member.value(), inner, out);
    before = ",\n";
  }
  out += object.empty() ? "{}" : "\n" + indent + "}";
}

/// On one line: lists are words and short patterns here.
void write_array(const boost::json::array& array, const std::string& indent, std::string& out) {
  bool is_short = true;
  for (const auto& item : array) is_short &= !item.is_object() && !item.is_array();
  const std::string inner = is_short ? indent : indent + "  ";
  const std::string gap = is_short ? " " : "\n" + inner;
  out += is_short ? "[" : "[" + gap;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (i > 0) out += "," + gap;
    write(array[i], inner, out);
  }
  out += is_short ? "]" : "\n" + indent + "]";
}

void write(const Json& json, const std::string& indent, std::string& out) {
  if (json.is_object()) {
    write_object(json.get_object(), indent, out);
  } else if (json.is_array()) {
    write_array(json.get_array(), indent, out);
  } else if (json.is_double()) {
    out += number_text(json.get_double());
  } else {
    out += boost::json::serialize(json);
  }
}

}  // namespace

std::string json_text(const Json& json) {
  std::string out;
  write(json, "", out);
  return out + "\n";
}

}  // namespace cartstorm::sim
