#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker-mock/net/chaos.hpp"
#include "broker-mock/net/cloud_bridge.hpp"
#include "broker-mock/net/http_server.hpp"
#include "broker-mock/net/view.hpp"

namespace cartstorm::broker::net {

/// What the admin API may do to the endpoint, besides asking the cloud.
struct AdminHooks {
  std::function<View()> view;
  /// Empty, or why not.
  std::function<std::string(const Chaos&)> set_chaos;
  std::function<const Chaos&()> chaos;
  std::function<void(bool mqtt, bool http)> drop_connections;
};

/// The admin API: status page, metrics, status, events; rollouts, anchors, clock, chaos. Reading
/// needs no token on the loopback interface; changing always does. The table is in the README.
class Admin {
 public:
  Admin(std::string token, CloudService& cloud, CloudBridge& bridge, Clock& clock,
        AdminHooks hooks);

  HttpAnswer handle(const http::Request& request, const HttpPeer& peer);

 private:
  bool has_token(const http::Request& request) const;
  HttpAnswer read(std::string_view path, std::string_view query);
  http::Response change(const http::Request& request, std::string_view path);
  HttpAnswer events(std::string_view query);
  http::Response set_clock(std::string_view body);
  http::Response set_chaos(std::string_view body);
  http::Response drop_connections(std::string_view body);
  std::string clock_text() const;
  std::string quotas_text() const;
  void tell(const EventFeed::Event& event);

  std::string token_;
  CloudService& cloud_;
  CloudBridge& bridge_;
  Clock& clock_;
  AdminHooks hooks_;
  std::vector<std::weak_ptr<Connection>> followers_;
};

}  // namespace cartstorm::broker::net
