#pragma once
#include <string>
#include <string_view>

namespace cartstorm::lint {

/// C++ text with comments, the contents of literals, and preprocessor directives replaced by
/// spaces. Line breaks stay, so that positions stay.
std::string blank(std::string_view text);

}  // namespace cartstorm::lint
