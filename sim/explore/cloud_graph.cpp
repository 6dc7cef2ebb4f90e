#include "sim/explore/cloud_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace cartstorm::sim::explore {
namespace {

constexpr broker::ThingId the_thing{0};

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span{text});
}

/// Where the value of a member begins and ends in a message of ours, quotes left out.
struct Span {
  std::size_t from = std::string::npos, size = 0;
};
Span member(std::string_view json, std::string_view key, std::size_t after = 0) {
  const std::size_t at = json.find(key, after);
  if (at == std::string_view::npos) {
    return {};
  }
  std::size_t from = at + key.size();
  const bool is_text = from < json.size() && json[from] == '"';
  from += is_text ? 1 : 0;
  return {from, json.find_first_of(is_text ? "\"" : ",}", from) - from};
}

std::string text_of(std::string_view json, std::string_view key) {
  const Span span = member(json, key);
  return span.from == std::string_view::npos ? std::string{}
                                             : std::string{json.substr(span.from, span.size)};
}

template <typename Number>
Number number_of(std::string_view json, std::string_view key, int base = 10) {
  const std::string text = text_of(json, key);
  Number value{};
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

/// Writes over every value of a member, so that messages that differ in nothing else are equal.
void blank(std::string& json, std::string_view key) {
  for (Span span = member(json, key); span.from != std::string::npos;
       span = member(json, key, span.from)) {
    json.replace(span.from, span.size, 1, '#');
  }
}

CloudMessage read_message(std::string topic, std::string payload) {
  using Kind = CloudMessage::Kind;
  CloudMessage out;
  const bool is_job = topic.starts_with("$aws/");
  const bool is_reply = topic.ends_with("/accepted") || topic.ends_with("/rejected");
  if (is_job && is_reply) {
    out.kind =
        topic.find("/update/") != std::string::npos ? Kind::update_answered : Kind::described;
    out.code = text_of(payload, "\"code\":");
  } else if (topic.ends_with("/rollback/ack")) {
    out.kind = Kind::rollback_acked;
    out.occurrence = number_of<std::uint64_t>(payload, "\"occurrence\":", 16);
  } else if (topic.ends_with("/ca/install")) {
    out.kind = Kind::ca_install;
  }
  out.token = text_of(payload, "\"clientToken\":");
  out.job = text_of(payload, "\"jobId\":");
  out.execution = number_of<std::uint32_t>(payload, "\"executionNumber\":");
  out.version_number = number_of<std::uint32_t>(payload, "\"versionNumber\":");
  out.timestamp_s = number_of<std::int64_t>(payload, "\"timestamp\":");
  std::string rest = payload;
  blank(rest, "\"versionNumber\":");
  blank(rest, "\"occurrence\":");
  KeyWriter writer;
  writer.bytes(bytes_of(topic));
  writer.bytes(bytes_of(rest));
  out.rest = writer.finish();
  out.topic = std::move(topic);
  out.payload = std::move(payload);
  return out;
}

/// All of it but the occurrences, of which what matters counts from elsewhere. The number of one
/// execution is left out on demand, because the cart's copy counts from it; a copy says nothing of
/// the numbers of two.
void write(KeyWriter& out, const CloudView& view, bool with_versions) {
  with_versions |= view.executions.size() > 1;
  for (const auto& execution : view.executions) {
    out.bytes(bytes_of(execution.job));
    out.number(std::uint64_t{execution.number} << 8 | static_cast<std::uint8_t>(execution.status));
    out.number(with_versions ? execution.version_number : 0);
  }
  for (const std::uint64_t anchor : view.anchors) {
    out.number(anchor);
  }
  for (const auto* wishes : {&view.wanted, &view.unwanted}) {
    out.number(wishes->size());
    for (const std::uint64_t anchor : *wishes) {
      out.number(anchor);
    }
  }
  out.number(view.heartbeats);
  out.number(view.announced_version);
  out.bytes(bytes_of(view.consent));
  out.number(view.is_linked ? 1 : 0);
  out.number(view.occurrences.size());
}

Key whole_key(const CloudView& view) {
  KeyWriter writer;
  write(writer, view, true);
  for (const std::uint64_t occurrence : view.occurrences) {
    writer.number(occurrence);
  }
  return writer.finish();
}

/// Without the version number of an only execution: the cart's own copy of it counts from it.
Key lasting_key(const CloudView& view) {
  KeyWriter writer;
  write(writer, view, false);
  return writer.finish();
}

}  // namespace

bool CloudView::is_pending() const {
  return std::ranges::any_of(executions, [](const Execution& execution) {
    return execution.status == broker::JobStatus::queued ||
           execution.status == broker::JobStatus::in_progress;
  });
}

bool CloudView::has_succeeded() const {
  return !executions.empty() && newest()->status == broker::JobStatus::succeeded;
}

bool CloudView::has_open_wish() const {
  const auto has = [&](std::uint64_t anchor) {
    return std::ranges::binary_search(anchors, anchor);
  };
  return !std::ranges::all_of(wanted, has) || std::ranges::any_of(unwanted, has);
}

CloudGraph::CloudGraph(const ImageSet& images, std::string thing, std::int64_t now_unix_s,
                       std::uint32_t retries)
    : images_(images), thing_(std::move(thing)), now_unix_s_(now_unix_s), retries_(retries) {
  start();
  node_by_key_.emplace(whole_key(live_view_), 0);
  nodes_.push_back({live_view_, lasting_key(live_view_), 0, {}});
}

void CloudGraph::run(const Said& said) {
  const std::size_t counted = live_view_.occurrences.size();
  switch (said.input) {
    case Input::connect:
      if (live_view_.is_linked) {
        live_->disconnected(the_thing, now());  // The same client id takes over.
      }
      live_view_.is_linked = true;
      live_view_.heartbeats = 0;  // Everything open is sent anew.
      live_->connected(the_thing, now());
      break;
    case Input::uplink:
      if (said.topic.ends_with("/consent")) {
        live_view_.consent = said.payload;
      }
      live_->received(the_thing, said.topic, said.payload, now());
      break;
    case Input::cancel:
      static_cast<void>(
          live_->cancel_job(live_view_.executions.empty() ? "" : live_view_.executions.back().job,
                            true, "explorer", "the story says so", now()));
      break;
    case Input::install_anchor:
      live_view_.wanted.push_back(said.anchor);
      static_cast<void>(
          live_->install_anchor(said.anchor, {the_thing}, "explorer", "the story says so", now()));
      break;
    case Input::remove_anchor:
      live_view_.unwanted.push_back(said.anchor);
      static_cast<void>(
          live_->remove_anchor(said.anchor, {the_thing}, "explorer", "the story says so", now()));
      break;
  }
  if (live_view_.occurrences.size() != counted) {
    order_again();
  }
}

void CloudGraph::go_to(Node node) {
  if (live_at_ == node) {
    return;
  }
  std::vector<const Said*> way;
  for (Node at = node; at != root(); at = nodes_[at].before) {
    way.push_back(&nodes_[at].by);
  }
  start();
  for (auto said = way.rbegin(); said != way.rend(); ++said) {
    run(**said);
    live_->take_deliveries();
  }
  live_at_ = node;
}

CloudGraph::Node CloudGraph::node_of_live(Node before, const Said& said) {
  const auto [place, is_new] =
      node_by_key_.try_emplace(whole_key(live_view_), static_cast<Node>(nodes_.size()));
  if (is_new) {
    nodes_.push_back({live_view_, lasting_key(live_view_), before, said});
  }
  return place->second;
}

MessageId CloudGraph::as_notification(MessageId described) {
  return keep(fmt::format("$aws/things/{}/jobs/notify-next", thing_), messages_[described].payload);
}

MessageId CloudGraph::keep(std::string_view topic, std::string_view payload) {
  KeyWriter writer;
  writer.bytes(bytes_of(topic));
  writer.bytes(bytes_of(payload));
  const auto [place, is_new] =
      message_by_key_.try_emplace(writer.finish(), static_cast<MessageId>(messages_.size()));
  if (is_new) {
    messages_.push_back(read_message(std::string{topic}, std::string{payload}));
  }
  return place->second;
}

const CloudGraph::Answer& CloudGraph::say(Node node, const Said& said, const Key& memo) {
  if (const auto known = answers_.find(memo); known != answers_.end()) {
    return known->second;
  }
  go_to(node);
  run(said);
  Answer answer;
  for (const broker::Delivery& delivery : live_->take_deliveries()) {
    answer.messages.push_back(keep(delivery.topic, delivery.payload));
  }
  answer.next = node_of_live(node, said);
  live_at_ = answer.next;  // By another way, perhaps: what differs does not matter.
  return answers_.emplace(memo, std::move(answer)).first->second;
}

const CloudGraph::Answer& CloudGraph::connect(Node node) {
  KeyWriter writer{static_cast<std::uint64_t>(Input::connect)};
  writer.number(node);
  return say(node, {Input::connect, {}, {}, 0}, writer.finish());
}

const CloudGraph::Answer& CloudGraph::cancel(Node node) {
  KeyWriter writer{static_cast<std::uint64_t>(Input::cancel)};
  writer.number(node);
  return say(node, {Input::cancel, {}, {}, 0}, writer.finish());
}

const CloudGraph::Answer& CloudGraph::wish(Node node, Input input, std::uint64_t anchor) {
  KeyWriter writer{static_cast<std::uint64_t>(input)};
  writer.number(node);
  writer.number(anchor);
  return say(node, {input, {}, {}, anchor}, writer.finish());
}

const CloudGraph::Answer& CloudGraph::install_anchor(Node node, std::uint64_t anchor) {
  return wish(node, Input::install_anchor, anchor);
}

const CloudGraph::Answer& CloudGraph::remove_anchor(Node node, std::uint64_t anchor) {
  return wish(node, Input::remove_anchor, anchor);
}

const CloudGraph::Answer& CloudGraph::uplink(Node node, std::string_view topic,
                                             std::string_view payload) {
  KeyWriter writer{static_cast<std::uint64_t>(Input::uplink)};
  writer.number(node);
  writer.bytes(bytes_of(topic));
  writer.bytes(bytes_of(payload));
  const Key memo = writer.finish();
  if (const auto known = answers_.find(memo); known != answers_.end()) {
    return known->second;
  }
  return say(node, {Input::uplink, std::string{topic}, std::string{payload}, 0}, memo);
}

std::uint32_t CloudGraph::http(std::string_view url, std::uint32_t first,
                               std::string_view if_match) {
  KeyWriter writer;
  writer.bytes(bytes_of(url));
  writer.number(first);
  writer.bytes(bytes_of(if_match));
  const auto [place, is_new] =
      http_by_key_.try_emplace(writer.finish(), static_cast<std::uint32_t>(http_answers_.size()));
  if (!is_new) {
    return place->second;
  }
  broker::HttpRequest request{"GET", url, {}, {}, if_match};
  if (first != 0) {
    request.range_first = first;
  }
  const broker::HttpResponse response = live_->http(request, now());
  HttpAnswer& answer = http_answers_.emplace_back();
  answer.status = response.status;
  answer.range_first = static_cast<std::uint32_t>(response.range_first);
  answer.total_size = static_cast<std::uint32_t>(response.total_size);
  answer.etag = response.etag;
  answer.retry_after_s = response.retry_after_s;
  answer.body = response.body;
  if (response.status >= 300) {
    answer.own_body.assign(response.body.begin(), response.body.end());
    answer.body = answer.own_body;
  }
  return place->second;
}

void CloudGraph::encode(Node node, KeyWriter& out, std::uint64_t newest_sequence) const {
  const Place& place = nodes_[node];
  out.key(place.lasting);
  for (const std::uint64_t occurrence : place.view.occurrences) {
    out.number(newest_sequence - occurrence);
  }
}

void CloudGraph::on(const broker::fact::ExecutionChanged& fact) {
  if (!fact.accepted) {
    return;
  }
  auto& all = live_view_.executions;
  const auto known = std::ranges::find_if(all, [&](const CloudView::Execution& execution) {
    return execution.job == fact.job && execution.number == fact.execution;
  });
  if (known == all.end()) {
    all.push_back({std::string{fact.job}, fact.execution, fact.version_no, fact.status});
  } else {
    known->status = fact.status;
    known->version_number = fact.version_no;
  }
}

void CloudGraph::on(const broker::fact::MetricReceived& fact) {
  if (fact.metric == broker::fact::Metric::rollback && fact.counted) {
    live_view_.occurrences.push_back(fact.key);
  } else if (fact.metric == broker::fact::Metric::heartbeat) {
    live_view_.announced_version = fact.version.value;
    const int counted = live_view_.has_open_wish() ? live_view_.heartbeats + 1 : 0;
    live_view_.heartbeats = static_cast<std::uint8_t>(std::min(counted, 2));
  }
}

void CloudGraph::on(const broker::fact::AnchorChanged& fact) {
  auto& all = live_view_.anchors;
  const auto known = std::ranges::lower_bound(all, fact.anchor);
  const bool is_there = known != all.end() && *known == fact.anchor;
  if (fact.event == broker::fact::AnchorEvent::acknowledged && !is_there) {
    all.insert(known, fact.anchor);
  } else if (fact.event == broker::fact::AnchorEvent::removed && is_there) {
    all.erase(known);
  }
}

}  // namespace cartstorm::sim::explore
