#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "broker-mock/net/loop.hpp"
#include "broker-mock/net/stream.hpp"

namespace cartstorm::broker::net {

struct WireChaos;

/// Part of a content that many may send at the same time.
struct Slice {
  std::shared_ptr<const std::string> content;
  std::size_t first = 0, size = 0;
};

/// One accepted connection from handshake to close. It reads when it may, hands bytes on, and sends
/// at the end of a round (Loop). It knows no protocol.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// What speaks a protocol over it. Calls come from the loop, never from inside a call of ours.
  class User {
   public:
    virtual ~User() = default;
    virtual void opened(Connection&) = 0;
    /// The bytes live during the call.
    virtual void received(Connection&, std::string_view bytes) = 0;
    /// Some of it is on its way; `unsent` bytes are not.
    virtual void wrote(Connection&, std::size_t unsent) = 0;
    /// The last call, also for a connection that was never opened.
    virtual void closed(Connection&, std::string_view reason) = 0;
  };

  Connection(Loop& loop, Socket socket, SSL_CTX* tls, const WireChaos& chaos);

  /// Shakes hands (that is nothing without TLS), then reads until it is closed.
  void start(std::unique_ptr<User> user);

  void send(std::string_view bytes);
  /// After all bytes sent so far, and before all that are sent later.
  void send(Slice slice);
  /// Closes when everything has been sent, or when the peer takes nothing more for a while.
  void close_after_sending(std::string_view reason);
  /// The same with a reset on the wire.
  void reset_after_sending(std::string_view reason);
  /// Closes now; what is unsent is lost.
  void abort(std::string_view reason);
  /// The same with a reset on the wire.
  void reset(std::string_view reason);
  void pause_reading() { is_reading_allowed_ = false; }
  void resume_reading();
  /// The settings of the chaos have changed: what it waits for may be over.
  void wake();

  std::size_t unsent() const { return out_.size() - out_sent_ + slice_.size; }
  const std::string& where() const { return where_; }
  std::string peer_name() const { return stream_.peer_name(); }
  bool is_tls() const { return stream_.is_tls(); }
  /// Which listeners' chaos it obeys.
  bool obeys(const WireChaos& chaos) const { return &chaos_ == &chaos; }

  /// Writes what there is; called by the loop.
  void flush();
  /// Where the loop keeps it.
  void set_place(std::size_t place) { place_ = place; }
  std::size_t place() const { return place_; }

 private:
  using Wait = Socket::wait_type;
  void shake_hands();
  void wait_to_shake(Wait);
  void wait_to_read();
  void read_some();
  void wait_to_write();
  void write_some();
  std::string_view next_to_write() const;
  void have_written(std::size_t bytes);
  /// What a chaos setting allows to be written now; 0: come again later.
  std::size_t allowance();
  void come_again_later(std::chrono::milliseconds);
  void request_flush();
  void wait_for_farewell();
  void finish(std::string_view reason, bool with_reset);
  bool is_idle() const { return unsent() == 0; }

  Loop& loop_;
  Stream stream_;
  const WireChaos& chaos_;
  std::unique_ptr<User> user_;
  std::string where_;
  std::string out_;
  std::size_t out_sent_ = 0;
  std::size_t blocked_bytes_ = 0;  ///< that the last write was given and could not take
  Slice slice_;
  std::size_t place_ = 0;
  std::string close_reason_;
  std::unique_ptr<asio::steady_timer> timer_;  ///< of handshakes, then of farewells; else none
  std::unique_ptr<asio::steady_timer> beat_;   ///< of slow wires only
  bool is_open_ = false, is_finished_ = false, is_closing_ = false;
  bool is_reading_allowed_ = true, is_waiting_to_read_ = false, is_waiting_to_write_ = false;
  bool is_flush_requested_ = false, is_delayed_ = false, is_due_ = false;
  bool is_reset_at_end_ = false, is_silent_ = false;
};

}  // namespace cartstorm::broker::net
