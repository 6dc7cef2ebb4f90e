#include "dialogue.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>

#include "notation.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  while (text.starts_with(' ')) text.remove_prefix(1);
  return word;
}

std::string_view trimmed(std::string_view line) {
  while (line.starts_with(' ')) line.remove_prefix(1);
  while (line.ends_with(' ')) line.remove_suffix(1);
  return line;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Dialogue::Dialogue(const Settings& settings, Application* application)
    : settings_{settings}, application_{application == nullptr ? &plain_ : application} {
  broker_ = std::make_unique<Broker>(settings_, store_, wire_, *application_);
}

void Dialogue::run(std::string_view script) {
  take();
  std::string line;
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    line += trimmed(script.substr(0, end));
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    if (line.ends_with('\\')) {
      line.pop_back();
      continue;
    }
    if (line.empty()) continue;
    SCOPED_TRACE(line);
    step(line);
    take();
    line.clear();
  }
  for (const auto& [name, party] : parties_) {
    EXPECT_EQ(shown(party.received), "") << "not looked at by " << name;
  }
}

/// What the broker sent since, by party.
void Dialogue::take() {
  for (auto& [name, party] : parties_) {
    if (!party.has_link) continue;
    party.received += wire_.links[party.link].sent;
    wire_.links[party.link].sent.clear();
  }
}

void Dialogue::step(std::string_view line) {
  if (line.starts_with('+')) return pass(line.substr(1));
  if (line == "restart") return restart();
  const std::string name{line.substr(0, line.find_first_of("<> "))};
  line.remove_prefix(name.size());
  Party& party = parties_[name];
  if (line.starts_with('>')) return send(party, bytes_of(line.substr(1)));
  if (line.starts_with('<')) return expect(party, line.substr(1));
  act(name, line);
}

void Dialogue::act(const std::string& name, std::string_view what) {
  Party& party = parties_[name];
  const std::string_view verb = take_word(what);
  const auto& noted = wire_.links[party.link];
  if (verb == "connects") return connect(party, what, true);
  if (verb == "returns") return connect(party, what, false);
  if (verb == "subscribes") return subscribe(party, what);
  if (verb == "publishes") return publish(party, what);
  if (verb == "skips") {
    EXPECT_NE(party.received, "");
    return party.received.clear();
  }
  if (verb == "lost") {
    broker_->closed(party.link, now_);
    take();
    party.has_link = false;
  } else if (verb == "closed") {
    EXPECT_FALSE(noted.is_open);
    EXPECT_NE(noted.why, "") << "a link is closed without a reason";
    party.has_link = false;
  } else if (verb == "open") {
    EXPECT_TRUE(noted.is_open) << noted.why;
  } else if (verb == "unread") {
    broker_->drained(party.link, static_cast<std::size_t>(number(what)), now_);
  } else if (verb == "stopped") {
    EXPECT_TRUE(noted.is_stopped);
  } else if (verb == "read") {
    EXPECT_FALSE(noted.is_stopped);
  } else {
    ADD_FAILURE() << "no such line";
  }
}

void Dialogue::send(Party& party, std::string_view bytes) {
  if (!party.has_link) {
    party.has_link = true;
    party.link = LinkId{next_link_++};
    party.received.clear();
    broker_->opened(party.link, {}, now_);
    // The level stands behind the fixed header and the protocol's name.
    if (bytes.size() > 8) party.protocol = static_cast<unsigned char>(bytes[8]);
  }
  broker_->received(party.link, bytes, now_);
}

void Dialogue::connect(Party& party, std::string_view words, bool is_clean) {
  party.protocol = static_cast<int>(number(take_word(words)));
  const std::string_view flags = is_clean ? "02" : "00";
  const std::string_view properties = party.protocol == 4 ? ""
                                      : is_clean          ? "[ ]"
                                                          : "[ 11 00 00 03 e8 ]";
  send(party, bytes_of(fmt::format("10 [ <MQTT> 0{} {} 00 00 {} <{}> ]", party.protocol, flags,
                                   properties, words)));
  take();
  ASSERT_GE(party.received.size(), 4U);
  EXPECT_EQ(party.received[0], '\x20');
  EXPECT_EQ(party.received[3], '\0');
  // What a resumed session had to send stays to be looked at.
  party.received.erase(0, static_cast<std::size_t>(party.received[1]) + 2);
}

void Dialogue::subscribe(Party& party, std::string_view words) {
  const std::string_view filter = take_word(words);
  send(party, bytes_of(fmt::format("82 [ 77 77 {} <{}> 0{} ]", party.protocol == 4 ? "" : "[ ]",
                                   filter, words)));
  take();
  ASSERT_GE(party.received.size(), 5U);
  const auto bytes = static_cast<std::size_t>(party.received[1]) + 2;
  EXPECT_EQ(party.received[0], '\x90');
  EXPECT_LE(party.received[bytes - 1], '\x02') << "subscription refused";
  party.received.erase(0, bytes);
}

void Dialogue::publish(Party& party, std::string_view words) {
  const std::string_view topic = take_word(words);
  const std::int64_t qos = number(take_word(words));
  send(party,
       bytes_of(fmt::format("{:02x} [ <{}> {} {} '{}' ]", 0x30 | qos << 1, topic,
                            qos == 0 ? "" : "66 66", party.protocol == 4 ? "" : "[ ]", words)));
  take();
  if (qos == 0) return;
  // The answer stands behind what the client got of its own message.
  const std::size_t at = party.received.rfind(qos == 1 ? '\x40' : '\x50');
  ASSERT_NE(at, std::string::npos);
  party.received.erase(at, static_cast<std::size_t>(party.received[at + 1]) + 2);
  if (qos == 1) return;
  send(party, bytes_of("62 02 66 66"));
  take();
  ASSERT_TRUE(party.received.ends_with(bytes_of("70 02 66 66")));
  party.received.resize(party.received.size() - 4);
}

void Dialogue::expect(Party& party, std::string_view notation) {
  const std::string expected = bytes_of(notation);
  const std::string_view front = std::string_view{party.received}.substr(0, expected.size());
  EXPECT_EQ(shown(front), shown(expected)) << "of all: " << shown(party.received);
  party.received.erase(0, expected.size());
  if (expected.empty()) {
    EXPECT_EQ(shown(party.received), "");
  }
}

void Dialogue::pass(std::string_view amount) {
  const std::int64_t unit_ms = amount.ends_with("ms") ? 1 : 1000;
  const ServerTime until = now_ + number(amount) * unit_ms;
  // As a listener would: woken at every deadline.
  for (int i = 0; broker_->deadline() <= until && i < 1000; ++i) {
    now_ = std::max(now_, broker_->deadline());
    broker_->advance(now_);
  }
  now_ = until;
  broker_->advance(now_);
}

void Dialogue::restart() {
  take();
  broker_.reset();
  wire_.links.clear();
  for (auto& [name, party] : parties_) party.has_link = false;
  broker_ = std::make_unique<Broker>(settings_, store_, wire_, *application_);
  broker_->restore(now_);
}

void run_rows(std::span<const Row> rows, const Settings& settings) {
  for (const Row& row : rows) {
    SCOPED_TRACE(fmt::format("{}: {}", row.statements, row.what));
    Dialogue dialogue{settings};
    dialogue.run(row.script);
  }
}

}  // namespace cartstorm::broker::mqtt::testing
