#include "bench/endpoint/generator.hpp"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>

namespace cartstorm::endpoint_bench {
namespace {

using Clock = std::chrono::steady_clock;

/// A guard against a hang, not a measure.
constexpr std::chrono::seconds connect_patience{180};

void set_interest(int epoll, int operation, int descriptor, Generator::Who who, bool writes) {
  epoll_event event{};
  event.events = EPOLLIN | (writes ? unsigned{EPOLLOUT} : 0U);
  event.data.u32 = who;
  epoll_ctl(epoll, operation, descriptor, &event);
}

}  // namespace

Generator::Generator(std::uint16_t port, SSL_CTX* tls, Who clients)
    : port_{port}, tls_{tls}, epoll_{epoll_create1(EPOLL_CLOEXEC)} {
  clients_.reserve(clients);
  for (Who who = 0; who < clients; ++who) clients_.push_back(std::make_unique<Client>());
}

Generator::~Generator() {
  drop_all();
  close(epoll_);
}

void Generator::open(Who who) {
  Client& client = *clients_[who];
  if (ClientSession fresh = client.link.take_session()) client.session = std::move(fresh);
  client.in.clear();
  client.out.clear();
  client.next_id = 1;
  client.is_dirty = false;
  client.state = State::opening;
  const auto result = client.link.open(port_, tls_, resumes_ ? client.session.get() : nullptr);
  if (result == Link::Result::failed) return fail(who, client.link.problem());
  client.waits_to_write = true;
  set_interest(epoll_, EPOLL_CTL_ADD, client.link.descriptor(), who, true);
}

void Generator::open_next() {
  while (may_open_ > 0 && next_to_open_ < last_to_open_) {
    --may_open_;
    open(next_to_open_++);
  }
}

bool Generator::connect(Who first, Who last, std::uint32_t at_once, bool resumes) {
  next_to_open_ = first;
  last_to_open_ = last;
  may_open_ = at_once;
  resumes_ = resumes;
  const std::uint32_t wanted = tally_.connected + (last - first);
  open_next();
  return run([&] { return tally_.connected == wanted; }, connect_patience);
}

void Generator::drop_all() {
  for (const auto& client : clients_) {
    if (client->state == State::ready) --tally_.connected;
    client->state = State::closed;
    client->link.drop();
  }
  next_to_open_ = last_to_open_ = 0;
}

void Generator::subscribe(Who who, std::string_view filter) {
  put_subscribe(clients_[who]->out, filter);
  mark(who);
}

void Generator::publish(Who who, std::string_view topic, std::string_view payload) {
  Client& client = *clients_[who];
  put_publish(client.out, {topic, payload, client.next_id});
  client.next_id =
      client.next_id == 0xffff ? std::uint16_t{1} : static_cast<std::uint16_t>(client.next_id + 1);
  mark(who);
}

bool Generator::run(const std::function<bool()>& is_done, Wait patience) {
  const auto until = Clock::now() + patience;
  while (!is_done()) {
    if (tally_.failed > 0 || Clock::now() > until) return false;
    turn(100);
  }
  return true;
}

void Generator::run_for(Wait span) {
  const auto until = Clock::now() + span;
  while (Clock::now() < until) turn(10);
}

/// What one turn has to send goes out at its end: a client writes once for all that it read.
void Generator::turn(std::uint32_t timeout_ms) {
  std::array<epoll_event, 256> events;
  const auto send_all = [this] {
    writing_.swap(dirty_);
    for (const Who who : writing_) flush(who);
    writing_.clear();
  };
  send_all();
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                               static_cast<int>(timeout_ms));
  for (int i = 0; i < count; ++i) on_ready(events[static_cast<std::size_t>(i)].data.u32);
  send_all();
}

void Generator::on_ready(Who who) {
  Client& client = *clients_[who];
  switch (client.state) {
    case State::closed:
      return;
    case State::opening:
      return advance(who);
    case State::greeting:
    case State::ready:
      if (client.waits_to_write) flush(who);
      return read(who);
  }
}

void Generator::advance(Who who) {
  Client& client = *clients_[who];
  switch (client.link.establish()) {
    case Link::Result::ok:
      client.state = State::greeting;
      if (client.link.is_resumed()) ++tally_.resumed;
      put_connect(client.out, fmt::format("cart-{}", who));
      return flush(who);
    case Link::Result::wants_read:
      return watch_writes(who, false);
    case Link::Result::wants_write:
      return watch_writes(who, true);
    case Link::Result::failed:
      return fail(who, client.link.problem());
  }
}

void Generator::read(Who who) {
  Client& client = *clients_[who];
  if (client.state == State::closed) return;
  const Link::Result result = client.link.read(client.in);
  std::string_view bytes = client.in;
  for (Packet packet; !bytes.empty() && client.state != State::closed;) {
    const Taken taken = take_packet(bytes, packet);
    if (taken == Taken::partial) break;
    if (taken == Taken::damaged) return fail(who, "the broker sent what is no packet");
    on_packet(who, packet);
  }
  client.in.erase(0, client.in.size() - bytes.size());
  if (client.in.empty() && client.in.capacity() > 4096) client.in.shrink_to_fit();
  if (result == Link::Result::failed) fail(who, client.link.problem());
}

void Generator::on_packet(Who who, const Packet& packet) {
  Client& client = *clients_[who];
  switch (packet.kind) {
    case PacketKind::connack:
      if (packet.return_code() != 0) return fail(who, "the broker refused the CONNECT");
      client.state = State::ready;
      ++tally_.connected;
      ++may_open_;
      return open_next();
    case PacketKind::suback:
      if (packet.body.size() != 3 || packet.body[2] != 1) return fail(who, "SUBSCRIBE refused");
      ++tally_.subscribed;
      return;
    case PacketKind::puback:
      if (ears_.puback) ears_.puback(who, packet.id());
      return;
    case PacketKind::publish: {
      Publish publish;
      if (!read_publish(packet, publish)) return fail(who, "the broker sent a damaged PUBLISH");
      if (publish.id != 0) {
        put_puback(client.out, publish.id);
        mark(who);
      }
      if (ears_.publish) ears_.publish(who, publish);
      return;
    }
    case PacketKind::connect:
    case PacketKind::subscribe:
      break;
  }
  fail(who, "the broker sent a packet of a kind that nobody asked for");
}

void Generator::mark(Who who) {
  Client& client = *clients_[who];
  if (client.is_dirty) return;
  client.is_dirty = true;
  dirty_.push_back(who);
}

void Generator::flush(Who who) {
  Client& client = *clients_[who];
  client.is_dirty = false;
  if (client.state == State::closed || client.state == State::opening) return;
  const Link::Result result = client.link.write(client.out);
  if (result == Link::Result::failed) return fail(who, client.link.problem());
  watch_writes(who, !client.out.empty());
}

void Generator::watch_writes(Who who, bool wish) {
  Client& client = *clients_[who];
  if (client.waits_to_write == wish) return;
  client.waits_to_write = wish;
  set_interest(epoll_, EPOLL_CTL_MOD, client.link.descriptor(), who, wish);
}

void Generator::fail(Who who, std::string_view why) {
  Client& client = *clients_[who];
  if (client.state == State::closed) {
    return;
  }
  if (client.state == State::ready) --tally_.connected;
  client.state = State::closed;
  if (tally_.failed++ == 0) tally_.first_failure = fmt::format("cart-{}: {}", who, why);
  client.link.drop();
}

}  // namespace cartstorm::endpoint_bench
