#pragma once
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/mqtt/broker.hpp"

namespace cartstorm::broker::mqtt::testing {

/// Notes what the broker does with each link.
class NotedWire final : public Wire {
 public:
  struct Noted {
    std::string sent;
    std::string why;  ///< of the close
    bool is_open = true, is_stopped = false;
  };
  void send(LinkId link, std::string_view bytes) override { links[link].sent += bytes; }
  void close(LinkId link, std::string_view why) override {
    links[link].is_open = false;
    links[link].why = why;
  }
  void stop_reading(LinkId link) override { links[link].is_stopped = true; }
  void resume_reading(LinkId link) override { links[link].is_stopped = false; }
  std::map<LinkId, Noted> links;
};

/// One row of a table: which statements of a standard it proves, and how.
struct Row {
  std::string_view statements;  ///< numbers, with a space in between; `*` at the end of a prefix
  std::string_view what;
  std::string_view script;
};

/// Clients and a broker that talk. One line of a script is one thing that happens:
///
///   A> 10 [ <MQTT> 04 02 00 00 <a> ]   A sends; its link is opened when it has none
///   A< 20 02 00 00                     A has received exactly this since the last look
///   A skips                            A has received something that is not looked at
///   A connects 4 a                     CONNECT with a clean session, its CONNACK is a success
///   A returns 5 a                      CONNECT that goes on with a session of 1,000 seconds
///   A subscribes a/b 1                 SUBSCRIBE with id 0x7777, its SUBACK is skipped
///   A publishes a/b 1 hi               PUBLISH, id 0x6666 if it has one, the answer is skipped
///   A lost                             the network closes the link
///   A closed                           the broker has closed the link
///   A open                             ... has not
///   A unread 600000                    so many bytes have not left the machine
///   A stopped, A read                  the broker does not (does) read from A
///   +5s, +100ms                        time passes
///   restart                            the broker is killed; a new one takes up the store
///
/// A line that ends with a backslash goes on in the next one. In the end all that was received has
/// been looked at.
class Dialogue {
 public:
  explicit Dialogue(const Settings& settings = {}, Application* application = nullptr);
  /// Runs a script; failures are GoogleTest's, with the line.
  void run(std::string_view script);

  Broker& broker() { return *broker_; }
  ServerTime now() const { return now_; }

 private:
  struct Party {
    LinkId link{};
    bool has_link = false;
    int protocol = 4;
    std::string received;
  };
  void step(std::string_view line);
  void act(const std::string& name, std::string_view what);
  void send(Party& party, std::string_view bytes);
  void connect(Party& party, std::string_view words, bool is_clean);
  void subscribe(Party& party, std::string_view words);
  void publish(Party& party, std::string_view words);
  void expect(Party& party, std::string_view notation);
  void pass(std::string_view amount);
  void restart();
  void take();

  Settings settings_;
  MemoryStore store_;
  NotedWire wire_;
  Application plain_;
  Application* application_;
  std::unique_ptr<Broker> broker_;
  ServerTime now_{1'710'072'000'000};
  std::map<std::string, Party> parties_;
  std::uint32_t next_link_ = 0;
};

/// Runs every row in a dialogue of its own.
void run_rows(std::span<const Row> rows, const Settings& settings = {});

}  // namespace cartstorm::broker::mqtt::testing
