#include <algorithm>

#include "broker-mock/mqtt/core.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {

void Broker::Core::restore(ServerTime now) {
  const Call call{*this, now};
  std::unordered_map<std::uint64_t, MessageRef> messages;
  restore_sessions();
  restore_filters();
  restore_messages(messages);
  restore_pending(messages);
  restore_inbound();
  restore_retained();
  // A kill between two units may have left a message that nobody waits for.
  for (const auto& [number, message] : messages) {
    if (message->stored_users == 0) records_.erase_message(number);
  }
  restore_wills();
  lose_all_links();
}

void Broker::Core::leave_out(std::string_view key) {
  notify(Notice::Kind::store_damaged, nullptr, {}, "a record of the store cannot be read");
  records_.erase_raw(key);
}

namespace {

struct Raw {
  std::string key, value;
};

/// A copy: what is damaged is erased while walking.
std::vector<Raw> all_of(const Records& records, std::string_view prefix) {
  std::vector<Raw> all;
  records.scan(prefix, [&all](std::string_view key, std::string_view value) {
    all.push_back({std::string{key}, std::string{value}});
  });
  return all;
}

}  // namespace

void Broker::Core::restore_sessions() {
  for (const Raw& raw : all_of(records_, "s")) {
    const std::string_view client = std::string_view{raw.key}.substr(1);
    auto record = mqtt::session_of(raw.value);
    if (!record || client.empty() || session_of(client) != nullptr) {
      leave_out(raw.key);
      continue;
    }
    Session& session = make_session(client);
    session.identity = std::move(record->identity);
    session.protocol = record->protocol;
    session.expiry_s = record->expiry_s;
    session.is_stored = true;
    // Without an end the link was open: what it had under way may have been sent.
    session.ends = record->ends.value_or(ServerTime{INT64_MIN});
    session.pending.sent_before = record->sent_before;
  }
}

void Broker::Core::restore_filters() {
  for (const Raw& raw : all_of(records_, "f")) {
    const auto key = parts_of(raw.key);
    const auto record = filter_of(raw.value);
    Session* const session = key ? session_of(key->client) : nullptr;
    if (session == nullptr || !record || !split_shared(key->rest).is_valid) {
      leave_out(raw.key);
      continue;
    }
    Subscription subscription;
    subscription.session = session->index;
    subscription.identifier = record->identifier;
    subscription.qos = std::min(record->qos, settings_.limits.max_qos);
    subscription.is_no_local = record->is_no_local;
    subscription.retains_as_published = record->retains_as_published;
    if (!add_filter(*session, key->rest, subscription)) leave_out(raw.key);
  }
}

void Broker::Core::restore_messages(std::unordered_map<std::uint64_t, MessageRef>& messages) {
  for (const Raw& raw : all_of(records_, "m")) {
    const auto number = number_of(std::string_view{raw.key}.substr(1));
    auto message = message_of(raw.value);
    if (!number || *number == 0 || !message) {
      leave_out(raw.key);
      continue;
    }
    message->stored_as = *number;
    next_message_ = std::max(next_message_, *number + 1);
    messages.emplace(*number, std::move(message));
  }
}

void Broker::Core::restore_pending(std::unordered_map<std::uint64_t, MessageRef>& messages) {
  for (const Raw& raw : all_of(records_, "q")) {
    const auto key = parts_of(raw.key);
    const auto record = pending_of(raw.value);
    Session* const session = key ? session_of(key->client) : nullptr;
    if (session == nullptr || !record || key->rest.size() != 8 ||
        !restore_pending(*session, number_of(key->rest).value_or(0), *record, messages)) {
      leave_out(raw.key);
    }
  }
}

bool Broker::Core::restore_pending(Session& session, std::uint64_t number,
                                   const PendingRecord& record,
                                   std::unordered_map<std::uint64_t, MessageRef>& messages) {
  PendingQueue& pending = session.pending;
  if (pending.ring.is_empty()) pending.first_number = number;
  const std::uint64_t next = pending.first_number + pending.ring.size();
  // Gaps are what was acknowledged before its elders, all of which were under way together.
  if (number < next || number - next > 65'535) return false;
  Pending entry;
  entry.qos = record.qos;
  entry.is_retained = record.is_retained;
  entry.is_stored = true;
  if (!record.identifiers.empty()) {
    entry.identifiers = std::make_unique<std::vector<std::uint32_t>>(record.identifiers);
  }
  if (record.message == 0) {
    entry.state = Pending::State::await_pubcomp;
  } else {
    const auto message = messages.find(record.message);
    if (message == messages.end() && !record.content) return false;
    entry.message = record.content ? record.content : message->second;
    if (!record.content) ++entry.message->stored_users;
    pending.kept_bytes += entry.message->size();
    ++counters_.queued_messages;
    counters_.queued_bytes += entry.message->size();
  }
  for (std::uint64_t gap = next; gap < number; ++gap) {
    Pending done;
    done.state = Pending::State::done;
    pending.ring.push_back(std::move(done));
  }
  pending.ring.push_back(std::move(entry));
  return true;
}

void Broker::Core::restore_inbound() {
  for (const Raw& raw : all_of(records_, "i")) {
    const auto key = parts_of(raw.key);
    const auto id = key ? number_of(key->rest) : std::nullopt;
    Session* const session = key ? session_of(key->client) : nullptr;
    if (session == nullptr || !id || *id == 0 || *id > 65'535) {
      leave_out(raw.key);
      continue;
    }
    session->inbound.push_back(static_cast<std::uint16_t>(*id));
  }
}

void Broker::Core::restore_retained() {
  for (const Raw& raw : all_of(records_, "r")) {
    auto message = message_of(raw.value);
    if (!message || message->topic() != std::string_view{raw.key}.substr(1)) {
      leave_out(raw.key);
      continue;
    }
    counters_.retained_bytes += message->size();
    retained_.emplace(message->topic(), std::move(message));
  }
}

void Broker::Core::restore_wills() {
  for (const Raw& raw : all_of(records_, "w")) {
    const std::string_view client = std::string_view{raw.key}.substr(1);
    auto record = will_of(raw.value);
    if (!record || client.empty()) {
      leave_out(raw.key);
      continue;
    }
    Session* session = session_of(client);
    if (session == nullptr) {
      // It ended with its link; only its will is left to be published.
      session = &make_session(client);
      session->identity = std::move(record->identity);
      session->protocol = record->protocol;
      session->ends = ServerTime{INT64_MIN};
    }
    session->will =
        std::make_unique<Will>(Will{record->message, record->delay_s, record->expiry_s});
    if (record->due) will_due_.set(session->index, *record->due);
  }
}

/// Every link that was open is lost now.
void Broker::Core::lose_all_links() {
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    if (!sessions_[i]) continue;
    Session& session = *sessions_[i];
    const bool was_open = session.ends == ServerTime{INT64_MIN};
    if (!was_open) {
      session.pending.sent_before =
          std::min(session.pending.sent_before, session.pending.ring.size());
      session_ends_.set(session.index, session.ends);
      continue;
    }
    session.ends = never;
    PendingQueue& pending = session.pending;
    pending.sent_before = std::min(pending.ring.size(), std::size_t{settings_.limits.send_maximum});
    start_offline_clocks(session);
  }
  run_due();
}

}  // namespace cartstorm::broker::mqtt
