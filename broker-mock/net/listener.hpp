#pragma once
#include <functional>
#include <string>
#include <vector>

#include "broker-mock/net/loop.hpp"
#include "broker-mock/net/stream.hpp"
#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {

/// Accepts connections on one address. The queue of the kernel is long enough for a whole fleet
/// that comes back at once: with a short one the kernel refuses, and carts wait for seconds
/// (reference, paho-and-mosquitto-at-scale.md section 2).
class Listener {
 public:
  using Accept = std::function<void(Socket)>;

  Listener(Loop& loop, const WireChaos& chaos, Accept accept)
      : loop_{loop},
        chaos_{chaos},
        accept_{std::move(accept)},
        acceptor_{loop.context()},
        pause_{loop.context()} {}

  /// Binds and lets the kernel queue connections. Empty, or why not. Port 0: any free one.
  std::string open(const std::string& address, std::uint16_t port, int backlog);
  /// Takes what is queued, and what comes.
  void begin() { wait(); }
  /// Takes what is queued without waiting for its turn among all that is ready.
  void take_queued();
  void set_backlog(int backlog);
  /// The settings of the chaos have changed: half-open connections may be over.
  void chaos_changed() {
    if (!chaos_.half_open) drop_half_open();
  }
  /// Resets connections that were accepted and never answered (half-open chaos).
  void drop_half_open() { half_open_.clear(); }
  void close();
  bool is_open() const { return acceptor_.is_open(); }
  /// `127.0.0.1:8883`
  std::string where() const;
  std::uint16_t port() const;

 private:
  void wait();
  void accept_all();
  boost::system::error_code accept_queued();
  void be_short_of_descriptors(const std::string& problem);

  Loop& loop_;
  const WireChaos& chaos_;
  Accept accept_;
  Tcp::acceptor acceptor_;
  std::vector<Tcp::socket> half_open_;
  asio::steady_timer pause_;
  bool is_short_of_descriptors_ = false;
};

}  // namespace cartstorm::broker::net
