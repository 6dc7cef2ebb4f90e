#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker-mock/mqtt/ports.hpp"

namespace cartstorm::broker::mqtt {

/// One message that has to wait, shared by all who wait for it.
class Message {
 public:
  explicit Message(const Publication& from)
      : qos{from.qos},
        is_retained{from.is_retained},
        expires{from.expires},
        topic_bytes_{from.topic.size()},
        properties_bytes_{from.properties.size()} {
    bytes_.reserve(from.topic.size() + from.properties.size() + from.payload.size());
    bytes_.append(from.topic).append(from.properties).append(from.payload);
  }

  const std::uint8_t qos;
  const bool is_retained;
  const ServerTime expires;
  std::uint64_t stored_as = 0;     ///< number of its record; 0: it has none
  std::uint32_t stored_users = 0;  ///< records of sessions that name it

  std::size_t size() const { return bytes_.size(); }
  std::string_view topic() const { return std::string_view{bytes_}.substr(0, topic_bytes_); }
  std::string_view properties() const {
    return std::string_view{bytes_}.substr(topic_bytes_, properties_bytes_);
  }
  std::string_view payload() const {
    return std::string_view{bytes_}.substr(topic_bytes_ + properties_bytes_);
  }
  Publication view() const { return {topic(), payload(), properties(), qos, is_retained, expires}; }

 private:
  std::size_t topic_bytes_, properties_bytes_;
  std::string bytes_;
};

using MessageRef = std::shared_ptr<Message>;

inline MessageRef keep(const Publication& message) { return std::make_shared<Message>(message); }

}  // namespace cartstorm::broker::mqtt
