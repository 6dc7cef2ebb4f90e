#pragma once
#include <string_view>
#include <variant>

#include "ota/boot.hpp"
#include "ota/types.hpp"

namespace ota::event {

/// The application starts, once per boot, with what the bootloader decided.
struct Started {
  ResetCause cause;
  BootDecision decision;
};
/// MQTT is connected and subscribed to the filters of WIRE.md section 2.
struct LinkUp {};
struct LinkDown {};
/// One MQTT message. Views live until the end of the step.
struct Received {
  std::string_view topic;
  Bytes payload;
};
/// Head of the answer to the last HttpGet. Absent numbers are zero, absent texts empty.
struct HttpHead {
  std::uint16_t status;       ///< 0: no answer (connect failed, reset, stalled)
  std::uint32_t range_first;  ///< of Content-Range
  std::uint32_t total_size;   ///< of Content-Range, else Content-Length
  std::string_view etag;      ///< with its quotes
  std::uint32_t retry_after_s;
};
/// The piece of the body asked for by HttpNext: in order, never empty, at most what was asked for.
struct HttpBody {
  Bytes content;
};
/// Instead of a piece: the body ended. `is_complete` says whether all bytes that the head promised
/// had come.
struct HttpEnded {
  bool is_complete;
};
struct SelfTestFinished {
  bool passed;
};
struct PowerChanged {};
/// The owner's choice, and whether anybody would miss the cart: a restart waits while it is in use.
/// The maintenance window is not part of it; that one goes by the server's time.
struct ConsentChanged {
  bool is_opted_in;
  bool may_restart;
};
/// The step asked for by the last Continue.
struct Continue {};
/// Agent::deadline() has come.
struct DeadlineReached {};

}  // namespace ota::event

namespace ota {

using Event =
    std::variant<event::Started, event::LinkUp, event::LinkDown, event::Received, event::HttpHead,
                 event::HttpBody, event::HttpEnded, event::SelfTestFinished, event::PowerChanged,
                 event::ConsentChanged, event::Continue, event::DeadlineReached>;

}  // namespace ota
