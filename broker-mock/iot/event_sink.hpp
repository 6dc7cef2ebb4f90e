#pragma once
#include <string_view>

namespace cartstorm::broker::iot {

/// Takes `$aws/events/...` messages to whoever is subscribed. Must not call back.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void publish(std::string_view topic, std::string_view payload) = 0;
};

}  // namespace cartstorm::broker::iot
