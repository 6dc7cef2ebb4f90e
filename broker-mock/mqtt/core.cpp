#include "broker-mock/mqtt/core.hpp"

#include <algorithm>
#include <utility>

namespace cartstorm::broker::mqtt {

Broker::Core::Core(const Settings& settings, Store& store, Wire& wire, Application& application)
    : settings_{settings},
      records_{store},
      wire_{wire},
      application_{application},
      tree_{settings.limits.hash_matches_parent} {}

Broker::Core::Call::Call(Core& core, ServerTime now) : core_{core} {
  core_.now_ = std::max(core_.now_, now);
  if (core_.depth_++ == 0) core_.run_due();
}

Broker::Core::Call::~Call() {
  if (core_.depth_ == 1) {
    core_.settle();
    core_.records_.seal();
  }
  --core_.depth_;
}

/// What the call left to do; releasing a link publishes its will, which may doom others.
void Broker::Core::settle() {
  while (!doomed_.empty() || !to_be_read_.empty()) {
    auto& list = doomed_.empty() ? to_be_read_ : doomed_;
    const Link::Stopped which = list.back();
    const bool is_doomed = &list == &doomed_;
    list.pop_back();
    Link* const link = link_of(LinkId{which.link});
    if (link == nullptr || link->serial != which.serial) continue;
    if (is_doomed) {
      release(*link);
    } else {
      link->is_to_be_read = false;
      take_bytes(*link, {});
    }
  }
}

ServerTime Broker::Core::deadline() const {
  return std::min(std::min(alive_.next(), stalled_.next()),
                  std::min(session_ends_.next(), will_due_.next()));
}

void Broker::Core::run_due() {
  while (deadline() <= now_ && deadline() != never) {
    if (const auto id = alive_.pop_due(now_)) {
      Link& link = *links_[*id];
      const ServerTime due = link.last_packet + link.keep_alive_ms;
      if (link.is_doomed) continue;
      if (link.session == nullptr) {
        doom(link, {Cause::client_error, Reason::success, true}, "no CONNECT in time");
      } else if (link.blocked_by > 0) {
        // It is we who do not listen.
        alive_.set(*id, now_ + link.keep_alive_ms);
      } else if (due > now_) {
        alive_.set(*id, due);
      } else {
        ++counters_.keep_alive_timeouts;
        doom(link, {Cause::keep_alive_timeout, Reason::keep_alive_timeout, true},
             "nothing received in one and a half keep alive intervals");
      }
    } else if (const auto reader = stalled_.pop_due(now_)) {
      ++counters_.readers_disconnected;
      const Session* const of = links_[*reader]->session;
      notify(Notice::Kind::reader_disconnected, links_[*reader].get(),
             of == nullptr ? std::string_view{} : of->client_id, "congested for too long");
      doom(*links_[*reader], {Cause::slow_reader, Reason::quota_exceeded, true},
           "does not read what it subscribed to");
    } else if (const auto session = will_due_.pop_due(now_)) {
      publish_will(*sessions_[*session]);
    } else if (const auto ended = session_ends_.pop_due(now_)) {
      ++counters_.sessions_expired;
      close_session(*sessions_[*ended]);
    }
    settle();
  }
}

void Broker::Core::advance(ServerTime now) { const Call call{*this, now}; }

Link* Broker::Core::link_of(LinkId id) const {
  const auto index = static_cast<std::size_t>(id);
  return index < links_.size() ? links_[index].get() : nullptr;
}

Session* Broker::Core::session_of(std::string_view client_id) const {
  const auto found = by_client_.find(client_id);
  return found == by_client_.end() ? nullptr : found->second;
}

Client Broker::Core::client_of(const Session& session) const {
  return {session.client_id, session.identity, session.protocol,
          session.link == nullptr ? LinkId{} : session.link->id};
}

void Broker::Core::notify(Notice::Kind kind, const Link* link, std::string_view client,
                          std::string_view text) {
  application_.noticed({kind, link == nullptr ? LinkId{} : link->id, client, text}, now_);
}

void Broker::Core::opened(LinkId id, Peer peer, ServerTime now) {
  const Call call{*this, now};
  const auto index = static_cast<std::uint32_t>(id);
  // The listener uses a number only when it is free.
  if (link_of(id) != nullptr) return;
  if (index >= links_.size()) links_.resize(std::size_t{index} + 1);
  links_[index] = std::make_unique<Link>();
  Link& link = *links_[index];
  link.id = id;
  link.serial = ++next_serial_;
  link.peer = std::move(peer);
  link.last_packet = now_;
  alive_.set(index, now_ + settings_.connect_within_ms);
  ++counters_.links;
}

void Broker::Core::received(LinkId id, std::string_view bytes, ServerTime now) {
  const Call call{*this, now};
  Link* const link = link_of(id);
  if (link == nullptr || link->is_doomed) return;
  counters_.received_bytes += bytes.size();
  take_bytes(*link, bytes);
}

void Broker::Core::drained(LinkId id, std::size_t unsent_bytes, ServerTime now) {
  const Call call{*this, now};
  Link* const link = link_of(id);
  if (link == nullptr || link->is_doomed) return;
  link->unsent_bytes = unsent_bytes;
  relieve_if_possible(*link);
  if (link->session != nullptr) walk_retained(*link->session);
}

void Broker::Core::closed(LinkId id, ServerTime now) {
  const Call call{*this, now};
  Link* const link = link_of(id);
  if (link == nullptr) return;
  link->is_closed_by_peer = true;
  doom(*link, {Cause::connection_lost, Reason::success, true}, "connection lost");
}

void Broker::Core::publish(const Publication& message, ServerTime now) {
  const Call call{*this, now};
  Publication limited = message;
  limited.qos = std::min(message.qos, settings_.limits.max_qos);
  if (limited.is_retained) retain_or_count(limited);
  route(limited, nullptr, nullptr);
}

bool Broker::Core::disconnect(std::string_view client_id, Reason reason, ServerTime now) {
  const Call call{*this, now};
  Session* const session = session_of(client_id);
  if (session == nullptr || session->link == nullptr || session->link->is_doomed) return false;
  doom(*session->link, {Cause::server, reason, true}, name_of(reason));
  return true;
}

void Broker::Core::clock_set(ServerTime now) {
  for (const auto& link : links_) {
    if (link) link->last_packet = std::max(now_, now);
  }
}

void Broker::Core::shut_down(ServerTime now) {
  now_ = std::max(now_, now);
  for (auto& link : links_) {
    if (!link) continue;
    if (link->session != nullptr && link->protocol == Protocol::v5 && !link->is_doomed) {
      scratch_.clear();
      put_disconnect(scratch_, Reason::server_shutting_down, {});
      send(*link, scratch_);
    }
    wire_.close(link->id, "the server shuts down");
    if (link->session != nullptr) link->session->link = nullptr;
    const auto index = static_cast<std::uint32_t>(link->id);
    alive_.clear(index);
    stalled_.clear(index);
    link.reset();
  }
  counters_.links = counters_.clients = 0;
}

Counters Broker::Core::counters() const {
  Counters all = counters_;
  all.sessions = by_client_.size();
  all.retained = retained_.size();
  return all;
}

Broker::Broker(const Settings& settings, Store& store, Wire& wire, Application& application)
    : core_{std::make_unique<Core>(settings, store, wire, application)} {}
Broker::~Broker() = default;
void Broker::restore(ServerTime now) { core_->restore(now); }
void Broker::opened(LinkId link, Peer peer, ServerTime now) {
  core_->opened(link, std::move(peer), now);
}
void Broker::received(LinkId link, std::string_view bytes, ServerTime now) {
  core_->received(link, bytes, now);
}
void Broker::drained(LinkId link, std::size_t unsent_bytes, ServerTime now) {
  core_->drained(link, unsent_bytes, now);
}
void Broker::closed(LinkId link, ServerTime now) { core_->closed(link, now); }
void Broker::publish(const Publication& message, ServerTime now) { core_->publish(message, now); }
bool Broker::deliver(std::string_view client_id, std::string_view topic, std::string_view payload,
                     ServerTime now) {
  return core_->deliver(client_id, topic, payload, now);
}
bool Broker::disconnect(std::string_view client_id, Reason reason, ServerTime now) {
  return core_->disconnect(client_id, reason, now);
}
void Broker::shut_down(ServerTime now) { core_->shut_down(now); }
void Broker::use_topic_aliases(bool wanted) { core_->use_topic_aliases(wanted); }
void Broker::clock_set(ServerTime now) { core_->clock_set(now); }
ServerTime Broker::deadline() const { return core_->deadline(); }
void Broker::advance(ServerTime now) { core_->advance(now); }
Counters Broker::counters() const { return core_->counters(); }

}  // namespace cartstorm::broker::mqtt
