#pragma once
#include <optional>
#include <string_view>

namespace cartstorm::lint {

/// True if `code` calls the free function `name`, with or without `std::` or `::`; a member or a
/// function of another namespace with that name is somebody else.
bool calls(std::string_view code, std::string_view name);

/// True if `word` stands in `code` as a whole word.
bool has_word(std::string_view code, std::string_view word);

}  // namespace cartstorm::lint
