#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <sstream>

#include "state_event_table.hpp"
#include "support/world.hpp"

// Every state meets every event once, and state_event_table.hpp pins what the one step does,
// "nothing" included: the next state, the kinds of commands, and which records and slots were
// changed.
namespace ota::test {
namespace {

const std::string jobs = "$aws/things/cart-00042/jobs/";
const std::string ours = "fw-2-0-0";

/// What an event is made of. Texts live here while the event looks at them.
struct Stimulus {
  std::string name;
  std::function<Event(World&, Stimulus&)> make;
  std::string topic = {}, payload = {};
};

event::Received received(Stimulus& s) { return {s.topic, std::as_bytes(std::span{s.payload})}; }

/// Token of the last Jobs request that the cart has sent; one that nobody sent if there was none.
std::string token_of(const World& world) {
  return world.cloud.last_token.empty() ? "ffffffffffffffff" : world.cloud.last_token;
}

Stimulus event_of(const char* name, Event event) {
  return {name, [event](World&, Stimulus&) { return event; }};
}

Stimulus message(const char* name, std::string topic, std::function<std::string(World&)> payload) {
  return {name,
          [payload = std::move(payload)](World& world, Stimulus& s) -> Event {
            s.payload = payload(world);
            return received(s);
          },
          std::move(topic)};
}

std::string job_text(const std::string& job, const Image& image, const World& world) {
  return fmt::format(R"("execution":{{"jobId":"{}","versionNumber":2,"executionNumber":1,)"
                     R"("jobDocument":{}}})",
                     job, world.cloud.document_for(image));
}

std::string reply(const World& world, const std::string& rest) {
  return fmt::format(R"({{"clientToken":"{}","timestamp":1750000000{}}})", token_of(world), rest);
}

void add_links(std::vector<Stimulus>& all) {
  all.push_back(event_of("started", event::Started{ResetCause::power_on, {}}));
  all.push_back(event_of("link_up", event::LinkUp{}));
  all.push_back(event_of("link_down", event::LinkDown{}));
  const std::string topic = jobs + "notify-next";
  all.push_back(message("notify_none", topic, [](World&) { return R"({"timestamp":1})"; }));
  all.push_back(message("notify_ours", topic,
                        [](World& w) { return "{" + job_text(ours, good_image(v2), w) + "}"; }));
  all.push_back(message("notify_other", topic, [](World& w) {
    return "{" + job_text("fw-other", good_image(v3), w) + "}";
  }));
  all.push_back(message("notify_malformed", topic, [](World&) { return R"({"execution":{)"; }));
  all.push_back(message("unknown_topic", "carts/other/ca/install", [](World&) { return "{}"; }));
}

void add_describes(std::vector<Stimulus>& all) {
  const std::string topic = jobs + "$next/get/";
  all.push_back(
      message("describe_none", topic + "accepted", [](World& w) { return reply(w, ""); }));
  all.push_back(message("describe_ours", topic + "accepted", [](World& w) {
    return reply(w, "," + job_text(ours, good_image(v2), w));
  }));
  all.push_back(message("describe_other", topic + "accepted", [](World& w) {
    return reply(w, "," + job_text("fw-other", good_image(v3), w));
  }));
  all.push_back(message("describe_foreign_token", topic + "accepted", [](World& w) {
    return R"({"clientToken":"0123456789abcdef",)" + job_text("fw-other", good_image(v3), w) + "}";
  }));
  all.push_back(message("describe_malformed", topic + "accepted",
                        [](World& w) { return reply(w, R"(,"execution":{"jobDocument":)"); }));
  all.push_back(message("describe_rejected", topic + "rejected",
                        [](World& w) { return reply(w, R"(,"code":"RequestThrottled")"); }));
}

void add_updates(std::vector<Stimulus>& all) {
  const std::string topic = jobs + ours + "/update/";
  all.push_back(
      message("update_accepted", topic + "accepted", [](World& w) { return reply(w, ""); }));
  all.push_back(message("update_foreign_token", topic + "accepted", [](World&) {
    return R"({"clientToken":"0123456789abcdef","timestamp":1750000000})";
  }));
  for (const char* code : {"InvalidTopic", "InvalidJson", "InvalidRequest",
                           "InvalidStateTransition", "ResourceNotFound", "VersionMismatch",
                           "InternalError", "RequestThrottled", "TerminalStateReached"}) {
    all.push_back(message(code, topic + "rejected", [code](World& w) {
      return reply(w, fmt::format(R"(,"code":"{}","executionState":{{"versionNumber":7}})", code));
    }));
  }
}

void add_services(std::vector<Stimulus>& all) {
  const std::string carts = "carts/cart-00042/";
  all.push_back(message("rollback_ack", carts + "rollback/ack", [](World& w) {
    return fmt::format(R"({{"occurrence":"{:016x}"}})", w.boot_record().rollback.occurrence.value);
  }));
  all.push_back(
      message("ca_install", carts + "ca/install", [](World&) { return install_of(new_key()); }));
  all.push_back(message("ca_install_again", carts + "ca/install",
                        [](World&) { return install_of(factory_key()); }));
  all.push_back(message("ca_remove_last", carts + "ca/remove", [](World&) {
    return fmt::format(R"({{"anchor":"{:016x}"}})", anchor_of(factory_key()).id.value);
  }));
}

void add_http(std::vector<Stimulus>& all) {
  static const std::byte body[16] = {};
  all.push_back(event_of("http_200", event::HttpHead{200, 0, 6000, "\"e\"", 0}));
  all.push_back(event_of("http_206", event::HttpHead{206, 0, 6000, "\"e\"", 0}));
  all.push_back(event_of("http_206_elsewhere", event::HttpHead{206, 512, 6000, "\"e\"", 0}));
  for (const int status : {0, 403, 404, 412, 416, 503}) {
    all.push_back({fmt::format("http_{}", status), [status](World&, Stimulus&) {
                     return event::HttpHead{static_cast<std::uint16_t>(status), 0, 0, {}, 0};
                   }});
  }
  all.push_back(event_of("http_body", event::HttpBody{body}));
  all.push_back(event_of("http_ended", event::HttpEnded{true}));
  all.push_back(event_of("http_broke", event::HttpEnded{false}));
}

void add_surroundings(std::vector<Stimulus>& all) {
  all.push_back(event_of("self_test_passed", event::SelfTestFinished{true}));
  all.push_back(event_of("self_test_failed", event::SelfTestFinished{false}));
  all.push_back(event_of("power_changed", event::PowerChanged{}));
  all.push_back({"power_low", [](World& world, Stimulus&) {
                   world.board.has_power = false;
                   return event::PowerChanged{};
                 }});
  all.push_back(event_of("opted_out", event::ConsentChanged{false, true}));
  all.push_back(event_of("in_use", event::ConsentChanged{true, false}));
  all.push_back(event_of("free", event::ConsentChanged{true, true}));
  all.push_back(event_of("continue", event::Continue{}));
  all.push_back(event_of("deadline_early", event::DeadlineReached{}));
  all.push_back({"deadline", [](World& world, Stimulus&) {
                   if (world.agent.deadline() != never) {
                     world.now = world.agent.deadline();
                   }
                   return event::DeadlineReached{};
                 }});
}

std::vector<Stimulus> all_events() {
  std::vector<Stimulus> all;
  add_links(all);
  add_describes(all);
  add_updates(all);
  add_services(all);
  add_http(all);
  add_surroundings(all);
  return all;
}

/// Brings a fresh cart into a state, with nothing in flight but what that state waits for.
std::unique_ptr<World> cart_in(State state) {
  auto world = std::make_unique<World>();
  const Image image = good_image(v2);
  world->store.object = image.bytes;
  if (state == State::recovery) {
    world->board.flash.flip_bit(Region::slot_a, 0, 0);
  } else if (state != State::starting && state != State::idle) {
    world->cloud.offer(ours, image);
  }
  if (state == State::precheck) {
    const Image foreign = signed_image(fields_for(v2, image.bytes), image.bytes, new_key());
    world->cloud.executions.back().document = world->cloud.document_for(foreign);
  }
  if (state == State::backing_off) {
    world->store.statuses = {503};
  }
  world->reboots = state != State::armed;
  if (state != State::starting) {
    world->boot();
    if (state == State::staged) {
      world->deliver(event::ConsentChanged{true, false});
    }
    world->run_to(state);
    if (state == State::idle || state == State::recovery) {
      world->run();  // until it is linked and has been told that nothing is pending
    }
  }
  return world;
}

std::string kinds_of(const Commands& commands) {
  std::string text;
  for (const Command& command : commands) {
    text += text.empty() ? "" : "+";
    if (const auto* publish = std::get_if<command::Publish>(&command)) {
      const std::string_view topic = publish->topic;
      text += topic.ends_with("/get") ? "ask" : std::string{topic.substr(topic.rfind('/') + 1)};
    } else {
      constexpr const char* names[] = {"", "GET", "next", "stop", "selftest", "go_on", "reboot"};
      text += names[command.index()];
    }
  }
  return text.empty() ? "-" : text;
}

std::array<std::uint64_t, region_count> changes_of(const World& world) {
  std::array<std::uint64_t, region_count> changes{};
  for (std::size_t i = 0; i < region_count; ++i) {
    changes[i] = world.board.flash.changes(static_cast<Region>(i));
  }
  return changes;
}

/// One letter per changed region: a, b, record, journal, counters, trust.
std::string changed_since(const std::array<std::uint64_t, region_count>& before,
                          const World& world) {
  const auto after = changes_of(world);
  std::string text;
  for (std::size_t i = 0; i < region_count; ++i) {
    text += after[i] != before[i] ? std::string{"abrjct"[i]} : "";
  }
  return text.empty() ? "-" : text;
}

/// One line of the table: event, next state, commands, flash. A dash is "nothing", a dot "stays".
std::string line_of(State state, Stimulus stimulus, bool is_asking) {
  const auto world = cart_in(state);
  EXPECT_EQ(world->agent.state(), state);
  if (is_asking) {
    world->deliver(event::LinkUp{});
  }
  const Event event = stimulus.make(*world, stimulus);
  const auto before = changes_of(*world);
  Commands commands;
  Hardware hardware = world->board.hardware();
  world->agent.step(world->now, event, hardware, world->tuning, commands);
  EXPECT_FALSE(commands.has_overflowed());
  EXPECT_EQ(world->board.flash.defects(), 0u);
  const State after = world->agent.state();
  return fmt::format("{} {} {} {}", stimulus.name, after == state ? "." : name(after),
                     kinds_of(commands), changed_since(before, *world));
}

/// The lines of one section of the table.
std::vector<std::string> lines_of_section(const std::string& section) {
  std::vector<std::string> lines;
  std::istringstream text{std::string{state_event_table}};
  std::string line;
  bool is_inside = false;
  while (std::getline(text, line)) {
    if (line.starts_with('[')) {
      is_inside = line == "[" + section + "]";
    } else if (is_inside && !line.empty()) {
      lines.push_back(line);
    }
  }
  return lines;
}

/// Events that a section does not name are ignored there: no command, no change.
void expect_section(const std::string& section, const std::vector<Stimulus>& events,
                    const std::function<std::string(const Stimulus&)>& line_for) {
  const std::vector<std::string> pinned = lines_of_section(section);
  std::size_t used = 0;
  std::string paste;
  for (const Stimulus& stimulus : events) {
    const std::string line = line_for(stimulus);
    const auto found = std::find_if(
        pinned.begin(), pinned.end(),
        [&](const std::string& candidate) { return candidate.starts_with(stimulus.name + " "); });
    used += found != pinned.end() ? 1 : 0;
    const std::string expected = found != pinned.end() ? *found : stimulus.name + " . - -";
    EXPECT_EQ(line, expected) << "in [" << section << "]";
    paste += line.ends_with(" . - -") ? "" : line + "\n";
  }
  EXPECT_EQ(used, pinned.size()) << "a line names no event, or one twice";
  if (::testing::Test::HasFailure()) {
    std::cout << "the whole section as it is now:\n[" << section << "]\n" << paste;
  }
}

class EveryState : public ::testing::TestWithParam<State> {};

TEST_P(EveryState, MeetsEveryEvent) {
  expect_section(name(GetParam()), all_events(),
                 [](const Stimulus& s) { return line_of(GetParam(), s, false); });
}

/// The same while a describe request is open, which may be in any state that has a link.
TEST_P(EveryState, MeetsEveryAnswerWhileItAsks) {
  std::vector<Stimulus> events;
  add_describes(events);
  add_updates(events);
  expect_section(fmt::format("{} asking", name(GetParam())), events,
                 [](const Stimulus& s) { return line_of(GetParam(), s, true); });
}

/// The same pairs with the supply cut: one hardware call fails, and nothing comes out.
TEST_P(EveryState, AsksForNothingOnceThePowerIsLost) {
  for (Stimulus& stimulus : all_events()) {
    const auto world = cart_in(GetParam());
    const Event event = stimulus.make(*world, stimulus);
    world->board.flash.cut_at(world->board.flash.operations(), host::CutShape::half);
    Commands commands;
    Hardware hardware = world->board.hardware();
    world->agent.step(world->now, event, hardware, world->tuning, commands);
    if (!world->board.flash.is_powered()) {
      EXPECT_EQ(commands.size(), 0u) << name(GetParam()) << " x " << stimulus.name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(States, EveryState,
                         ::testing::Values(State::starting, State::idle, State::offered,
                                           State::precheck, State::downloading, State::backing_off,
                                           State::verifying, State::staged, State::armed,
                                           State::trial, State::reporting, State::recovery),
                         [](const auto& state) { return std::string{name(state.param)}; });

TEST(AgentValue, IsAValue) {
  World world;
  world.boot();
  world.run();
  const Agent copy = world.agent;
  EXPECT_EQ(copy, world.agent);
  world.deliver(event::LinkDown{});
  EXPECT_NE(copy, world.agent);
  EXPECT_LE(sizeof(Agent), 256u);
}

}  // namespace
}  // namespace ota::test
