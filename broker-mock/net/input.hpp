#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "broker-mock/cloud/facts.hpp"

namespace cartstorm::broker::net {

/// One thing that happened to the cloud. The cloud is a pure function of what happened to it, so
/// these are all that has to be kept: after a restart they happen again.
struct Input {
  /// Numbers are part of the file's format: never reuse one.
  enum class Kind : std::uint8_t {
    tick = 0,          ///< time passed, and something was due
    thing = 1,         ///< a thing became known: `thing`
    connected = 2,     ///< `thing`
    disconnected = 3,  ///< `thing`
    message = 4,       ///< `thing` published `body` to `name`
    iot = 5,           ///< a signed request (`body`) for the service `name`
    operation = 6,     ///< an operator asked for `name` with `body` (JSON)
    object =
        7,  ///< object `name` (bucket/key) of the store is now what `body` (JSON) says; empty: gone
    document = 8,  ///< object `name` (bucket/key), with the content `body`, is about to be read
  } kind = Kind::tick;
  ServerTime at;
  std::string_view thing, name, body;
};

}  // namespace cartstorm::broker::net
