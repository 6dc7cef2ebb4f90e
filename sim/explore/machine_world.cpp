#include <algorithm>
#include <charconv>

#include "sim/explore/machine.hpp"

/// What the application asks of the world, and what the cloud says to it.
namespace cartstorm::sim::explore {
namespace {

std::string_view text_of(ota::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Text of a member, without quotes; empty if it is not there.
std::string_view text_behind(std::string_view json, std::string_view key) {
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) {
    return {};
  }
  std::size_t from = at + key.size();
  const bool is_text = from < json.size() && json[from] == '"';
  from += is_text ? 1 : 0;
  return json.substr(from, json.find_first_of(is_text ? "\"" : ",}", from) - from);
}

template <std::size_t size>
void keep(std::array<char, size>& out, std::string_view text) {
  out.fill('\0');
  std::copy_n(text.begin(), std::min(size - 1, text.size()), out.begin());
}

/// Few different values, so that what differs only in how often somebody drew is one state; and
/// more of them than requests that can be under way.
constexpr std::uint64_t drawn[] = {0x3c6ef372fe94f82b, 0xbb67ae8584caa73b, 0xa54ff53a5f1d36f1,
                                   0x510e527fade682d1};

}  // namespace

std::uint64_t Machine::next() {
  const std::uint8_t number = running_.draws;
  running_.draws = static_cast<std::uint8_t>((number + 1) % std::size(drawn));
  return drawn[number];
}

void Machine::obey(const ota::Command& command) {
  using What = Due::What;
  if (const auto* message = std::get_if<ota::command::Publish>(&command)) {
    publish(message->topic, text_of(message->payload));
  } else if (const auto* get_command = std::get_if<ota::command::HttpGet>(&command)) {
    get(*get_command);
  } else if (const auto* next_command = std::get_if<ota::command::HttpNext>(&command)) {
    running_.http.asked = next_command->max_bytes;
    push(What::http_piece, running_.http.number);
  } else if (std::holds_alternative<ota::command::HttpStop>(command)) {
    running_.http.is_open = false;
  } else if (std::holds_alternative<ota::command::RunSelfTest>(command)) {
    // So that of a test and a check-in each comes first in some story.
    running_.is_testing = lab_.story.fate == Fate::fails_self_test;
    if (!running_.is_testing) {
      push(What::self_test_done);
    }
  } else if (std::holds_alternative<ota::command::Continue>(command)) {
    push(What::next_step);
  } else {
    survivor_.promises.on(
        seen::RebootAsked{running_.agent.state() == ota::State::armed, running_.has_power},
        lab_.premises);
    running_.due.clear();
    push(What::reboot);
  }
}

void Machine::publish(std::string_view topic, std::string_view payload) {
  if (!running_.is_linked) {
    return;
  }
  if (!is_rehearsing_) {
    listener_.on_uplink(topic, payload);
  }
  survivor_.promises.on(seen::Uplink{topic, payload}, lab_.premises);
  note_request(topic, payload);
  take(lab_.cloud.uplink(survivor_.cloud, topic, payload));
}

void Machine::note_request(std::string_view topic, std::string_view payload) {
  const std::string_view token = text_behind(payload, "\"clientToken\":");
  if (token.empty()) {
    return;
  }
  OpenRequest& request = running_.request;
  request = {};
  request.is_open = true;
  keep(request.token, token);
  const std::size_t from = topic.find("/jobs/") + 6;
  keep(request.job, topic.substr(from, topic.find('/', from) - from));
  request.is_update = topic.ends_with("/update");
  const std::string_view status = text_behind(payload, "\"status\":");
  request.is_final = !status.empty() && status != "IN_PROGRESS";
  const std::string_view number = text_behind(payload, "\"executionNumber\":");
  std::from_chars(number.data(), number.data() + number.size(), request.execution);
}

void Machine::take(const CloudGraph::Answer& answer) {
  const std::size_t known = lab_.cloud.view(survivor_.cloud).executions.size();
  survivor_.cloud = answer.next;
  const auto& executions = lab_.cloud.view(survivor_.cloud).executions;
  for (std::size_t i = known; i < executions.size(); ++i) {
    issue(executions[i]);
  }
  for (const MessageId id : answer.messages) {
    push(Due::What::message, id);
  }
}

void Machine::get(const ota::command::HttpGet& command) {
  wear({WearEvent::Kind::excuse});
  HttpExchange& http = running_.http;
  ++http.number;
  http.is_open = true;
  http.answer = lab_.cloud.http(command.url, command.first, command.if_match);
  http.given = 0;
  http.asked = 0;
  push(Due::What::http_head, http.number);
}

/// Only an answer that carries the token of the open request is one.
Went Machine::receive(MessageId id) {
  const CloudMessage& message = lab_.cloud.message(id);
  using Kind = CloudMessage::Kind;
  if (!is_rehearsing_) {
    listener_.on_message(message);
  }
  OpenRequest& request = running_.request;
  const bool is_answer =
      request.is_open && message.token == request.token.data() && !message.token.empty();
  if (message.kind == Kind::rollback_acked) {
    survivor_.promises.on(seen::RollbackAcked{{message.occurrence}}, lab_.premises);
  } else if (message.kind == Kind::described && message.code.empty()) {
    running_.last_described = message.job.empty() ? running_.last_described : id + 1;
    if (is_answer && !request.is_update) {
      request.is_open = false;
      survivor_.promises.on(seen::Described{!message.job.empty(), message.job, message.execution},
                            lab_.premises);
    }
  } else if (message.kind == Kind::update_answered && is_answer && request.is_update) {
    request.is_open = false;
    const seen::Answer answer = message.code.empty()                ? seen::Answer::accepted
                                : message.code == "VersionMismatch" ? seen::Answer::conflict
                                                                    : seen::Answer::refused;
    survivor_.promises.on(seen::UpdateAnswered{request.job.data(),
                                               request.execution,
                                               request.is_final,
                                               answer,
                                               message.version_number,
                                               {message.timestamp_s}},
                          lab_.premises);
  }
  return deliver(ota::event::Received{message.topic, std::as_bytes(std::span{message.payload})});
}

void Machine::drop_what_needs_a_link() {
  DueQueue kept;
  while (!running_.due.is_empty()) {
    const Due due = running_.due.pop();
    const bool is_local = due.what == Due::What::next_step ||
                          due.what == Due::What::self_test_done || due.what == Due::What::reboot;
    if (is_local) {
      kept.push(due);
    }
  }
  running_.due = kept;
}

std::uint64_t Machine::anchor_named(const std::string& name) const {
  return lab_.images.authorities().at(name).anchor.id.value;
}

/// What happens once in this story. What was taken away comes back at the next rest.
void Machine::incident() {
  const Happening what = lab_.story.incident.what;
  survivor_.has_happened = true;
  if (!is_rehearsing_) {
    listener_.on_incident(what);
  }
  switch (what) {
    case Happening::nothing:
      break;
    case Happening::cancel:
    case Happening::cancel_before_answer:
      take(lab_.cloud.cancel(survivor_.cloud));
      break;
    case Happening::opt_out:
    case Happening::opt_out_before_answer:
      survivor_.is_opted_in = false;
      push(Due::What::consent);
      break;
    case Happening::redeliver:
      if (running_.last_described != 0) {
        push(Due::What::message, lab_.cloud.as_notification(running_.last_described - 1));
      }
      break;
    case Happening::install_ca:
    case Happening::rotate_ca:
      take(lab_.cloud.install_anchor(survivor_.cloud, anchor_named("ca-next")));
      if (what == Happening::install_ca) {
        break;
      }
      [[fallthrough]];
    case Happening::remove_ca:
      take(lab_.cloud.remove_anchor(survivor_.cloud,
                                    anchor_named(lab_.images.old_image().spec->signed_by)));
      break;
    case Happening::low_supply:
      running_.has_power = false;
      break;
    case Happening::lose_link:
    case Happening::lose_link_until_rollback:
      drop_what_needs_a_link();
      running_.is_linked = false;
      running_.http.is_open = false;
      push(Due::What::link_down);
      break;
  }
}

}  // namespace cartstorm::sim::explore
