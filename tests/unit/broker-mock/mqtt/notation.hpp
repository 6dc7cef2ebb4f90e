#pragma once
#include <string>
#include <string_view>

namespace cartstorm::broker::mqtt::testing {

/// Packets as a reader of the standard writes them down:
///   `3c`       one byte
///   `61*300`   the same byte so many times
///   `'hi'`     these characters
///   `<a/b>`    two bytes of length and these characters
///   `[ ... ]`  a variable byte integer with the length of what is inside, then that
/// Throws std::invalid_argument on anything else.
std::string bytes_of(std::string_view notation);

/// `20 02 00 00`, with characters where most of it is text.
std::string shown(std::string_view bytes);

}  // namespace cartstorm::broker::mqtt::testing
