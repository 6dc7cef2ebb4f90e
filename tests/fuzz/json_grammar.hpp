#pragma once
#include <string_view>

namespace ota::fuzz {

/// Whether `text` is one JSON object in UTF-8, by the grammar of RFC 8259 read a second time: the
/// cart's reader must agree. Nesting beyond `deepest` is refused.
bool is_json_object(std::string_view text, int deepest);

bool is_utf8_text(std::string_view text);

}  // namespace ota::fuzz
