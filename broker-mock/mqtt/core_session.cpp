#include <algorithm>
#include <utility>

#include "broker-mock/mqtt/core.hpp"

namespace cartstorm::broker::mqtt {
namespace {

ServerTime later(ServerTime now, std::uint32_t seconds) {
  return seconds == for_ever_s ? never : now + std::int64_t{seconds} * 1000;
}

}  // namespace

/// Takes over, resumes or makes the session of that client (3.1.4).
Session& Broker::Core::open_session(const ConnectPacket& packet, std::string_view client_id,
                                    bool& is_present) {
  Session* session = session_of(client_id);
  if (session != nullptr && session->link != nullptr) {
    Link& old = *session->link;
    if (!old.is_doomed) ++counters_.take_overs;
    doom(old, {Cause::taken_over, Reason::session_taken_over, true},
         "the same client id connected again");
    release(old);
    session = session_of(client_id);
  }
  if (session != nullptr && packet.is_clean) {
    close_session(*session);
    session = nullptr;
  }
  is_present = session != nullptr;
  if (session == nullptr) session = &make_session(client_id);
  // A client that is back within its delay never was away (3.1.3.2.2).
  if (is_present) forget_will(*session);
  const std::uint32_t max_s = settings_.limits.max_session_expiry_s;
  const std::uint32_t asked_s = packet.level == 5 ? packet.properties.session_expiry_s.value_or(0)
                                : packet.is_clean ? 0
                                                  : for_ever_s;
  session->expiry_s = std::min(asked_s, max_s);
  session->ends = never;
  session_ends_.clear(session->index);
  if (is_present && !session->persists()) write_session(*session);
  return *session;
}

Session& Broker::Core::make_session(std::string_view client_id) {
  SessionIndex index = static_cast<SessionIndex>(sessions_.size());
  if (free_sessions_.empty()) {
    sessions_.emplace_back();
  } else {
    index = free_sessions_.back();
    free_sessions_.pop_back();
  }
  sessions_[index] = std::make_unique<Session>();
  Session& session = *sessions_[index];
  session.index = index;
  session.client_id = client_id;
  by_client_.emplace(session.client_id, &session);
  return session;
}

/// Its will is published, but not to itself; then the session and all records of it are gone.
void Broker::Core::close_session(Session& session) {
  session_ends_.clear(session.index);
  while (!session.filters.empty()) remove_filter(session, session.filters.back());
  publish_will(session);
  PendingQueue& pending = session.pending;
  for (std::size_t i = 0; i < pending.ring.size(); ++i) {
    if (pending.ring[i].state == Pending::State::done) continue;
    ++counters_.dropped_departed;
    finish(session, pending.ring[i], pending.first_number + i);
  }
  for (const std::uint16_t id : session.inbound) {
    if (session.is_stored) records_.erase_inbound(session.client_id, id);
  }
  if (session.is_stored) records_.erase_session(session.client_id);
  by_client_.erase(session.client_id);
  free_sessions_.push_back(session.index);
  sessions_[session.index].reset();
}

/// The link is gone: what was under way waits again, and clocks start.
void Broker::Core::detach(Session& session, const Parting& parting) {
  application_.disconnected(client_of(session), parting, now_);
  PendingQueue& pending = session.pending;
  for (std::size_t i = 0; i < pending.sent; ++i) {
    Pending& entry = pending.ring[i];
    if (entry.state == Pending::State::await_puback ||
        entry.state == Pending::State::await_pubrec) {
      entry.state = Pending::State::waiting;
    }
  }
  pending.sent_before = std::max(pending.sent_before, pending.sent);
  pending.sent = pending.under_way = 0;
  if (!parting.publishes_will) forget_will(session);
  start_offline_clocks(session);
}

/// A session without a link: its end and its will's time are set, or have come.
void Broker::Core::start_offline_clocks(Session& session) {
  if (!session.persists()) {
    return close_session(session);
  }
  session.ends = later(now_, session.expiry_s);
  session_ends_.set(session.index, session.ends);
  write_session(session);
  if (!session.will) return;
  if (session.will->delay_s == 0) return publish_will(session);
  // A session that ends sooner publishes it then.
  const ServerTime due = later(now_, session.will->delay_s);
  will_due_.set(session.index, due);
  write_will(session, due);
}

void Broker::Core::write_session(const Session& session) {
  SessionRecord record;
  record.identity = session.identity;
  record.protocol = session.protocol;
  record.expiry_s = session.expiry_s;
  if (session.link == nullptr) record.ends = session.ends;
  record.sent_before = static_cast<std::uint32_t>(session.pending.sent_before);
  records_.put(session.client_id, record);
  sessions_[session.index]->is_stored = true;
}

void Broker::Core::set_will(Session& session, const WillRequest& request) {
  const Publication message{request.topic, request.payload,     request.properties,
                            request.qos,   request.is_retained, never};
  session.will = std::make_unique<Will>(Will{keep(message), request.delay_s, request.expiry_s});
  write_will(session, std::nullopt);
}

void Broker::Core::write_will(const Session& session, std::optional<ServerTime> due) {
  const Will& will = *session.will;
  records_.put(session.client_id, WillRecord{session.identity, session.protocol, will.delay_s,
                                             will.expiry_s, due, will.message});
}

void Broker::Core::forget_will(Session& session) {
  if (!session.will) return;
  session.will.reset();
  will_due_.clear(session.index);
  records_.erase_will(session.client_id);
}

void Broker::Core::publish_will(Session& session) {
  if (!session.will) return;
  const Will will = std::move(*session.will);
  forget_will(session);
  Publication message = will.message->view();
  if (will.expiry_s) message.expires = later(now_, *will.expiry_s);
  const Routed routed = application_.publishing(client_of(session), message, now_);
  if (routed.to == Routed::To::closed || routed.to == Routed::To::refused) {
    // The link that it would end is gone already, so that nobody but the operator can be told.
    notify(Notice::Kind::message_dropped, nullptr, session.client_id, "its will: " + routed.text);
  }
  if (routed.to != Routed::To::subscribers) return;
  ++counters_.wills_published;
  if (message.is_retained) retain_or_count(message);
  route(message, &session, nullptr);
}

}  // namespace cartstorm::broker::mqtt
