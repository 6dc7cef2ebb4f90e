#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker-mock/base/outbox.hpp"
#include "broker-mock/base/things.hpp"
#include "broker-mock/cloud/anchor_certificate.hpp"

namespace cartstorm::broker::services {

class AnchorListener {
 public:
  virtual ~AnchorListener() = default;
  virtual void on(const fact::AnchorChanged& change) = 0;
  /// A thing now has, or no longer has, this anchor by its own word.
  /// Repeated with its first word on every connection.
  virtual void possession_changed(ThingId thing, std::uint64_t anchor, bool has_it) = 0;
};

/// Which trust anchors every thing holds by its own word, and their distribution. "Sent" is never
/// "has", and a later word without an anchor takes it away: the thing may have been re-flashed.
class Anchors {
 public:
  Anchors(const Things& things, Outbox& outbox, AnchorListener& listener);

  void add(const AnchorCertificate& anchor);
  /// Whether its certificate is here.
  bool can_install(std::uint64_t anchor) const;

  /// From now on every thing in `things` that lacks the anchor gets it: now if connected, else when
  /// it connects.
  void distribute(std::uint64_t anchor, const std::vector<ThingId>& things);
  /// The opposite: every thing in `things` that has the anchor is told to remove it, and gets it no
  /// more, not even if it asks, until it is distributed again.
  void withdraw(std::uint64_t anchor, const std::vector<ThingId>& things);

  void connected(ThingId thing);
  // False: malformed, dropped.
  bool request(ThingId thing, std::string_view payload);
  bool acknowledge(ThingId thing, std::string_view payload);
  /// The `anchors` member of a heartbeat.
  bool announced(ThingId thing, std::string_view anchors_json);

  bool has(ThingId thing, std::uint64_t anchor) const;
  /// The same by a word that is no older than the connection it has: a thing that came back may
  /// have been re-flashed, and has not said so yet.
  bool vouches(ThingId thing, std::uint64_t anchor) const;
  /// Null if nobody has added it.
  const AnchorCertificate* certificate(std::uint64_t anchor) const;

 private:
  using Mask = std::uint64_t;
  struct PerThing {
    Mask held = 0;
    Mask wanted = 0;          ///< to be sent whenever it is missing
    Mask unwanted = 0;        ///< to be removed whenever it is there
    Mask sent = 0;            ///< installs and removals on this connection
    Mask overdue = 0;         ///< sent, and without effect in a heartbeat after that
    bool has_spoken = false;  ///< on this connection
    Mask open() const { return (wanted & ~held) | (unwanted & held); }
  };
  /// Bit of an anchor; 64 once there are too many.
  unsigned bit_of(std::uint64_t anchor);
  unsigned find_bit(std::uint64_t anchor) const;
  PerThing& per_thing(ThingId thing);
  void hold(ThingId thing, Mask held);
  void send_install(ThingId thing, unsigned bit);
  void send_removal(ThingId thing, unsigned bit);
  void send_open(ThingId thing);

  const Things& things_;
  Outbox& outbox_;
  AnchorListener& listener_;
  std::vector<AnchorCertificate> anchors_;  ///< without a certificate: only heard of
  std::vector<PerThing> per_thing_;
};

}  // namespace cartstorm::broker::services
