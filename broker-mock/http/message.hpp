#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cartstorm::broker::http {

/// One header field; names are compared without regard to case.
struct Field {
  std::string name, value;
};
using Fields = std::vector<Field>;

/// ASCII only.
constexpr char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool is_same_name(std::string_view a, std::string_view b);
/// The first field of that name; null if there is none.
const std::string* find(const Fields& fields, std::string_view name);

/// One whole request, framing undone (chunks joined), nothing decoded.
struct Request {
  std::string method;
  std::string target;  ///< path and query as sent: `/things/a%3Ab/jobs?maxResults=1`
  Fields fields;
  std::string body;
};

/// One whole answer. The listener adds Date, Content-Length and framing, and leaves the body out
/// where there may be none (HEAD, 204, 304).
struct Response {
  std::uint16_t status = 200;
  Fields fields;
  std::string body;
  /// Instead of `body`: bytes `first` to `first + size - 1` of a shared content, so that a fleet's
  /// downloads copy nothing.
  std::shared_ptr<const std::string> content;
  std::size_t first = 0, size = 0;
  /// What Content-Length says, if not 0: the size of what HEAD leaves out, or a lie that chaos
  /// tells.
  std::uint64_t announced_size = 0;
  /// What the listener does after the body. All but the first are chaos.
  enum class End : std::uint8_t {
    proper,
    close,            ///< closes, whatever was announced
    reset,            ///< closes with a reset
    never,            ///< sends the body again and again, for as long as the client takes it
    never_in_chunks,  ///< the same in chunks, without Content-Length
  } end = End::proper;
};

/// Path and query of a target, as they stand there; the query without its question mark.
struct Target {
  std::string_view path, query;
};
Target split_target(std::string_view target);
/// The segments of a path as sent, without the leading slash: `/a/b%2Fc` is `a`, `b%2Fc`.
std::vector<std::string_view> segments_of(std::string_view path);

}  // namespace cartstorm::broker::http
