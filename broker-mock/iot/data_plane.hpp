#pragma once
#include "broker-mock/base/things.hpp"
#include "broker-mock/http/message.hpp"
#include "broker-mock/jobs/engine.hpp"

namespace cartstorm::broker::iot {

/// The data plane `iot-jobs-data`: the four device calls over HTTP. They mean what they mean over
/// MQTT and set off the same notifications; answers have no token and no timestamp, and the job
/// document is a string (reference section 2.4).
class DataPlane {
 public:
  DataPlane(const Things& things, jobs::Engine& engine) : things_{things}, engine_{engine} {}

  /// Answers one authenticated call. Never throws.
  http::Response handle(const http::Request& request, ServerTime now);

 private:
  const Things& things_;
  jobs::Engine& engine_;
};

}  // namespace cartstorm::broker::iot
