#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// Texts of scenarios and people on their way into files and terminals.
namespace cartstorm::report {

/// Bytes of the UTF-8 character at the front of `text`, or 0 if none starts there (broken sequence,
/// overlong form, surrogate).
std::size_t character_size(std::string_view text);
/// Valid UTF-8 without control characters (line feed becomes a space, others `?`): cannot break a
/// document, and cannot send escape codes to a terminal.
std::string clean(std::string_view);
/// The same as text or attribute of an XML document.
std::string xml_text(std::string_view);
/// Columns of a cleaned text, one per character.
std::size_t columns(std::string_view);

}  // namespace cartstorm::report
