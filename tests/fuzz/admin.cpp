#include <algorithm>
#include <charconv>

#include "broker-mock/base/json_append.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/net/board.hpp"
#include "broker-mock/net/chaos.hpp"
#include "broker-mock/net/event_feed.hpp"
#include "broker-mock/net/operations.hpp"
#include "json_grammar.hpp"
#include "kit.hpp"

// What operators ask of the endpoint, of which every byte may be hostile: each gets an answer that
// says what is wrong, what the cloud says of it is JSON, chaos is read as it is shown, and the same
// list makes the same past. One a line: `NAME BODY`; `chaos BODY`; `t SECONDS` lets time pass.
namespace ota::fuzz {
namespace {

namespace broker = cartstorm::broker;
namespace net = broker::net;

constexpr int most_lines = 100;
constexpr int deepest = 16;
constexpr std::int64_t longest_step_s = 100'000;

std::string_view take_until(std::string_view& text, char end) {
  const std::size_t at = std::min(text.find(end), text.size());
  const std::string_view front = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return front;
}

/// As the admin API wraps it.
void judge_problem(std::string_view problem) {
  std::string body = "{";
  broker::append_member(body, "error", problem);
  require(is_json_object(body + "}", deepest), "a problem can be told in JSON");
}

struct World {
  net::Board board;
  net::EventFeed feed;
  broker::Cloud cloud;
  broker::ServerTime now{1'795'000'000'000};

  World()
      : feed{[this](broker::ThingId thing) { return cloud.things().name(thing); }, board},
        cloud{broker::CloudConfig{}, feed} {
    for (const char* name : {"cart-0", "cart-1", "cart-2"}) {
      broker::ThingAttributes attributes;
      attributes.name = name;
      cloud.connected(cloud.register_thing(attributes), now);
    }
    cloud.declare_object("firmware", "2.0.0.bin", {65'536, std::string(64, 'a'), "\"e\""});
  }
};

/// As the admin API does it: what is wrong by itself is refused before it reaches the cloud.
std::string operate(World& world, std::string_view name, std::string_view body) {
  if (const std::string problem = net::problem_of_operation(name, body); !problem.empty()) {
    judge_problem(problem);
    return problem;
  }
  const auto find = [&](std::string_view thing) { return world.cloud.things().find(thing); };
  const net::OperationResult result = net::operate(world.cloud, find, name, body, world.now);
  constexpr std::uint16_t statuses[] = {200, 400, 404, 409, 503};
  require(std::ranges::find(statuses, result.status) != std::end(statuses),
          "statuses are those of the table");
  require((result.status == 200) == result.message.empty(), "a refusal says why");
  judge_problem(result.message);
  return std::to_string(result.status) + result.message;
}

void judge_chaos(std::string_view body) {
  net::Chaos chaos;
  if (const std::string problem = net::read_chaos(body, chaos); !problem.empty()) {
    return judge_problem(problem);
  }
  const std::string shown = net::show_chaos(chaos);
  require(is_json_object(shown, deepest), "chaos is shown as JSON");
  net::Chaos again;
  require(net::read_chaos(shown, again).empty(), "what is shown can be set");
  require(net::show_chaos(again) == shown, "what is shown is what is set");
}

void pass_time(World& world, std::string_view seconds) {
  std::int64_t step = 0;
  std::from_chars(seconds.data(), seconds.data() + seconds.size(), step);
  world.now = world.now + std::clamp<std::int64_t>(step, 0, longest_step_s) * 1000;
  world.cloud.advance(world.now);
  require(world.cloud.deadline() > world.now, "what is due is done");
}

std::vector<std::string> past_of(std::string_view text) {
  World world;
  std::vector<std::string> past;
  for (int lines = 0; lines < most_lines && !text.empty(); ++lines) {
    std::string_view line = take_until(text, '\n');
    const std::string_view name = take_until(line, ' ');
    world.board.set_now(world.now);
    world.feed.set_now(world.now);
    if (name == "t") {
      pass_time(world, line);
    } else if (name == "chaos") {
      judge_chaos(line);
    } else {
      past.push_back(operate(world, name, line));
    }
    for (const auto& delivery : world.cloud.take_deliveries()) {
      require(is_json_object(delivery.payload, deepest), "messages to carts are JSON");
      past.emplace_back(delivery.payload);
    }
  }
  for (const net::EventFeed::Event& event : world.feed.events()) {
    require(is_json_object(event.json, deepest), "facts are JSON");
    require(event.json.find('\n') == std::string::npos, "a fact is one line");
    past.push_back(event.json);
  }
  return past;
}

}  // namespace

void run(Bytes input) {
  const std::string_view text = text_of(input);
  require(past_of(text) == past_of(text), "the same list makes the same past");
}

}  // namespace ota::fuzz
