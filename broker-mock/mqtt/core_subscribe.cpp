#include <algorithm>

#include "broker-mock/mqtt/core.hpp"
#include "broker-mock/mqtt/topic.hpp"

namespace cartstorm::broker::mqtt {
namespace {

auto find_of(std::vector<Subscription>& all, SessionIndex session) {
  return std::find_if(all.begin(), all.end(),
                      [session](const Subscription& each) { return each.session == session; });
}

/// The order of a group's members is its turn; the order of the others means nothing.
void take_out(std::vector<Subscription>& all, SessionIndex session) {
  const auto mine = find_of(all, session);
  if (mine == all.end()) return;
  *mine = all.back();
  all.pop_back();
}

std::string text_of(const Session::Own& own) {
  if (own.group == nullptr) return own.entry->filter;
  return "$share/" + own.group->name + "/" + own.entry->filter;
}

/// Three codes and a failure are all that 3.1.1 has (3.9.3).
Reason as_told(Reason reason, Protocol protocol) {
  return protocol == Protocol::v3_1_1 && is_failure(reason) ? Reason::unspecified_error : reason;
}

/// What every topic that the filter matches begins with.
std::string_view literal_part(std::string_view filter) {
  const std::string_view literal = filter.substr(0, filter.find_first_of("+#"));
  // `a/#` matches `a` as well.
  return literal.size() < filter.size() && literal.ends_with('/')
             ? literal.substr(0, literal.size() - 1)
             : literal;
}

}  // namespace

void Broker::Core::on_subscribe(Session& session, Link& link, const Frame& frame) {
  SubscribePacket packet;
  Fault fault = decode(frame, link.protocol, packet);
  const Limits& limits = settings_.limits;
  if (!fault && packet.items.size() > limits.filters_per_subscribe) {
    fault = {Reason::quota_exceeded, "too many topic filters in one SUBSCRIBE"};
  }
  const bool has_qos_2 = std::any_of(packet.items.begin(), packet.items.end(),
                                     [](const SubscribeItem& item) { return item.qos == 2; });
  if (!fault && has_qos_2 && limits.max_qos < 2 && limits.ignores_qos_2 &&
      link.protocol == Protocol::v3_1_1) {
    return;
  }
  for (const SubscribeItem& item : packet.items) {
    if (!fault && !is_within(limits, split_shared(item.filter).filter)) {
      fault = {Reason::topic_filter_invalid, "topic filter is too long or too deep"};
    }
  }
  if (fault) return violate(link, fault);
  std::string codes;
  for (const SubscribeItem& item : packet.items) {
    const Reason reason = subscribe(session, link, item, packet.identifier);
    codes.push_back(static_cast<char>(as_told(reason, link.protocol)));
  }
  scratch_.clear();
  put_subscription_ack(scratch_, PacketType::suback, link.protocol, packet.id, codes);
  send(link, scratch_);
  for (std::size_t i = 0; i < packet.items.size(); ++i) {
    if (is_failure(static_cast<Reason>(codes[i]))) continue;
    application_.subscribed(client_of(session), packet.items[i].filter, now_);
  }
  walk_retained(session);
}

Reason Broker::Core::subscribe(Session& session, Link& link, const SubscribeItem& item,
                               std::uint32_t identifier) {
  const SharedFilter split = split_shared(item.filter);
  const Reason verdict = application_.subscribing(client_of(session), split.filter, item.qos, now_);
  if (is_failure(verdict)) return verdict;
  Subscription subscription;
  subscription.session = session.index;
  subscription.identifier = identifier;
  subscription.qos = std::min(item.qos, settings_.limits.max_qos);
  subscription.is_no_local = item.is_no_local;
  subscription.retains_as_published = item.retains_as_published;
  const std::size_t before = session.filters.size();
  if (!add_filter(session, item.filter, subscription)) return Reason::quota_exceeded;
  const bool is_new = session.filters.size() > before;
  if (session.persists()) {
    records_.put(
        session.client_id, item.filter,
        FilterRecord{subscription.qos, item.is_no_local, item.retains_as_published, identifier});
  }
  // 3.8.3.1: 0 always, 1 only if it is new, 2 never; shared ones never (4.8.2).
  const bool wants_retained = item.retain_handling == 0 || (item.retain_handling == 1 && is_new);
  const bool may_have = settings_.limits.sends_retained_to_wildcards || !has_wildcard(split.filter);
  if (wants_retained && may_have && split.name.empty()) {
    link.retained_walks.push_back({std::string{split.filter}, {}, identifier, subscription.qos});
  }
  return static_cast<Reason>(subscription.qos);
}

/// By the entry's address: a session may have thousands of filters.
std::vector<Session::Own>::iterator Broker::Core::find_own(Session& session,
                                                           const SharedFilter& split) {
  const FilterEntry* const entry = tree_.find(split.filter);
  if (entry == nullptr) return session.filters.end();
  return std::find_if(session.filters.begin(), session.filters.end(), [&](const Session::Own& own) {
    return own.entry == entry &&
           (own.group == nullptr ? split.name.empty() : own.group->name == split.name);
  });
}

/// Adds or replaces; false if the session has too many.
bool Broker::Core::add_filter(Session& session, std::string_view filter,
                              Subscription subscription) {
  const SharedFilter split = split_shared(filter);
  const auto existing = find_own(session, split);
  if (existing != session.filters.end()) {
    auto& all = existing->group == nullptr ? existing->entry->plain : existing->group->members;
    *find_of(all, session.index) = subscription;
    return true;
  }
  if (session.filters.size() >= settings_.limits.subscriptions_per_session) return false;
  FilterEntry& entry = tree_.at(split.filter);
  ShareGroup* group = nullptr;
  if (!split.name.empty()) {
    for (const auto& each : entry.groups) {
      if (each->name == split.name) group = each.get();
    }
    if (group == nullptr) {
      entry.groups.push_back(std::make_unique<ShareGroup>());
      group = entry.groups.back().get();
      group->name = split.name;
    }
  }
  (group == nullptr ? entry.plain : group->members).push_back(subscription);
  session.filters.push_back({&entry, group});
  ++counters_.subscriptions;
  return true;
}

void Broker::Core::on_unsubscribe(Session& session, Link& link, const Frame& frame) {
  UnsubscribePacket packet;
  if (const Fault fault = decode(frame, link.protocol, packet)) return violate(link, fault);
  std::string codes;
  for (const std::string_view filter : packet.filters) {
    const bool existed = unsubscribe(session, filter);
    const Reason reason = existed ? Reason::success : Reason::no_subscription_existed;
    codes.push_back(static_cast<char>(reason));
  }
  scratch_.clear();
  put_subscription_ack(scratch_, PacketType::unsuback, link.protocol, packet.id, codes);
  send(link, scratch_);
  for (std::size_t i = 0; i < packet.filters.size(); ++i) {
    if (codes[i] == 0) application_.unsubscribed(client_of(session), packet.filters[i], now_);
  }
}

bool Broker::Core::unsubscribe(Session& session, std::string_view filter) {
  const auto found = find_own(session, split_shared(filter));
  if (found == session.filters.end()) return false;
  if (session.link != nullptr) {
    auto& walks = session.link->retained_walks;
    std::erase_if(walks, [filter](const RetainedWalk& walk) { return walk.filter == filter; });
  }
  remove_filter(session, *found);
  return true;
}

void Broker::Core::remove_filter(Session& session, const Session::Own& own) {
  const Session::Own gone = own;
  if (session.is_stored) records_.erase_filter(session.client_id, text_of(gone));
  std::erase_if(session.filters, [&gone](const Session::Own& each) {
    return each.entry == gone.entry && each.group == gone.group;
  });
  --counters_.subscriptions;
  FilterEntry& entry = *gone.entry;
  take_out(gone.group == nullptr ? entry.plain : gone.group->members, session.index);
  std::erase_if(entry.groups, [](const auto& group) { return group->members.empty(); });
  tree_.prune(entry);
}

/// Keeps, replaces or forgets the retained message of a topic (3.3.1.3). False if there are too
/// many, or too large ones.
bool Broker::Core::retain(const Publication& message) {
  const auto found = retained_.find(message.topic);
  const bool is_known = found != retained_.end();
  if (message.payload.empty()) {
    if (is_known) forget_retained(found);
    return true;
  }
  MessageRef kept = keep(message);
  const std::size_t others = counters_.retained_bytes - (is_known ? found->second->size() : 0);
  if (!is_known && retained_.size() >= settings_.max_retained) return false;
  if (others + kept->size() > settings_.max_retained_bytes) return false;
  counters_.retained_bytes = others + kept->size();
  if (is_known) {
    found->second = std::move(kept);
  } else {
    retained_.emplace(std::string{message.topic}, std::move(kept));
  }
  records_.put_retained(message);
  return true;
}

void Broker::Core::forget_retained(RetainedMap::iterator which) {
  records_.erase_retained(which->first);
  counters_.retained_bytes -= which->second->size();
  retained_.erase(which);
}

/// For messages that nobody could be told of.
void Broker::Core::retain_or_count(const Publication& message) {
  if (retain(message)) return;
  ++counters_.dropped_queue_full;
  notify(Notice::Kind::message_dropped, nullptr, {}, "too many retained messages");
}

/// Sends retained messages to new subscriptions for as long as the client keeps up.
void Broker::Core::walk_retained(Session& session) {
  while (session.link != nullptr && !session.link->is_doomed &&
         !session.link->retained_walks.empty()) {
    // Taken out while it is used: a message sent may end the link.
    RetainedWalk walk = std::move(session.link->retained_walks.front());
    session.link->retained_walks.erase(session.link->retained_walks.begin());
    if (walk_on(session, walk)) continue;
    auto& walks = session.link->retained_walks;
    walks.insert(walks.begin(), std::move(walk));
    return;
  }
}

/// True when the walk is over.
bool Broker::Core::walk_on(Session& session, RetainedWalk& walk) {
  const bool matches_parent = settings_.limits.hash_matches_parent;
  if (!has_wildcard(walk.filter)) {
    const auto found = retained_.find(walk.filter);
    if (found == retained_.end()) return true;
    const MessageRef message = found->second;
    send_retained(session, walk, message);
    return true;
  }
  const std::string_view literal = literal_part(walk.filter);
  auto at = walk.after.empty() ? retained_.lower_bound(literal) : retained_.upper_bound(walk.after);
  while (at != retained_.end() && at->first.starts_with(literal)) {
    const Link& link = *session.link;
    if (link.is_doomed) return true;
    if (link.unsent_bytes > settings_.high_mark_bytes / 2 || session.pending.waiting() > 0) {
      return false;
    }
    walk.after = at->first;
    if (!matches(walk.filter, at->first, matches_parent)) {
      ++at;
      continue;
    }
    const MessageRef message = at->second;
    ++at;
    send_retained(session, walk, message);
  }
  return true;
}

void Broker::Core::send_retained(Session& session, const RetainedWalk& walk,
                                 const MessageRef& message) {
  if (message->expires <= now_) {
    ++counters_.expired;
    return forget_retained(retained_.find(message->topic()));
  }
  begin_fan_out(1);
  chain_.assign(1, {0, 0});
  Copy copy{session.index, std::min(walk.qos, message->qos), true, 0};
  if (walk.identifier != 0) {
    chain_.push_back({walk.identifier, 0});
    copy.identifiers = 1;
  }
  // Its own record is that of a retained message; a session keeps one of its own.
  MessageRef kept;
  hand_over(session, message->view(), kept, copy);
}

}  // namespace cartstorm::broker::mqtt
