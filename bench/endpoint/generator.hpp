#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/endpoint/link.hpp"
#include "bench/endpoint/packets.hpp"

namespace cartstorm::endpoint_bench {

using Wait = std::chrono::steady_clock::duration;

/// Many MQTT clients of one broker on one thread and one epoll. Client identifiers are `cart-N`.
class Generator {
 public:
  using Who = std::uint32_t;
  /// What a load wants to hear. All may send.
  struct Ears {
    std::function<void(Who, const Publish&)> publish;  ///< PUBACK is ours to send
    std::function<void(Who, std::uint16_t id)> puback;
  };
  struct Tally {
    std::uint32_t connected = 0;  ///< has its CONNACK
    std::uint32_t resumed = 0;    ///< of the connects so far
    std::uint32_t subscribed = 0;
    std::uint32_t failed = 0;  ///< connections that ended without our wish
    std::string first_failure;
  };

  /// `tls` null: plain. It outlives the generator.
  Generator(std::uint16_t port, SSL_CTX* tls, Who clients);
  ~Generator();
  Generator(const Generator&) = delete;
  Generator& operator=(const Generator&) = delete;

  void listen(Ears ears) { ears_ = std::move(ears); }

  /// Connects every client in [first, last), at most `at_once` of them in progress, and waits for
  /// their CONNACKs.
  /// With `resumes`, each offers the ticket it last got. False: some failed, or it took too long.
  bool connect(Who first, Who last, std::uint32_t at_once, bool resumes = false);
  /// Resets all connections.
  void drop_all();
  void subscribe(Who who, std::string_view filter);
  /// With the next packet identifier of that client.
  void publish(Who who, std::string_view topic, std::string_view payload);

  /// Goes on until `is_done` or until a connection fails or `patience` is over; says whether it is
  /// done.
  bool run(const std::function<bool()>& is_done, Wait patience);
  /// Goes on for that long.
  void run_for(Wait span);

  const Tally& tally() const { return tally_; }
  Who clients() const { return static_cast<Who>(clients_.size()); }

 private:
  enum class State : std::uint8_t { closed, opening, greeting, ready };
  struct Client {
    Link link;
    ClientSession session;
    std::string in, out;
    State state = State::closed;
    std::uint16_t next_id = 1;
    bool is_dirty = false, waits_to_write = false;
  };
  void open(Who who);
  void open_next();
  void turn(std::uint32_t timeout_ms);
  void on_ready(Who who);
  void advance(Who who);
  void read(Who who);
  void on_packet(Who who, const Packet& packet);
  void flush(Who who);
  void watch_writes(Who who, bool wish);
  void mark(Who who);
  void fail(Who who, std::string_view why);

  std::uint16_t port_;
  SSL_CTX* tls_;
  int epoll_;
  Ears ears_;
  Tally tally_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Who> dirty_, writing_;
  Who next_to_open_ = 0, last_to_open_ = 0;
  std::uint32_t may_open_ = 0;
  bool resumes_ = false;
};

}  // namespace cartstorm::endpoint_bench
