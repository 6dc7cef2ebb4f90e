#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cartstorm::broker::net {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

class Connection;
struct WireChaos;

/// Says what happened, one line a call; `where` is a listener, a client or a thing.
using Log = std::function<void(std::string_view where, std::string_view what)>;

/// The one thread of the endpoint. What connections have to send is held back until everything that
/// was ready has been handled and `commit` has made it durable: then many acknowledgements cost one
/// transaction, and none leaves before its cause is on disk.
class Loop {
 public:
  /// Called once per round, before anything is sent. False: nothing may be acknowledged any more.
  using Commit = std::function<bool()>;

  /// Called between rounds, now and then: for what must not wait behind a thousand ready sockets.
  using LookUp = std::function<void()>;

  explicit Loop(Log log) : log_{std::move(log)} {}

  asio::io_context& context() { return context_; }
  /// Peers name themselves: what is no text for a terminal is shown as `?`.
  void say(std::string_view where, std::string_view what) const;
  void on_commit(Commit commit) { commit_ = std::move(commit); }
  void on_look_up(LookUp look_up) { look_up_ = std::move(look_up); }

  /// A connection lives from here to release(), also while it waits for nothing.
  void hold(std::shared_ptr<Connection> connection);
  void release(Connection& connection);
  /// The settings of the chaos have changed.
  void wake_all();
  /// Resets every connection that obeys this chaos, as a process that is killed does.
  void reset_all(const WireChaos& of, std::string_view reason);

  /// The connection has something to send, or to close, at the end of this round.
  void schedule(std::shared_ptr<Connection>);
  /// A round has to end though no connection has anything to send.
  void schedule();

 private:
  void end_round();

  asio::io_context context_{1};
  Log log_;
  Commit commit_;
  LookUp look_up_;
  std::chrono::steady_clock::time_point looked_up_;
  std::vector<std::shared_ptr<Connection>> open_;
  std::vector<std::shared_ptr<Connection>> due_, sending_;
  bool is_scheduled_ = false, is_broken_ = false;
};

}  // namespace cartstorm::broker::net
