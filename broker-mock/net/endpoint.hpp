#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "broker-mock/net/loop.hpp"
#include "broker-mock/net/options.hpp"

namespace cartstorm::broker::net {

/// Where a running endpoint can be reached.
struct Addresses {
  std::string mqtts, mqtt, http, https, admin;  ///< `127.0.0.1:8883`; empty: not open
};

/// AWS IoT Jobs, an MQTT broker and S3 behind sockets, with everything that survives in one folder.
class Endpoint {
 public:
  Endpoint(EndpointOptions options, Log log);
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  /// Opens the folder, lives through its journal and listens. Empty, or what is wrong.
  std::string start();
  const Addresses& addresses() const;
  const EndpointOptions& options() const;
  /// The name of this machine that URLs and settings of clients have.
  std::string host() const;
  /// Inputs that the journal gave back at the start.
  std::uint64_t replayed() const;

  /// SIGINT, SIGTERM and SIGHUP end run(), also if they come before it is called.
  void heed_signals();
  /// Serves until stop(), a signal that is heeded, or a problem that would lose data. Empty, or
  /// that problem.
  std::string run();
  /// Ends run(); from any thread.
  void stop();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace cartstorm::broker::net
