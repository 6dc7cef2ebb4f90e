#include "world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "ota/boot_record.hpp"
#include "ota/counters.hpp"
#include "ota/journal.hpp"

namespace ota::test {
namespace {

template <typename Record>
Record load_from(Board& board) {
  Record record;
  RecordPlace place;
  EXPECT_EQ(load(board.flash, record, place), Status::ok);
  return record;
}

std::string copy_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

World::World() { EXPECT_EQ(board.provision_with(good_image(v1)), Status::ok); }

BootRecord World::boot_record() { return load_from<BootRecord>(board); }
Journal World::journal() { return load_from<Journal>(board); }
Counters World::counters() { return load_from<Counters>(board); }

void World::boot(ResetCause cause) {
  for (int tries = 0; tries < 20; ++tries) {
    ++boots;
    if (bystander != nullptr) {
      bystander->before_boot(cause);
    }
    const bool was_cut = !board.flash.is_powered();
    board.reset();
    if (was_cut && on_power_back) {
      std::exchange(on_power_back, {})();
    }
    queue_.clear();
    ++http_generation_;
    agent = Agent{};
    elapsed_ms += now.ms;
    now = Uptime{};
    Hardware hardware = board.hardware();
    const Status status = select_slot(hardware, cause, decision);
    if (status != Status::ok || !board.flash.is_powered()) {
      cause = ResetCause::power_on;
      continue;
    }
    if (decision.reason != BootReason::recovery && crashes.contains(decision.version.value)) {
      cause = ResetCause::watchdog;
      continue;
    }
    deliver(event::Started{cause, decision});
    if (link) {
      later([this] { deliver(event::LinkUp{}); });
    }
    return;
  }
  ADD_FAILURE() << "the cart does not start";
}

void World::deliver(const Event& event) {
  Commands commands;
  Hardware hardware = board.hardware();
  if (bystander != nullptr) {
    bystander->before_event(event);
  }
  agent.step(now, event, hardware, tuning, commands);
  if (bystander != nullptr) {
    bystander->after_event(commands);
  }
  if (!board.flash.is_powered()) {
    boot(ResetCause::power_on);
    return;
  }
  overflows += commands.has_overflowed() ? 1 : 0;
  for (const Command& command : commands) {
    obey(command);
  }
}

void World::obey(const Command& command) {
  if (const auto* publish = std::get_if<command::Publish>(&command)) {
    on(*publish);
  } else if (const auto* get = std::get_if<command::HttpGet>(&command)) {
    on(*get);
  } else if (const auto* next = std::get_if<command::HttpNext>(&command)) {
    on(*next);
  } else if (std::holds_alternative<command::HttpStop>(command)) {
    ++http_generation_;
  } else if (std::holds_alternative<command::RunSelfTest>(command)) {
    later([this] {
      const bool passed = !self_test_fails.contains(agent.running_version().value);
      deliver(event::SelfTestFinished{passed});
    });
  } else if (std::holds_alternative<command::Continue>(command)) {
    later([this] { deliver(event::Continue{}); });
  } else if (reboots) {
    queue_.clear();
    later([this] { boot(ResetCause::commanded); });
  }
}

void World::on(const command::Publish& publish) {
  if (!link) {
    return;
  }
  const Message uplink{std::string{publish.topic}, copy_text(publish.payload)};
  if (const std::string token = member(uplink.payload, "clientToken"); !token.empty()) {
    cloud.last_token = token;
  }
  if (bystander != nullptr) {
    bystander->on_uplink(uplink);
  }
  for (const Message& message : cloud.answer(uplink.topic, uplink.payload)) {
    if (bystander == nullptr || !bystander->takes(message)) {
      send(message);
    }
  }
}

void World::send(const Message& message) {
  later([this, message] {
    deliver(event::Received{message.topic, std::as_bytes(std::span{message.payload})});
  });
}

void World::on(const command::HttpGet& get) {
  ++store.gets;
  store.urls.emplace_back(get.url);
  if (bystander != nullptr) {
    bystander->on_get(get.url);
  }
  store.firsts.push_back(get.first);
  const bool is_patch = get.url.find("/patches/") != std::string_view::npos;
  const std::string& etag = is_patch ? store.patch_etag : store.etag;
  store.fetched.push_back(fmt::format("{} {}", is_patch ? "patch" : "image", get.first));
  const int generation = ++http_generation_;
  body_ = is_patch ? store.patch : store.object;
  event::HttpHead head{200, 0, static_cast<std::uint32_t>(body_.size()), etag, 0};
  body_at_ = 0;
  body_sent_ = 0;
  if (!store.statuses.empty() && store.statuses.front() != 200) {
    head = {store.statuses.front(), 0, 0, {}, store.retry_after_s};
    const auto text = std::as_bytes(std::span{store.error_body});
    body_.assign(text.begin(), text.end());
  } else if (!get.if_match.empty() && get.if_match != etag) {
    head = {412, 0, 0, {}, 0};
  } else if (get.first >= body_.size()) {
    head = {416, 0, 0, {}, 0};
  } else if (get.first > 0 && !store.ignores_range) {
    head.status = 206;
    head.range_first = get.first;
    body_at_ = get.first;
  }
  if (!store.statuses.empty()) {
    store.statuses.pop_front();
  }
  if (store.is_endless) {
    body_.resize(body_.size() + 100'000, std::byte{0x55});
    head.total_size = 0;
  }
  later([this, head, generation] {
    if (generation == http_generation_) {
      deliver(head);
    }
  });
}

void World::on(const command::HttpNext& next) {
  if (store.goes_silent) {
    return;
  }
  const int generation = http_generation_;
  later([this, generation, size = next.max_bytes] {
    if (generation == http_generation_) {
      send_piece(size);
    }
  });
}

void World::send_piece(std::uint32_t size) {
  const auto left = static_cast<std::uint32_t>(body_.size()) - body_at_;
  size = std::min({size, left, store.piece, store.cut_body_after - body_sent_});
  if (size == 0) {
    deliver(event::HttpEnded{left == 0});
    return;
  }
  const Bytes piece{body_.data() + body_at_, size};
  body_at_ += size;
  body_sent_ += size;
  deliver(event::HttpBody{piece});
}

bool World::advance() {
  if (queue_.empty()) {
    if (agent.deadline() == never) {
      return false;
    }
    if (agent.deadline() > now) {
      cloud.now_s += static_cast<std::int64_t>((agent.deadline().ms - now.ms) / 1000);
      now = agent.deadline();
    }
    deliver(event::DeadlineReached{});
    return true;
  }
  const auto what = std::move(queue_.front());
  queue_.pop_front();
  what();
  return true;
}

bool World::is_settled() const {
  const bool rests = agent.state() == State::idle || agent.state() == State::recovery;
  return rests && queue_.empty() && std::ranges::none_of(cloud.executions, &Execution::is_pending);
}

void World::run(int limit) {
  for (int i = 0; i < limit && !is_settled(); ++i) {
    if (!advance()) {
      return;
    }
  }
}

bool World::run_to(State state, int limit) {
  for (int i = 0; i < limit && agent.state() != state; ++i) {
    if (!advance()) {
      break;
    }
  }
  return agent.state() == state;
}

void World::run_for(std::uint64_t ms) {
  const std::uint64_t end = now.ms + ms;
  while (!queue_.empty() || agent.deadline().ms <= end) {
    if (!advance()) {
      return;
    }
  }
  cloud.now_s += static_cast<std::int64_t>((end - now.ms) / 1000);
  now.ms = end;
}

}  // namespace ota::test
