#include "sim/faults/json_text.hpp"

namespace cartstorm::sim {
namespace {

struct Value {
  std::size_t begin, end;
};

std::optional<Value> find_value(std::string_view json, std::string_view name, std::size_t from) {
  const std::string key = '"' + std::string{name} + "\":";
  const std::size_t at = json.find(key, from);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  std::size_t begin = at + key.size();
  const bool is_text = begin < json.size() && json[begin] == '"';
  begin += is_text ? 1 : 0;
  const std::size_t end = json.find_first_of(is_text ? "\"" : ",}]", begin);
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  return Value{begin, end};
}

}  // namespace

std::optional<std::string_view> json_member(std::string_view json, std::string_view name) {
  const auto value = find_value(json, name, 0);
  if (!value) {
    return std::nullopt;
  }
  return json.substr(value->begin, value->end - value->begin);
}

std::string with_json_member(std::string_view json, std::string_view name, std::string_view value) {
  std::string out;
  std::size_t done = 0;
  while (const auto found = find_value(json, name, done)) {
    out.append(json.substr(done, found->begin - done));
    out.append(value);
    done = found->end;
  }
  out.append(json.substr(done));
  return out;
}

}  // namespace cartstorm::sim
