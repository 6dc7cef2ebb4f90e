#pragma once
#include <cstdint>
#include <optional>

#include "broker-mock/http/authenticate.hpp"
#include "broker-mock/net/chaos.hpp"
#include "broker-mock/net/cloud_bridge.hpp"
#include "broker-mock/net/dice.hpp"
#include "broker-mock/net/http_server.hpp"
#include "broker-mock/s3/service.hpp"

namespace cartstorm::broker::net {

/// The public HTTP side: S3, the control plane and the data plane of IoT Jobs on one port. The
/// service that a request was signed for says whose it is.
class Web {
 public:
  Web(http::Authenticator& authenticator, s3::Service& objects, const s3::Inventory& inventory,
      CloudService& cloud, CloudBridge& bridge, mqtt::Broker& broker, const Clock& clock,
      const Chaos& chaos, std::uint64_t seed);

  HttpAnswer handle(http::Request request, const HttpPeer& peer);
  std::uint64_t requests() const { return requests_; }
  std::uint64_t refused() const { return refused_; }

 private:
  http::Response device(const http::Request& request, const HttpPeer& peer, ServerTime now);
  http::Response iot(const http::Request& request, ServerTime now);
  http::Response publish(const http::Request& request, ServerTime now);
  /// What chaos answers in place of a service.
  std::optional<http::Response> misfortune(std::string_view service);
  void provide_document(const http::Request& request, ServerTime now);
  http::Response call_cloud(std::string_view service, const http::Request& request, ServerTime now);

  http::Authenticator& authenticator_;
  s3::Service& objects_;
  const s3::Inventory& inventory_;
  CloudService& cloud_;
  CloudBridge& bridge_;
  mqtt::Broker& broker_;
  const Clock& clock_;
  const Chaos& chaos_;
  Dice dice_;
  std::uint64_t requests_ = 0, refused_ = 0;
};

}  // namespace cartstorm::broker::net
