#include "broker-mock/net/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>

#include "broker-mock/net/wire_chaos.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::chrono::seconds handshake_patience{20};
constexpr std::chrono::seconds close_patience{5};
/// A slow wire is fed so often.
constexpr std::chrono::milliseconds slow_beat{20};
/// Reads of one readiness, so that one talker does not starve the rest.
constexpr int reads_at_once = 4;
/// Room for what one read gives; a connection that is idle keeps none.
constexpr std::size_t read_bytes = 64UL * 1024;
/// Of one read: no sign of a stream that goes on.
constexpr std::size_t little_bytes = 4096;
/// A send buffer that grew beyond this is given back once it is empty.
constexpr std::size_t kept_bytes = 4096;
/// Sent bytes at the front of a send buffer that are not worth moving the rest for.
constexpr std::size_t most_sent_bytes = 256UL * 1024;

std::string describe(const Socket& socket) {
  boost::system::error_code problem;
  const auto peer = socket.remote_endpoint(problem);
  if (problem) return "a peer that is gone";
  const std::string address = peer.address().to_string();
  return peer.address().is_v6() ? fmt::format("[{}]:{}", address, peer.port())
                                : fmt::format("{}:{}", address, peer.port());
}

}  // namespace

Connection::Connection(Loop& loop, Socket socket, SSL_CTX* tls, const WireChaos& chaos)
    : loop_{loop}, stream_{std::move(socket), tls}, chaos_{chaos} {
  where_ = describe(stream_.socket());
}

void Connection::start(std::unique_ptr<User> user) {
  user_ = std::move(user);
  loop_.hold(shared_from_this());
  if (stream_.is_tls()) {
    timer_ = std::make_unique<asio::steady_timer>(loop_.context(), handshake_patience);
    timer_->async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
      if (cancelled || self->is_open_ || self->is_silent_) return;
      self->finish("handshake: too slow", true);
    });
    // Not before all that is queued has been accepted.
    return wait_to_shake(Wait::wait_read);
  }
  shake_hands();
}

void Connection::shake_hands() {
  if (is_finished_ || is_silent_) return;
  loop_.schedule();
  const Stream::Step step = stream_.handshake();
  switch (step.result) {
    case Stream::Result::ok:
      is_open_ = true;
      timer_.reset();
      user_->opened(*this);
      read_some();
      return;
    case Stream::Result::wants_read:
      return wait_to_shake(Wait::wait_read);
    case Stream::Result::wants_write:
      return wait_to_shake(Wait::wait_write);
    case Stream::Result::ended:
    case Stream::Result::failed:
      return finish("handshake: " + stream_.problem(), false);
  }
}

void Connection::wait_to_shake(Wait wait) {
  stream_.socket().async_wait(wait, [self = shared_from_this()](boost::system::error_code gone) {
    if (!gone) self->shake_hands();
  });
}

void Connection::wait_to_read() {
  if (is_waiting_to_read_ || is_finished_ || !is_reading_allowed_) return;
  is_waiting_to_read_ = true;
  stream_.socket().async_wait(Wait::wait_read,
                              [self = shared_from_this()](boost::system::error_code gone) {
                                self->is_waiting_to_read_ = false;
                                if (!gone) self->read_some();
                              });
}

void Connection::read_some() {
  // One buffer for all: nobody keeps what was read.
  thread_local std::array<char, read_bytes> buffer;
  for (int i = 0; i < reads_at_once || stream_.has_buffered(); ++i) {
    if (is_finished_ || is_closing_ || is_silent_ || !is_reading_allowed_) return;
    if (chaos_.stops_reading) return come_again_later(slow_beat * 5);
    const Stream::Step step = stream_.read(buffer);
    if (step.result == Stream::Result::ok) {
      user_->received(*this, {buffer.data(), step.bytes});
      // Little came, so there is no more: the next wait says so for less than a read would.
      if (step.bytes < little_bytes && !stream_.has_buffered()) break;
      continue;
    }
    if (step.result == Stream::Result::ended) {
      // A client that has said all may still listen.
      constexpr std::string_view reason = "closed by the client";
      return is_idle() ? finish(reason, false) : close_after_sending(reason);
    }
    if (step.result == Stream::Result::failed) return finish(stream_.problem(), false);
    break;
  }
  wait_to_read();
}

void Connection::resume_reading() {
  if (is_reading_allowed_) return;
  is_reading_allowed_ = true;
  // What TLS has already is announced by no readiness.
  asio::post(loop_.context(), [self = shared_from_this()] {
    if (!self->is_waiting_to_read_) self->read_some();
  });
}

void Connection::send(std::string_view bytes) {
  if (is_finished_) return;
  if (slice_.content) {
    // Bytes behind a content: rare (a pipelined answer), so the content is copied.
    out_.append(*slice_.content, slice_.first, slice_.size);
    slice_ = {};
  }
  out_.append(bytes);
  request_flush();
}

void Connection::send(Slice slice) {
  if (is_finished_ || slice.size == 0) return;
  if (slice_.content) return send(std::string_view{*slice.content}.substr(slice.first, slice.size));
  slice_ = std::move(slice);
  request_flush();
}

void Connection::request_flush() {
  if (is_flush_requested_) return;
  is_flush_requested_ = true;
  loop_.schedule(shared_from_this());
}

void Connection::flush() {
  is_flush_requested_ = false;
  if (is_finished_ || is_silent_ || is_waiting_to_write_ || is_delayed_) return;
  if (chaos_.latency_ms > 0 && !is_due_ && !is_idle()) {
    return come_again_later(std::chrono::milliseconds{chaos_.latency_ms});
  }
  is_due_ = false;
  write_some();
}

std::size_t Connection::allowance() {
  if (chaos_.bytes_per_second == 0) return SIZE_MAX;
  const auto per_beat = chaos_.bytes_per_second * slow_beat.count() / 1000;
  return std::max<std::size_t>(per_beat, 1);
}

std::string_view Connection::next_to_write() const {
  return out_sent_ < out_.size()
             ? std::string_view{out_}.substr(out_sent_)
             : std::string_view{*slice_.content}.substr(slice_.first, slice_.size);
}

void Connection::have_written(std::size_t bytes) {
  if (is_closing_) wait_for_farewell();
  if (out_sent_ == out_.size()) {
    slice_.first += bytes;
    slice_.size -= bytes;
    return;
  }
  out_sent_ += bytes;
  // A reader that is always a little behind must not keep all that it ever got.
  if (out_sent_ < most_sent_bytes || out_sent_ < out_.size() / 2) return;
  out_.erase(0, out_sent_);
  out_sent_ = 0;
}

void Connection::write_some() {
  // TLS wants what it could not write again, and no less of it.
  std::size_t allowed = std::max(allowance(), blocked_bytes_);
  blocked_bytes_ = 0;
  while (!is_idle() && allowed > 0) {
    const std::string_view bytes = next_to_write().substr(0, allowed);
    const Stream::Step step = stream_.write(bytes);
    if (step.result == Stream::Result::failed || step.result == Stream::Result::ended) {
      return finish(stream_.problem(), false);
    }
    if (step.result != Stream::Result::ok) {
      blocked_bytes_ = bytes.size();
      user_->wrote(*this, unsent());
      return step.result == Stream::Result::wants_write ? wait_to_write()
                                                        : come_again_later(slow_beat);
    }
    allowed -= step.bytes;
    have_written(step.bytes);
  }
  if (!is_idle()) {
    user_->wrote(*this, unsent());
    return come_again_later(slow_beat);
  }
  slice_ = {};
  out_.clear();
  out_sent_ = 0;
  if (out_.capacity() > kept_bytes) out_.shrink_to_fit();
  if (is_closing_) return finish(close_reason_, is_reset_at_end_);
  user_->wrote(*this, 0);
}

/// Both go on at the end of a round: what was added meanwhile may rest on what is not yet durable.
void Connection::wait_to_write() {
  is_waiting_to_write_ = true;
  stream_.socket().async_wait(Wait::wait_write,
                              [self = shared_from_this()](boost::system::error_code gone) {
                                self->is_waiting_to_write_ = false;
                                self->is_due_ = true;
                                if (!gone && !self->is_finished_) self->request_flush();
                              });
}

void Connection::come_again_later(std::chrono::milliseconds pause) {
  if (is_delayed_) return;  // it reads and writes then
  is_delayed_ = true;
  beat_ = std::make_unique<asio::steady_timer>(loop_.context(), pause);
  beat_->async_wait([self = shared_from_this()](boost::system::error_code) {
    if (self->is_finished_ || !self->is_delayed_) return;
    self->is_delayed_ = false;
    self->is_due_ = true;
    self->request_flush();
    if (!self->is_waiting_to_read_) self->read_some();
  });
}

void Connection::wake() {
  if (chaos_.silences) {
    is_silent_ = true;
  } else if (is_silent_) {
    // The server that it spoke to is gone, and this one has never heard of the connection.
    return finish("was silent, which is over", true);
  }
  if (is_delayed_ && beat_) beat_->cancel();
}

void Connection::close_after_sending(std::string_view reason) {
  if (is_finished_ || is_closing_) return;
  is_closing_ = true;
  close_reason_ = reason;
  request_flush();
  wait_for_farewell();
}

void Connection::reset_after_sending(std::string_view reason) {
  is_reset_at_end_ = true;
  close_after_sending(reason);
}

/// A peer that takes nothing for so long is not waited for; one that is slow is.
void Connection::wait_for_farewell() {
  timer_ = std::make_unique<asio::steady_timer>(loop_.context(), close_patience);
  timer_->async_wait([self = shared_from_this()](boost::system::error_code cancelled) {
    if (!cancelled && !self->is_silent_) self->finish(self->close_reason_, true);
  });
}

void Connection::abort(std::string_view reason) { finish(reason, false); }

void Connection::reset(std::string_view reason) { finish(reason, true); }

void Connection::finish(std::string_view reason, bool with_reset) {
  if (is_finished_) return;
  is_finished_ = true;
  is_open_ = false;
  timer_.reset();
  beat_.reset();
  const std::string text{reason};  // it may be part of what is closed
  if (with_reset) {
    stream_.reset();
  } else {
    stream_.close();
  }
  // Whoever asked may be in the middle of a call of ours.
  asio::post(loop_.context(), [self = shared_from_this(), text] {
    if (self->user_) self->user_->closed(*self, text);
    self->user_.reset();
    self->loop_.release(*self);
  });
}

}  // namespace cartstorm::broker::net
