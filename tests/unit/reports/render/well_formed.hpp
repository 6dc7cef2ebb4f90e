#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::report {

/// Checks that tags nest and that nothing is left unescaped; returns the number of elements.
inline int well_formed_elements(std::string_view xml) {
  std::vector<std::string> open;
  int elements = 0;
  for (std::size_t at = 0; at < xml.size();) {
    if (xml[at] != '<') {
      const bool is_entity = xml[at] == '&';
      if (xml[at] == '>' || static_cast<unsigned char>(xml[at]) == 0x1b) return -1;
      if (is_entity && xml.find(';', at) - at > 5) return -2;
      ++at;
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string_view::npos) return -3;
    const std::string_view tag = xml.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string_view::npos) return -4;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return -5;
      open.pop_back();
    } else if (!tag.starts_with('?')) {
      ++elements;
      if (std::count(tag.begin(), tag.end(), '"') % 2 != 0) return -6;
      if (!tag.ends_with('/')) open.emplace_back(tag.substr(0, tag.find(' ')));
    }
    at = end + 1;
  }
  return open.empty() ? elements : -7;
}

}  // namespace cartstorm::report
