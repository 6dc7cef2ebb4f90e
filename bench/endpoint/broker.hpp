#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "bench/endpoint/child.hpp"

namespace cartstorm::endpoint_bench {

enum class Kind : std::uint8_t { cartstorm, mosquitto };
inline constexpr Kind both[] = {Kind::cartstorm, Kind::mosquitto};
std::string_view name_of(Kind kind);

/// Where things are.
struct Places {
  std::filesystem::path cartstorm;     ///< the program
  std::filesystem::path long_backlog;  ///< the object to preload into Mosquitto
  std::filesystem::path folder;        ///< of everything that is written; `tls` in it is shared
};

/// Makes the CA, the server's and the clients' certificate in `folder`/tls. Empty, or why not.
std::string make_certificates(const std::filesystem::path& folder);

/// A broker on free ports of the loopback interface, with a folder of its own that goes with it.
/// Mosquitto is tuned as the reference says (paho-and-mosquitto-at-scale.md section 2): no Nagle,
/// no persistence, no log, no limits of queues and windows, a listen queue of 4,096.
class Broker {
 public:
  explicit Broker(Kind kind) : kind_{kind} {}
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  /// Waits until it accepts connections. Empty, or why it does not.
  std::string start(const Places& places);

  Kind kind() const { return kind_; }
  std::uint16_t tls_port() const { return tls_port_; }
  std::uint16_t plain_port() const { return plain_port_; }
  const Child& process() const { return child_; }

 private:
  std::string start_cartstorm(const Places& places);
  std::string start_mosquitto(const Places& places);
  std::string wait_for_ports();
  std::string last_words() const;

  Kind kind_;
  Child child_;
  std::filesystem::path folder_;
  std::uint16_t tls_port_ = 0, plain_port_ = 0;
};

}  // namespace cartstorm::endpoint_bench
