#include "broker-mock/net/event_feed.hpp"

#include "broker-mock/base/hex.hpp"
#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/trace/words.hpp"
#include "reports/trace/kinds.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::size_t kept_events = 20'000;

void append_flag(std::string& out, std::string_view key, bool value) {
  append_key(out, key);
  out += value ? "true" : "false";
}

void append_count(std::string& out, std::string_view key, std::uint64_t value) {
  append_member(out, key, static_cast<std::int64_t>(value));
}

template <class Word>
void append_word(std::string& out, std::string_view key, Word fact_word) {
  append_member(out, key, report::name(trace::word(fact_word)));
}

}  // namespace

/// `Kind` is the record that the trace has for the same fact.
template <class Kind>
std::string EventFeed::begin() {
  std::string out = "{";
  append_count(out, "number", ++last_number_);
  append_member(out, "at_ms", now_.unix_ms);
  append_member(out, "kind", report::kind_names[report::kind_of<Kind>()]);
  return out;
}

void EventFeed::end(std::string json) {
  json += '}';
  events_.push_back({last_number_, std::move(json)});
  if (events_.size() > kept_events) events_.pop_front();
  if (listener_) listener_(events_.back());
}

void EventFeed::on(const fact::ExecutionChanged& fact) {
  std::string out = begin<report::JobRx>();
  append_member(out, "cart", name_of_(fact.thing));
  append_member(out, "job", fact.job);
  append_count(out, "execution", fact.execution);
  append_word(out, "status", fact.status);
  append_count(out, "version_no", fact.version_no);
  append_flag(out, "accepted", fact.accepted);
  append_member(out, "reason", fact.reason);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::MetricReceived& fact) {
  std::string out = begin<report::MetricRx>();
  append_member(out, "cart", name_of_(fact.thing));
  append_word(out, "name", fact.metric);
  append_member(out, "version", to_text(fact.version));
  append_member(out, "key", hex(fact.key));
  append_flag(out, "counted", fact.counted);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::ExposureMinute& fact) {
  std::string out = begin<report::Exposure>();
  append_member(out, "version", to_text(fact.version));
  append_member(out, "minute", fact.unix_minute);
  append_count(out, "device_ms", fact.device_ms);
  append_count(out, "errors", fact.errors);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::StageChanged& fact) {
  std::string out = begin<report::Stage>();
  append_member(out, "rollout", fact.rollout);
  append_count(out, "stage", fact.stage);
  append_member(out, "stage_name", fact.stage_name);
  append_word(out, "event", fact.event);
  append_member(out, "actor", fact.actor);
  append_member(out, "reason", fact.reason);
  append_count(out, "hold_id", fact.hold_id);
  append_count(out, "carts", fact.carts);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::TargetChanged& fact) {
  std::string out = begin<report::Target>();
  append_member(out, "rollout", fact.rollout);
  append_count(out, "stage", fact.stage);
  append_member(out, "cart", name_of_(fact.thing));
  append_word(out, "event", fact.event);
  append_member(out, "reason", fact.reason);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::HaltEvaluated& fact) {
  std::string out = begin<report::HaltEval>();
  append_member(out, "rollout", fact.rollout);
  append_count(out, "stage", fact.stage);
  append_member(out, "rule", fact.rule);
  append_count(out, "x", fact.x);
  append_count(out, "y", fact.y);
  append_count(out, "e_new", fact.e_new);
  append_count(out, "e_old", fact.e_old);
  append_word(out, "verdict", fact.verdict);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::OperatorActed& fact) {
  std::string out = begin<report::Operator>();
  append_member(out, "actor", fact.actor);
  append_member(out, "action", fact.action);
  append_count(out, "hold_id", fact.hold_id);
  append_member(out, "reason", fact.reason);
  end(std::move(out));
  next_.on(fact);
}

void EventFeed::on(const fact::AnchorChanged& fact) {
  std::string out = begin<report::Anchor>();
  append_member(out, "cart", name_of_(fact.thing));
  append_member(out, "ca_id", hex(fact.anchor));
  append_word(out, "event", fact.event);
  end(std::move(out));
  next_.on(fact);
}

}  // namespace cartstorm::broker::net
