#include "broker-mock/net/loop.hpp"

#include <boost/asio/post.hpp>

#include "broker-mock/net/connection.hpp"

namespace cartstorm::broker::net {

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
}

}  // namespace cartstorm::broker::net
