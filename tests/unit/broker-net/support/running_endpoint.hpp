#pragma once
#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "broker-mock/net/endpoint.hpp"

namespace cartstorm::broker::net {

/// Any free ports on loopback.
EndpointOptions test_options(const std::filesystem::path& data);

/// An endpoint in a thread of this process.
class RunningEndpoint {
 public:
  explicit RunningEndpoint(EndpointOptions options);
  ~RunningEndpoint();

  const Addresses& addresses() const { return endpoint_->addresses(); }
  std::uint64_t replayed() const { return endpoint_->replayed(); }
  /// Ends it. Empty, or why it ended by itself.
  std::string stop();
  /// All lines of its log so far.
  std::vector<std::string> log() const;
  /// Waits (for 10 s at most) until a line of the log holds `text`.
  bool logs(std::string_view text) const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable said_;
  std::vector<std::string> lines_;
  std::unique_ptr<Endpoint> endpoint_;
  std::string problem_;
  std::thread thread_;
};

/// An endpoint in a process of its own, which can be killed.
class EndpointProcess {
 public:
  explicit EndpointProcess(const EndpointOptions& options);
  ~EndpointProcess() { kill(); }
  const Addresses& addresses() const { return addresses_; }
  /// With SIGKILL, and waits until it is gone.
  void kill();

 private:
  pid_t child_ = -1;
  Addresses addresses_;
};

std::uint16_t port_of(const std::string& address);

}  // namespace cartstorm::broker::net
