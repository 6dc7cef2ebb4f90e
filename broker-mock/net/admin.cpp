#include "broker-mock/net/admin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/time_text.hpp"
#include "broker-mock/http/crypto.hpp"
#include "broker-mock/http/uri.hpp"
#include "broker-mock/jobs/engine.hpp"
#include "broker-mock/net/json_members.hpp"
#include "broker-mock/net/json_text.hpp"

namespace cartstorm::broker::net {
namespace {

/// A follower that is so far behind is cut off: it can ask again for what it missed.
constexpr std::size_t most_unsent_events = 4UL << 20U;

http::Response text_answer(std::uint16_t status, std::string_view type, std::string body) {
  http::Response response;
  response.status = status;
  response.fields = {{"Content-Type", std::string{type}}, {"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

http::Response json_answer(std::uint16_t status, std::string body) {
  return text_answer(status, "application/json", std::move(body) + "\n");
}

http::Response problem_answer(std::uint16_t status, std::string_view message) {
  std::string body = "{";
  append_member(body, "error", message);
  return json_answer(status, body + "}");
}

/// A page of somebody else in a browser of this machine comes from here too, but it names another
/// host.
bool is_at_home(const http::Request& request, std::string_view where) {
  const std::string* const field = http::find(request.fields, "Host");
  if (field == nullptr) return false;
  const bool comes_from_here = where.starts_with("127.") || where.starts_with("[::1]:");
  std::string_view host = *field;
  host = host.substr(0, host.rfind(':'));
  return comes_from_here && (host == "localhost" || host.starts_with("127.") || host == "[::1]");
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc{} || at != end || text.empty()) return std::nullopt;
  return number;
}

}  // namespace

Admin::Admin(std::string token, CloudService& cloud, CloudBridge& bridge, Clock& clock,
             AdminHooks hooks)
    : token_{std::move(token)},
      cloud_{cloud},
      bridge_{bridge},
      clock_{clock},
      hooks_{std::move(hooks)} {
  cloud_.feed().on_event([this](const EventFeed::Event& event) { tell(event); });
}

bool Admin::has_token(const http::Request& request) const {
  constexpr std::string_view front = "Bearer ";
  const std::string* const field = http::find(request.fields, "Authorization");
  if (field == nullptr || !field->starts_with(front)) return false;
  return http::equal_in_constant_time(std::string_view{*field}.substr(front.size()), token_);
}

HttpAnswer Admin::handle(const http::Request& request, const HttpPeer& peer) {
  const auto [path, query] = http::split_target(request.target);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!has_token(request) && !(reads && is_at_home(request, peer.where))) {
    http::Response refused =
        problem_answer(401, "needs the token: Authorization: Bearer <admin_token of secrets.json>");
    refused.fields.push_back({"WWW-Authenticate", "Bearer"});
    return {std::move(refused), {}};
  }
  if (reads) return read(path, query);
  if (request.method == "POST" || request.method == "PUT") return {change(request, path), {}};
  return {problem_answer(405, "GET to look, POST to change"), {}};
}

HttpAnswer Admin::read(std::string_view path, std::string_view query) {
  if (path == "/")
    return {text_answer(200, "text/html; charset=utf-8", page_of(hooks_.view())), {}};
  if (path == "/metrics") {
    return {text_answer(200, "application/openmetrics-text; version=1.0.0; charset=utf-8",
                        metrics_of(hooks_.view())),
            {}};
  }
  if (path == "/status") {
    return {json_answer(200, boost::json::serialize(status_of(hooks_.view()))), {}};
  }
  if (path == "/chaos") return {json_answer(200, show_chaos(hooks_.chaos())), {}};
  if (path == "/clock") return {json_answer(200, clock_text()), {}};
  if (path == "/quotas") return {json_answer(200, quotas_text()), {}};
  if (path == "/events") return events(query);
  return {problem_answer(404,
                         "there are /, /status, /metrics, /events, /chaos, /clock and /quotas to "
                         "look at"),
          {}};
}

std::string Admin::clock_text() const {
  return fmt::format(R"({{"server_time":"{}","offset_ms":{},"frozen":{}}})",
                     time_text(clock_.now()), clock_.offset_ms(), clock_.is_frozen());
}

std::string Admin::quotas_text() const {
  const jobs::Quotas& quotas = cloud_.cloud().job_quotas();
  return fmt::format(R"({{"jobs_reads_per_s":{},"jobs_writes_per_s":{},"control_calls_per_s":{}}})",
                     quotas.reads_per_s, quotas.writes_per_s, cloud_.cloud().control_quota());
}

/// `after=N`: those numbered above N; `follow=1`: and all that come.
HttpAnswer Admin::events(std::string_view query) {
  const auto pairs = http::parse_query(query);
  std::uint64_t after = 0;
  bool follows = false;
  if (!pairs) return {problem_answer(400, "the query has a broken escape"), {}};
  for (const auto& [name, value] : *pairs) {
    if (name == "follow") follows = value == "1";
    if (name != "after") continue;
    const auto number = number_of(value);
    if (!number) return {problem_answer(400, "after: expected a number"), {}};
    after = *number;
  }
  std::string lines;
  for (const EventFeed::Event& event : cloud_.feed().events()) {
    if (event.number > after) lines.append(event.json).push_back('\n');
  }
  HttpAnswer answer{text_answer(200, "application/x-ndjson", std::move(lines)), {}};
  if (follows) {
    answer.follow = [this](std::weak_ptr<Connection> follower) {
      followers_.push_back(std::move(follower));
    };
  }
  return answer;
}

void Admin::tell(const EventFeed::Event& event) {
  if (followers_.empty()) return;
  const std::string line = event.json + "\n";
  std::erase_if(followers_, [&](const std::weak_ptr<Connection>& follower) {
    const auto connection = follower.lock();
    if (!connection) return true;
    if (connection->unsent() > most_unsent_events) {
      connection->abort("follows the events too slowly");
      return true;
    }
    send_chunk(*connection, line);
    return false;
  });
}

http::Response Admin::change(const http::Request& request, std::string_view path) {
  if (path == "/clock") return set_clock(request.body);
  if (path == "/chaos") return set_chaos(request.body);
  if (path == "/connections/drop") return drop_connections(request.body);
  const std::string_view name = path.substr(std::min<std::size_t>(1, path.size()));
  const auto names = operation_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return problem_answer(404, fmt::format("there are /clock, /chaos, /connections/drop, /{}",
                                           fmt::join(names, ", /")));
  }
  if (const std::string problem = problem_of_operation(name, request.body); !problem.empty()) {
    return problem_answer(400, problem);
  }
  const ServerTime now = clock_.now();
  const OperationResult result = cloud_.operate(name, request.body, now);
  bridge_.pump({}, now);
  if (result.status != 200) return problem_answer(result.status, result.message);
  return json_answer(200, "{}");
}

/// `{"offset": "12h"}`, `{"offset": "-30m"}` or `{"frozen": true}`.
http::Response Admin::set_clock(std::string_view body) {
  std::string problem;
  const auto document = read_json(body, problem);
  std::string offset;
  bool is_frozen = false;
  {
    JsonMembers members{document, "", problem};
    members.text("offset", offset);
    members.flag("frozen", is_frozen);
  }
  const bool is_back = offset.starts_with('-');
  const auto ms = parse_duration_ms(std::string_view{offset}.substr(is_back ? 1 : 0));
  if (problem.empty() && !offset.empty() && !ms)
    problem = "offset: expected 12h, -30m and the like";
  if (!problem.empty()) return problem_answer(400, problem);
  Clock wished = clock_;
  if (!offset.empty()) wished.set_offset(is_back ? -*ms : *ms);
  if (is_frozen) wished.freeze();
  if (!is_frozen && offset.empty()) wished.set_offset(0);
  const ServerTime now = wished.now();
  if (now < cloud_.latest()) {
    return problem_answer(409, fmt::format("the cloud has lived until {} and cannot go back to {}; "
                                           "freeze the clock, or use a new folder",
                                           time_text(cloud_.latest()), time_text(now)));
  }
  clock_ = wished;
  bridge_.clock_set(now);
  return json_answer(200, clock_text());
}

/// `{"of": "http"}`; without a body, those of MQTT.
http::Response Admin::drop_connections(std::string_view body) {
  std::string problem;
  const auto document = read_json(body.empty() ? std::string_view{"{}"} : body, problem);
  std::string of = "mqtt";
  {
    JsonMembers members{document, "", problem};
    members.text("of", of);
    if (of != "mqtt" && of != "http" && of != "all") {
      members.refuse("of", "expected mqtt, http or all");
    }
  }
  if (!problem.empty()) return problem_answer(400, problem);
  hooks_.drop_connections(of != "http", of != "mqtt");
  return json_answer(200, "{}");
}

http::Response Admin::set_chaos(std::string_view body) {
  Chaos chaos;
  if (std::string problem = read_chaos(body, chaos); !problem.empty()) {
    return problem_answer(400, problem);
  }
  if (std::string problem = hooks_.set_chaos(chaos); !problem.empty()) {
    return problem_answer(409, problem);
  }
  return json_answer(200, show_chaos(chaos));
}

}  // namespace cartstorm::broker::net
