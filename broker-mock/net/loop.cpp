#include "broker-mock/net/loop.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "broker-mock/net/connection.hpp"

namespace cartstorm::broker::net {
namespace {

/// A fleet that comes back fills a listen queue of 4,096 within some 50 ms.
constexpr std::chrono::milliseconds look_up_every{2};

std::string printable(std::string_view text) {
  std::string out{text};
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

}  // namespace

void Loop::say(std::string_view where, std::string_view what) const {
  log_(printable(where), printable(what));
}

void Loop::hold(std::shared_ptr<Connection> connection) {
  connection->set_place(open_.size());
  open_.push_back(std::move(connection));
}

void Loop::release(Connection& connection) {
  const std::size_t place = connection.place();
  if (place >= open_.size() || open_[place].get() != &connection) return;
  std::swap(open_[place], open_.back());
  open_[place]->set_place(place);
  open_.pop_back();
}

void Loop::wake_all() {
  for (const auto& connection : open_) connection->wake();
}

void Loop::reset_all(const WireChaos& of, std::string_view reason) {
  for (const auto& connection : open_) {
    if (connection->obeys(of)) connection->reset(reason);
  }
}

void Loop::schedule(std::shared_ptr<Connection> connection) {
  due_.push_back(std::move(connection));
  schedule();
}

void Loop::schedule() {
  if (is_scheduled_) return;
  is_scheduled_ = true;
  // Behind all handlers that are ready now: they share the commit.
  asio::post(context_, [this] { end_round(); });
}

void Loop::end_round() {
  is_scheduled_ = false;
  if (!is_broken_ && commit_ && !commit_()) is_broken_ = true;
  sending_.swap(due_);
  for (const auto& connection : sending_) {
    if (is_broken_) {
      connection->abort("what it was promised could not be written down");
    } else {
      connection->flush();
    }
  }
  sending_.clear();
  const auto now = std::chrono::steady_clock::now();
  if (!look_up_ || now - looked_up_ < look_up_every) return;
  looked_up_ = now;
  look_up_();
}

}  // namespace cartstorm::broker::net
