#include <fmt/format.h>

#include <algorithm>

#include "broker-mock/base/time_text.hpp"
#include "broker-mock/base/version_text.hpp"
#include "broker-mock/net/view.hpp"
#include "broker-mock/trace/words.hpp"

namespace cartstorm::broker::net {
namespace {

constexpr std::string_view head = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>cartstorm endpoint</title><style>
:root{color-scheme:light dark;--line:#8884;--soft:#8882;--good:#1a7f37;--bad:#cf222e;--warn:#9a6700}
@media (prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#f85149;--warn:#d29922}}
body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1.2rem}
h1{font-size:1.15rem;margin:0 0 .2rem}h2{font-size:1rem;margin:1.6rem 0 .4rem}
p{margin:.2rem 0}.quiet{opacity:.7}
.tiles{display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0}
.tile{background:var(--soft);border-radius:.5rem;padding:.5rem .9rem;min-width:7rem}
.tile b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.25rem .7rem .25rem 0;vertical-align:top}
th,td{border-bottom:1px solid var(--line)}
th{font-weight:600}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}.warn{color:var(--warn)}
</style></head><body>
)";

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view color(fact::StageEvent event) {
  switch (event) {
    case fact::StageEvent::hold:
    case fact::StageEvent::refused:
    case fact::StageEvent::abort:
      return "bad";
    case fact::StageEvent::pause:
      return "warn";
    case fact::StageEvent::complete:
    case fact::StageEvent::end:
      return "good";
    case fact::StageEvent::requested:
    case fact::StageEvent::start:
    case fact::StageEvent::release:
    case fact::StageEvent::resume:
      return "";
  }
  return "";
}

std::string tile(std::string_view label, std::string_view value) {
  return fmt::format("<div class=tile><b>{}</b>{}</div>", value, label);
}

std::string tiles(const View& view) {
  std::uint64_t rollbacks = 0;
  for (const auto& [version, counted] : view.board.rollbacks()) rollbacks += counted.occurrences;
  const auto holds = std::count_if(view.board.rollouts().begin(), view.board.rollouts().end(),
                                   [](const RolloutLine& line) { return line.open_hold > 0; });
  return fmt::format(
      "<div class=tiles>{}{}{}{}{}</div>",
      tile(view.things == 1 ? "thing" : "things", fmt::format("{}", view.things)),
      tile("connected", fmt::format("{}", view.connected_things)),
      tile(view.mqtt.links == 1 ? "MQTT link" : "MQTT links", fmt::format("{}", view.mqtt.links)),
      tile(rollbacks == 1 ? "rollback" : "rollbacks", fmt::format("{}", rollbacks)),
      tile(holds == 1 ? "hold open" : "holds open", fmt::format("{}", holds)));
}

std::string stage_rows(const RolloutLine& line) {
  std::string rows;
  for (const StageLine& stage : line.stages) {
    if (stage.name.empty()) continue;
    rows += fmt::format("<tr><td>{}<td class=n>{}<td class=\"{}\">{}<td>{}<td>{}<td>{}</tr>\n",
                        html_escaped(stage.name), stage.carts, color(stage.last),
                        state_after(stage.last), time_text(stage.since), html_escaped(stage.actor),
                        html_escaped(stage.reason));
  }
  return rows;
}

std::string rule_lines(const RolloutLine& line) {
  std::string text;
  for (const auto& [name, rule] : line.rules) {
    text += fmt::format("<p class=quiet>{}: {} (x {}, y {}, new {}, old {}) at {}</p>\n",
                        html_escaped(name), report::name(trace::word(rule.verdict)), rule.x, rule.y,
                        rule.e_new, rule.e_old, time_text(rule.at));
  }
  return text;
}

std::string rollouts_part(const View& view) {
  if (view.board.rollouts().empty()) {
    return "<h2>Rollouts</h2><p class=quiet>None yet. cartstorm rollout create --help</p>";
  }
  std::string text;
  // The newest first: it is what somebody who looks wants to know.
  for (auto line = view.board.rollouts().rbegin(); line != view.board.rollouts().rend(); ++line) {
    text += fmt::format("<h2>Rollout {}: <span class=\"{}\">{}</span></h2>\n",
                        html_escaped(line->name), color(line->last), state_after(line->last));
    if (line->open_hold > 0) {
      text += fmt::format("<p class=bad>Hold {} waits for a person: {}</p>\n", line->open_hold,
                          html_escaped(line->reason));
    } else if (!line->reason.empty()) {
      text += fmt::format("<p>{}</p>\n", html_escaped(line->reason));
    }
    if (const std::string rows = stage_rows(*line); !rows.empty()) {
      text += "<table><tr><th>stage<th class=n>carts<th>state<th>since<th>by<th>reason</tr>" +
              rows + "</table>\n";
    }
    text += rule_lines(*line);
  }
  return text;
}

std::string versions_part(const View& view) {
  std::string rows;
  for (const auto& [version, things] : view.board.versions()) {
    if (things == 0) continue;
    rows += fmt::format("<tr><td>{}<td class=n>{}</tr>\n", to_text(version), things);
  }
  std::string text = "<h2>Versions</h2>";
  text += rows.empty() ? "<p class=quiet>No heartbeat yet.</p>"
                       : "<table><tr><th>version<th class=n>things</tr>" + rows + "</table>\n";
  rows.clear();
  for (const auto& [version, counted] : view.board.rollbacks()) {
    rows += fmt::format("<tr><td>{}<td class=n>{}<td class=n>{}</tr>\n", to_text(version),
                        counted.occurrences, counted.things.size());
  }
  if (!rows.empty()) {
    text +=
        "<h2>Rollbacks</h2><table><tr><th>from version<th class=n>occurrences<th class=n>things"
        "</tr>" +
        rows + "</table>\n";
  }
  return text;
}

std::string jobs_part(const View& view) {
  std::string rows;
  for (const auto& [id, counts] : view.board.jobs()) {
    rows += fmt::format("<tr><td>{}", html_escaped(id));
    for (const std::uint32_t count : counts) rows += fmt::format("<td class=n>{}", count);
    rows += "</tr>\n";
  }
  if (rows.empty()) return "<h2>Jobs</h2><p class=quiet>None yet.</p>";
  std::string header = "<h2>Jobs</h2><table><tr><th>job";
  for (int status = 0; status < 8; ++status) {
    header +=
        fmt::format("<th class=n>{}", report::name(trace::word(static_cast<JobStatus>(status))));
  }
  return header + "</tr>" + rows + "</table>\n";
}

/// What did not reach whom it was for, and who is to blame.
std::string losses_part(const View& view) {
  const mqtt::Counters& mqtt = view.mqtt;
  std::string rows;
  const auto row = [&rows](std::string_view what, std::uint64_t count) {
    if (count > 0) rows += fmt::format("<tr><td>{}<td class=n>{}</tr>\n", what, count);
  };
  row("uplinks that broke the contract", view.malformed);
  row("uplinks that nothing serves", view.unroutable);
  row("messages for a full queue", mqtt.dropped_queue_full);
  row("messages larger than their reader takes", mqtt.dropped_too_large);
  row("messages that expired", mqtt.expired);
  row("messages for readers who are gone", mqtt.dropped_departed + mqtt.dropped_qos_0);
  row("readers so slow that their publishers had to wait", mqtt.readers_congested);
  row("readers so slow that they were disconnected", mqtt.readers_disconnected);
  row("clients that broke the protocol", mqtt.protocol_violations);
  if (rows.empty()) return "<h2>Drops and slow readers</h2><p class=quiet>None.</p>";
  return "<h2>Drops and slow readers</h2><table><tr><th>since the start<th class=n>count</tr>" +
         rows + "</table>\n";
}

}  // namespace

std::string page_of(const View& view) {
  std::string text{head};
  text += "<h1>cartstorm endpoint</h1>";
  text += fmt::format("<p class=quiet>server time {}{}, {} inputs in the journal</p>\n",
                      time_text(view.now), view.is_clock_frozen ? " (stopped)" : "", view.inputs);
  if (!view.chaos.empty()) {
    text += fmt::format("<p class=warn>Chaos is on: {}</p>\n", html_escaped(view.chaos));
  }
  if (!view.is_controller_up) text += "<p class=bad>The rollout controller is down.</p>\n";
  return text + tiles(view) + rollouts_part(view) + versions_part(view) + jobs_part(view) +
         losses_part(view) + "</body></html>\n";
}

}  // namespace cartstorm::broker::net
